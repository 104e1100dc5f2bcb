"""What every page needs: versioned static addresses, the colour theme, pages of long lists."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, request, url_for
from flask_babel import get_locale
from sqlalchemy import Select, func, select

from lms.extensions import db
from lms.web.access import own_path
from lms.web.fragments import FragmentCache

THEMES = ("auto", "light", "dark")
PAGE_SIZE = 50


def register(app: Flask) -> None:
    app.jinja_env.add_extension(FragmentCache)
    app.add_template_global(asset)
    app.context_processor(
        lambda: {"theme": theme(), "page_language": str(get_locale()), "here": here()}
    )


def asset(name: str) -> str:
    """Return the address of a static file, with a fingerprint so that browsers may keep it for ever."""
    return url_for("static", filename=name, v=_fingerprint(str(current_app.static_folder), name))


@lru_cache
def _fingerprint(folder: str, name: str) -> str:
    return hashlib.sha256(Path(folder, name).read_bytes()).hexdigest()[:10]


def here() -> str:
    """Return the address to come back to after another language or colour was chosen.

    A page that answers a form has an address that may take forms only; then it is the page the form stood on.
    """
    if request.method in {"GET", "HEAD"}:
        return request.full_path.removesuffix("?")
    return own_path(request.referrer, "/")


def here_with(**changes: object) -> str:
    """Return this page's address with other values behind the question mark; None takes one away.

    Whatever else stands there is kept as it is, and never becomes an argument of a function.
    """
    kept = {name: values for name, values in request.args.lists() if name not in changes}
    told = {name: value for name, value in changes.items() if value is not None}
    address = url_for(str(request.endpoint), **(request.view_args or {}))
    return f"{address}?{urlencode({**kept, **told}, doseq=True)}"


def theme() -> str:
    chosen = request.cookies.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


@dataclass(frozen=True)
class Page:
    """One page of a long list."""

    rows: list[Any]
    number: int
    total: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def first(self) -> int:
        """Return which of all the first row is."""
        return (self.number - 1) * PAGE_SIZE + 1

    def url(self, number: int) -> str:
        """Return this list's address for another page, filters kept."""
        return here_with(page=number)


def page_of(rows: list[Any]) -> Page:
    """Cut one page out of a list that is known as a whole."""
    last = max(1, -(-len(rows) // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    start = (number - 1) * PAGE_SIZE
    return Page(rows=rows[start : start + PAGE_SIZE], number=number, total=len(rows))


def paged(query: Select[Any]) -> Page:
    """Cut one page out of a query; two statements, whatever the length."""
    rows = select(func.count()).select_from(query.order_by(None).subquery())
    total = db.session.scalar(rows) or 0
    last = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    found = db.session.execute(query.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    return Page(
        rows=[row[0] if len(row) == 1 else row for row in found], number=number, total=total
    )
