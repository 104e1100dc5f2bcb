"""The cells of the walk over all routes, what the matrix promises of each, and what is answered."""

from __future__ import annotations

import re
import tomllib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from tests.permission_places import address
from tests.permission_stage import PLACES, Caller, Stage, World

FOLDER = Path(__file__).parent
MATRIX = tomllib.loads((FOLDER / "permissions.toml").read_text(encoding="utf-8"))
FORMS = tomllib.loads((FOLDER / "permission_forms.toml").read_text(encoding="utf-8"))
STAYS = {
    "language",
    "name",
    "module",
    "step",
    "attempt",
    "filename",
    "bank",
    "item",
    "revision",
    "file_format",
    "part",
    "purpose",
    "badge_format",
}
"""Parameters that name nothing of anybody: they are the same in every place."""


@dataclass(frozen=True)
class Cell:
    """One request that somebody may send."""

    endpoint: str
    method: str
    caller: str
    place: str
    has_token: bool = True
    is_proved: bool = True

    def __str__(self) -> str:
        extra = ("" if self.has_token else ", no token") + ("" if self.is_proved else ", no proof")
        return f"{self.method} {self.endpoint} by {self.caller} ({self.place}{extra})"

    @property
    def row(self) -> dict[str, Any]:
        return MATRIX[self.endpoint][self.method]

    @property
    def is_sampled(self) -> bool:
        """Whether each run on SQLite walks the cell: a quarter of own and other country, of the rest one in 32."""
        is_plain = self.has_token and self.is_proved and self.place in {"own", "other country"}
        return self.is_one_in(4 if is_plain else 32)

    def is_one_in(self, number: int) -> bool:
        """Whether the cell is in a sample that is the same in each run."""
        return zlib.crc32(str(self).encode()) % number == 0


def arguments_of(app, endpoint: str) -> set[str]:
    return set(
        next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint).arguments
    )


def cells(app, world: World, endpoints: list[str] | None = None) -> Iterator[Cell]:
    """List every cell: routes × methods × callers × places × with and without token, and without a fresh proof."""
    for endpoint, methods in MATRIX.items():
        if endpoints is not None and endpoint not in endpoints:
            continue
        names_something = bool(arguments_of(app, endpoint) - STAYS)
        for method, row in methods.items():
            if row.get("skip"):
                continue
            for caller in world.callers:
                for place in PLACES if names_something else ("own",):
                    yield Cell(endpoint, method, caller, place)
                    if method not in {"GET", "HEAD"}:
                        yield Cell(endpoint, method, caller, place, has_token=False)
                if row.get("step_up"):
                    yield Cell(endpoint, method, caller, "own", is_proved=False)


def may_call(caller: Caller, who: str) -> bool:
    if who == "public":
        return True
    return caller.is_signed_in and (who == "signed-in" or not caller.roles.isdisjoint(who.split()))


def promised(cell: Cell, caller: Caller) -> str:
    """Say what the matrix promises: in, sign-in, proof, no token, 403 or 404."""
    row = cell.row
    if not may_call(caller, row["who"]):
        return "403" if caller.is_signed_in else "sign-in"
    if row.get("step_up") and not cell.is_proved:
        return "proof"
    if not cell.has_token and row.get("token") == "later":
        # The page looks for what was typed, to show it once more; here the attempt is over, and it says so.
        return "in" if cell.place != "missing" and is_theirs(cell, caller) else "404"
    if not cell.has_token and row.get("token") != "none":
        return "no token"
    if cell.place == "missing":
        return row.get("missing", "404")
    return "in" if is_theirs(cell, caller) else "404"


def is_theirs(cell: Cell, caller: Caller) -> bool:
    """Tell whether the object is one that the matrix lets this caller see."""
    is_in_reach = cell.place in caller.reach
    is_its_coordinator = caller.name == "coordinator of one programme" and is_in_reach
    theirs = {
        "self": caller.name == "learner" and is_in_reach,
        "holder": is_in_reach
        and not caller.roles.isdisjoint({"learner", "coordinator", "officer"}),
        "country": is_in_reach,
        "whole country": is_in_reach and caller.name in {"coordinator", "officer"},
        "course": is_in_reach,
        "managed": is_in_reach and caller.name in {"administrator", "coordinator"},
        "programme": "administrator" in caller.roles or is_its_coordinator,
        "": True,
    }
    return theirs[cell.row.get("scope", "")]


def answered(response) -> str:
    if response.status_code == 303 and response.headers["Location"].startswith("/sign-in?"):
        return "sign-in"
    location = response.headers.get("Location", "")
    if response.status_code == 401 or location.startswith("/account/confirm?"):
        return "proof"
    if response.status_code == 400 and "open for too long" in response.text:
        return "no token"
    return str(response.status_code) if response.status_code in {403, 404, 405, 500} else "in"


def parameters_of(world: World, place: str) -> dict[str, object]:
    """Return the parameters of a place; of what is missing, those of nothing."""
    if place != "missing":
        return dict(world.places[place])
    return {
        name: value if name in STAYS else 987_654 if isinstance(value, int) else nothing(name)
        for name, value in world.places["own"].items()
    }


def nothing(name: str) -> str:
    return {"country": "zz", "number": "KZ-2026-2222-2222-2222-2222"}.get(name, "no-such-thing")


def form_of(cell: Cell, parameters: dict[str, object]) -> dict[str, Any] | None:
    """Return a form that would be accepted, with the objects of the place."""
    form = FORMS.get(cell.endpoint, {}).get("form")
    if cell.method in {"GET", "HEAD"} or form is None:
        return None
    return {
        name.format(**parameters): str(value).format(**parameters) for name, value in form.items()
    }


def walk(stage: Stage, cell: Cell):
    """Send the request of a cell; return the answer and its address."""
    parameters = parameters_of(stage.world, cell.place)
    other = FORMS.get(cell.endpoint, {}).get("with", {})
    parameters |= {name: value.format(**parameters) for name, value in other.items()}
    url = address(stage.app, cell.endpoint, parameters)
    response = stage.call(
        cell.caller, cell.method, url, data=form_of(cell, parameters),
        has_token=cell.has_token, is_proved=cell.is_proved,
    )  # fmt: skip
    return response, url


def plain(response, url: str) -> tuple[int, str, dict[str, str]]:
    """Return an answer without what differs in each: number, nonce, tokens, the own address."""
    number = response.headers.get("X-Request-Id", "")
    nonce = re.search(r"nonce-([\w-]+)", response.headers.get("Content-Security-Policy", ""))
    text = response.text if response.mimetype.startswith("text/") else ""
    path = url.partition("?")[0]
    for own in filter(None, (number, nonce and nonce[1], url, path)):
        for written in (own, quote(own), quote_plus(own), quote(own, safe="")):
            text = text.replace(written, "…")
    text = re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1", text)
    varying = {
        "X-Request-Id",
        "Content-Security-Policy",
        "Set-Cookie",
        "Date",
        "Content-Length",
        "Location",
    }
    headers = {name: value for name, value in response.headers.items() if name not in varying}
    return response.status_code, text, headers
