"""One way to write a value as bytes, so that a hash of it can be computed again anywhere, by anybody."""

from __future__ import annotations

import json
from typing import Any

LARGEST = 2**53 - 1
"""Beyond it, programs that read numbers as IEEE 754 doubles, as the standard expects, read another number."""


class NotCanonical(ValueError):
    """A value that not everybody would write with the same bytes."""


def canonical(value: Any) -> bytes:
    """Return the value in the JSON Canonicalization Scheme: str, int, bool, None, and lists and dicts of these.

    Raises:
        NotCanonical: it holds anything else, such as a float, or text that UTF-8 cannot write.

    Source: RFC 8785.
    """
    try:
        return _written(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical("Half of a surrogate pair is no character") from error


def _written(value: Any) -> str:
    match value:
        case str() | bool() | None:
            return json.dumps(value, ensure_ascii=False)
        case int() if abs(value) <= LARGEST:
            return str(value)
        case list() | tuple():
            return f"[{','.join(_written(one) for one in value)}]"
        case dict() if all(isinstance(name, str) for name in value):
            names = sorted(value, key=_by_utf16)
            members = ",".join(f"{_written(name)}:{_written(value[name])}" for name in names)
            return f"{{{members}}}"
    raise NotCanonical(f"Cannot be written: {value!r}")


def _by_utf16(name: str) -> bytes:
    """Return what names are put in order by: their UTF-16 code units, which differ from code points above U+FFFF."""
    return name.encode("utf-16-be")
