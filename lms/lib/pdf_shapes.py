"""Plain SVG drawings as PDF operators, in a tenth of the time that WeasyPrint's own way takes.

Plain means: paths of absolute M, L, H, V, C, Q and Z, rectangles and groups, in colours like
#0a5a66. Whatever else a drawing has is not guessed at: then there is no answer, and WeasyPrint
draws it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import cos, radians, sin
from typing import NamedTuple
from xml.etree import ElementTree as ET

_SVG = "{http://www.w3.org/2000/svg}"
_STYLE = {
    "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-dasharray", "stroke-dashoffset",
}  # fmt: skip
_KNOWN = {
    "svg": {"viewBox", "width", "height"},
    "g": {"transform"},
    "rect": {"x", "y", "width", "height", "rx", "transform"},
    "path": {"d", "transform"},
}
_COMMAND = re.compile(r"([MLHVCQZ])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?|-?\.\d+")
_CAPS = {"butt": 0, "round": 1, "square": 2}
_INITIAL = {"fill": "#000000", "stroke": "none", "stroke-width": "1", "stroke-linecap": "butt"}
_CORNER = 0.5523  # how far the handles of a quarter circle reach, as a part of its radius


class Shapes(NamedTuple):
    """A drawing's size and its operators; y points down."""

    width: float
    height: float
    operators: bytes


class _NotPlain(Exception):
    pass


@lru_cache(maxsize=64)
def shapes_of(svg: bytes) -> Shapes | None:
    """Return a drawing of our own as PDF operators; None when it is not plain."""
    try:
        root = ET.fromstring(svg)  # noqa: S314 # nosec B314 - our own drawings; nobody sends any
        if root.tag != _SVG + "svg":
            return None
        width, height = (float(root.attrib[name]) for name in ("width", "height"))
        left, top, box_width, box_height = map(float, root.attrib["viewBox"].split())
        drawn = " ".join(_element(root, _INITIAL))
    except (_NotPlain, ET.ParseError, LookupError, ValueError):
        return None
    across, down = width / box_width, height / box_height
    place = _matrix(across, 0, 0, down, -left * across, -top * down)
    clip = f"0 0 {width:g} {height:g} re W n"
    return Shapes(width, height, f"{clip} {place} {drawn}".encode())


def _element(element: ET.Element, inherited: Mapping[str, str]) -> Iterator[str]:
    tag = element.tag.removeprefix(_SVG)
    own = {name: value for name, value in element.attrib.items() if name in _STYLE}
    if tag not in _KNOWN or element.attrib.keys() - own.keys() - _KNOWN[tag]:
        raise _NotPlain
    style = {**inherited, **own}
    yield "q"
    if "transform" in element.attrib:
        yield _transform(element.attrib["transform"])
    if tag in {"svg", "g"}:
        for child in element:
            yield from _element(child, style)
    else:
        path = _rectangle(element) if tag == "rect" else _path(element.attrib["d"])
        yield from _paint(path, style)
    yield "Q"


def _paint(path: str, style: Mapping[str, str]) -> Iterator[str]:
    """Set colours and lines, draw the path, paint it."""
    fills, strokes = style["fill"] != "none", style["stroke"] != "none"
    if fills:
        yield _colour(style["fill"]) + " rg"
    if strokes:
        yield f"{_colour(style['stroke'])} RG {float(style['stroke-width']):g} w"
        yield f"{_CAPS[style['stroke-linecap']]} J"
        dashes = " ".join(_NUMBER.findall(style.get("stroke-dasharray", "")))
        yield f"[{dashes}] {float(style.get('stroke-dashoffset', 0)):g} d"
    yield path
    yield {(True, True): "B", (True, False): "f", (False, True): "S"}.get((fills, strokes), "n")


def _colour(text: str) -> str:
    digits = text.removeprefix("#")
    if digits == text or len(digits) not in {3, 6}:
        raise _NotPlain
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return " ".join(f"{value / 255:.4g}" for value in bytes.fromhex(digits))


def _transform(text: str) -> str:
    name, _, rest = text.partition("(")
    numbers = list(map(float, _NUMBER.findall(rest)))
    match name, numbers:
        case "scale", [factor]:
            return _matrix(factor, 0, 0, factor, 0, 0)
        case "translate", [x, y]:
            return _matrix(1, 0, 0, 1, x, y)
        case "rotate", [angle, x, y]:
            c, s = cos(radians(angle)), sin(radians(angle))
            return _matrix(c, s, -s, c, x - c * x + s * y, y - s * x - c * y)
    raise _NotPlain


def _matrix(*numbers: float) -> str:
    return " ".join(f"{number:.6g}" for number in numbers) + " cm"


@lru_cache(maxsize=128)
def _path(written: str) -> str:
    if _COMMAND.sub("", written).strip():
        raise _NotPlain
    return " ".join(_segments(written))


def _segments(written: str) -> Iterator[str]:
    last: tuple[str, ...] = ()
    for command, arguments in _COMMAND.findall(written):
        numbers = tuple(_NUMBER.findall(arguments))
        match command, len(numbers):
            case "M" | "L", 2:
                yield f"{numbers[0]} {numbers[1]} {command.lower()}"
            case "H", 1:
                numbers = (numbers[0], last[1])
                yield f"{numbers[0]} {numbers[1]} l"
            case "V", 1:
                numbers = (last[0], numbers[0])
                yield f"{numbers[0]} {numbers[1]} l"
            case "C", 6:
                yield " ".join(numbers) + " c"
            case "Q", 4:
                yield _quadratic(last, numbers)
            case "Z", 0:
                yield "h"
            case _:
                raise _NotPlain
        last = numbers[-2:] or last


def _quadratic(start: tuple[str, ...], numbers: tuple[str, ...]) -> str:
    """Write a curve with one handle as the curve with two that PDF knows."""
    (x0, y0), (x1, y1, x2, y2) = map(float, start), map(float, numbers)
    places = (x0 + 2 * x1) / 3, (y0 + 2 * y1) / 3, (x2 + 2 * x1) / 3, (y2 + 2 * y1) / 3, x2, y2
    return " ".join(f"{place:.6g}" for place in places) + " c"


def _rectangle(element: ET.Element) -> str:
    x, y, w, h, r = (float(element.get(key, 0)) for key in ("x", "y", "width", "height", "rx"))
    if not r:
        return f"{x:g} {y:g} {w:g} {h:g} re"
    k = r * (1 - _CORNER)
    right, below = x + w, y + h
    return (
        f"{x + r:g} {y:g} m {right - r:g} {y:g} l"
        f" {right - k:g} {y:g} {right:g} {y + k:g} {right:g} {y + r:g} c"
        f" {right:g} {below - r:g} l"
        f" {right:g} {below - k:g} {right - k:g} {below:g} {right - r:g} {below:g} c"
        f" {x + r:g} {below:g} l {x + k:g} {below:g} {x:g} {below - k:g} {x:g} {below - r:g} c"
        f" {x:g} {y + r:g} l {x:g} {y + k:g} {x + k:g} {y:g} {x + r:g} {y:g} c h"
    )
