"""``{% cache key, ... %} ... {% endcache %}``: a part of a page that is the same for everybody with the same key.

The key must name all that the part shows: its language, and what of the person, the address or the version is in it.
The template's name belongs to it by itself. Kept in the process, the least used leave first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context
from markupsafe import Markup

LARGEST = 4000  # parts, of some kilobytes each


class FragmentCache(Extension):
    """Renders a part once for each key."""

    tags = {"cache"}

    def __init__(self, environment: object) -> None:
        super().__init__(environment)  # type: ignore[arg-type]
        self.kept: OrderedDict[tuple[object, ...], Markup] = OrderedDict()
        self.lock = Lock()

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        keys = [parser.parse_expression()]
        while parser.stream.skip_if("comma"):
            keys.append(parser.parse_expression())
        body = parser.parse_statements(("name:endcache",), drop_needle=True)
        arguments = [
            nodes.ContextReference(),
            nodes.Const(f"{parser.name}:{line}"),
            nodes.Tuple(keys, "load"),
        ]
        return nodes.CallBlock(self.call_method("_part", arguments), [], [], body).set_lineno(line)

    def _part(
        self, context: Context, place: str, keys: tuple[object, ...], caller: Callable[[], str]
    ) -> Markup:
        key = (context.name, place, *keys)
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
                return self.kept[key]
        part = Markup(caller())  # noqa: S704 # nosec B704 - a template made it
        with self.lock:
            self.kept[key] = part
            while len(self.kept) > LARGEST:
                self.kept.popitem(last=False)
        return part
