"""Numbers in addresses."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**31 - 1  # what a column of ids holds


class IdConverter(IntegerConverter):
    """A number that a column can hold: beyond it there is nothing, and a database would fail to ask for it."""

    def __init__(self, url_map: Map, *arguments: Any, **limits: Any) -> None:
        super().__init__(url_map, *arguments, **{"max": LARGEST_ID} | limits)


def stored_id(text: str) -> int:
    """Read a number behind the question mark, for ``get(..., type=stored_id)``: what no column holds is none."""
    number = int(text)
    if not 0 < number <= LARGEST_ID:
        raise ValueError(text)
    return number


def register(app: Flask) -> None:
    app.url_map.converters["int"] = IdConverter
