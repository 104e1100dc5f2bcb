"""Nobody reaches what is another country's by an id in an address or a form; no form sets what it does not ask for.

``PERMISSIONS=all`` sends every form on both databases; else every second one is sent, on SQLite.
"""

from __future__ import annotations

import os
import re
import zlib
from contextlib import contextmanager
from datetime import datetime

import pytest
from flask_wtf import FlaskForm
from sqlalchemy import Boolean, Integer

from lms.extensions import db
from tests.permission_cells import (
    FORMS,
    MATRIX,
    STAYS,
    Cell,
    arguments_of,
    cells,
    form_of,
    parameters_of,
    promised,
)
from tests.permission_places import address, values
from tests.permission_stage import stage_on

IS_WHOLE = os.environ.get("PERMISSIONS") == "all"
SCOPED = {"self", "holder", "country", "programme"}
NESTED = {"admin.withdraw_role"}  # open for all people, yet a role must be that person's
ID_FIELDS = {
    "enrolment": "enrolment", "enrolment_id": "enrolment", "person": "person_id", "person_id": "person_id",
    "attempt": "attempt_id", "attempt_id": "attempt_id", "cohort": "cohort", "country": "country",
    "country_code": "country", "number": "number", "grant_id": "grant_id", "change_id": "change_id",
}  # fmt: skip


@pytest.fixture(scope="module")
def stage(session_app, database):
    with stage_on(session_app, database, values) as made:
        yield made


@pytest.fixture(autouse=True)
def fresh(stage):
    if stage.database.kind != "sqlite" and not IS_WHOLE:
        pytest.skip("walked on SQLite; PERMISSIONS=all walks both")
    stage.restore()


def callers_of(stage, endpoint: str, method: str) -> list[str]:
    """List who may call this for the own place: one caller of each set of roles."""
    found = {}
    for cell in cells(stage.app, stage.world, [endpoint]):
        caller = stage.world.callers[cell.caller]
        is_plain = cell.method == method and cell.place == "own" and cell.has_token
        if is_plain and cell.is_proved and promised(cell, caller) == "in":
            found.setdefault(caller.roles, cell.caller)
    return list(found.values())


def routes() -> list[tuple[str, str, dict]]:
    return [
        (endpoint, method, row)
        for endpoint, methods in MATRIX.items()
        for method, row in methods.items()
        if not row.get("skip")
    ]


def forms() -> list[tuple[str, str, dict]]:
    """List what can be sent; of that the same half in each run that is not whole."""
    return [
        (endpoint, method, row)
        for endpoint, method, row in routes()
        if method != "GET" and (IS_WHOLE or zlib.crc32(endpoint.encode()) % 2)
    ]


class TestSwapInAddress:
    @pytest.mark.parametrize("place", ["other country", "missing"])
    def test_is_answered_as_if_there_were_nothing(self, stage, place):
        wrong, count = [], 0
        foreign = parameters_of(stage.world, place)
        for endpoint, method, row in routes():
            if row.get("scope") not in SCOPED and endpoint not in NESTED:
                continue
            for name in callers_of(stage, endpoint, method):
                there = Cell(endpoint, method, name, "other country")
                if promised(there, stage.world.callers[name]) == "in":
                    continue  # nothing is foreign to them
                own = parameters_of(stage.world, "own")
                form = form_of(Cell(endpoint, method, name, "own"), own)
                for swapped in arguments_of(stage.app, endpoint) - STAYS:
                    if foreign[swapped] == own[swapped]:
                        continue
                    count += 1
                    url = address(stage.app, endpoint, {**own, swapped: foreign[swapped]})
                    if url == address(stage.app, endpoint, own):
                        continue  # the number of a question is nobody's
                    with stage.watched() as changed:
                        response = stage.call(name, method, url, data=form)
                    if response.status_code != 404 or changed:
                        wrong.append(f"{method} {url} by {name}: {response.status_code}, {changed}")

        assert not wrong, "\n".join(wrong)
        assert count > 60


class TestSwapInForm:
    def test_changes_nothing_elsewhere(self, stage):
        """Ids of another country, all at once, and alone where a form asks for them."""
        wrong, count, before = [], 0, contents()
        for endpoint, method, row in forms():
            if row["who"] == "public" or row.get("scope") == "course":
                continue
            for name in callers_of(stage, endpoint, method):
                if stage.world.callers[name].reach >= {"own", "other cohort", "other country"}:
                    continue  # nothing is foreign to them
                own, foreign = (parameters_of(stage.world, one) for one in ("own", "other country"))
                form = form_of(Cell(endpoint, method, name, "own"), own) or {}
                url = address(stage.app, endpoint, own)
                with declared_fields() as declared, stage.watched():
                    stage.call(name, method, url, data=form)
                swapped = {key: str(foreign[one]) for key, one in ID_FIELDS.items()}
                alone = [{key: value} for key, value in swapped.items() if key in declared]
                for fields in (swapped, *alone):
                    count += 1
                    data = {**form, **fields}
                    with stage.watched_until_compared() as look:
                        response = stage.call(name, method, url, data=data)
                        touched = touches(difference(before, contents()) if look() else {}, foreign)
                    if touched or response.status_code >= 500:
                        wrong.append(
                            f"{url} with {fields} by {name}: {response.status_code}, {touched}"
                        )

        assert not wrong, "\n".join(wrong)
        assert count > 60


class TestMassAssignment:
    @pytest.mark.parametrize("flag", ["1", ""] if IS_WHOLE else ["1"])
    def test_sets_nothing_that_the_form_does_not_ask_for(self, stage, flag):
        """Every column of every table is sent in addition: the rows come out as without."""
        wrong, count, before = [], 0, contents()
        for endpoint, method, _row in forms():
            if "reads" in FORMS.get(endpoint, {}):
                continue
            for name in callers_of(stage, endpoint, method)[:1]:
                own = parameters_of(stage.world, "own")
                own |= {
                    key: text.format(**own)
                    for key, text in FORMS.get(endpoint, {}).get("with", {}).items()
                }
                form = form_of(Cell(endpoint, method, name, "own"), own) or {}
                url = address(stage.app, endpoint, own)
                with declared_fields() as declared, stage.watched_until_compared() as look:
                    plain = stage.call(name, method, url, data=form)
                    expected = difference(before, contents()) if look() else {}
                extra = {
                    key: value for key, value in every_column(flag).items() if key not in declared
                }
                with stage.watched_until_compared() as look:
                    response = stage.call(name, method, url, data={**extra, **form})
                    found = difference(before, contents()) if look() else {}
                count += 1
                if response.status_code != plain.status_code or found != expected:
                    wrong.append(
                        f"{url} by {name}: {plain.status_code} → {response.status_code}, {found} not {expected}"
                    )

        assert not wrong, "\n".join(wrong)
        assert count > 40


@contextmanager
def declared_fields():
    """Collect the names of the fields of every form that a request makes: those may be set."""
    names, real = set(READ_PLAINLY), FlaskForm.__init__

    def noting(form, *args, **kwargs):
        real(form, *args, **kwargs)
        names.update(field.name for field in form)

    FlaskForm.__init__ = noting
    try:
        yield names
    finally:
        FlaskForm.__init__ = real


READ_PLAINLY = {
    "next",
    "page",
    "place",
    "base",
    "then",
    "replay",
    "client_id",
    "answer",
    "extension",
}
"""What views read without a form: what a learner answered, and where to go then."""


def every_column(flag: str) -> dict[str, str]:
    found = {}
    for table in db.metadata.tables.values():
        for column in table.columns:
            value = "administrator"
            if isinstance(column.type, Boolean):
                value = flag
            elif isinstance(column.type, Integer):
                value = "1"
            found[column.name] = value
    return found


def contents() -> dict[str, dict[tuple, tuple]]:
    """Return every row of every table by its key, without what differs in each run."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            name: {
                tuple(str(row[column.name]) for column in table.primary_key): tuple(
                    steady(column, value) for column, value in row.items()
                )
                for row in connection.execute(table.select()).mappings()
            }
            for name, table in db.metadata.tables.items()
        }


RANDOM = {"seed", "item_keys", "password", "sealed_seed", "salt", "hash"}
"""Columns that are drawn by lot each time, or computed from those."""


def steady(column: str, value: object) -> object:
    if isinstance(value, datetime):
        return "a time"
    if column in RANDOM:
        return (column, value is None)
    text = re.sub(r"\d{4}-\d\d-\d\d[T ][\d:.+]+|\b\d\d:\d\d\b", "a time", repr(value))
    return (column, re.sub(r"[\w-]{16,}", "…", text))


def difference(before: dict, after: dict) -> dict[str, list]:
    """Return the rows that came, went or changed, by table."""
    return {
        name: sorted(
            repr((before[name].get(key), rows.get(key)))
            for key in before[name].keys() | rows.keys()
            if before[name].get(key) != rows.get(key)
        )
        for name, rows in after.items()
        if rows != before[name]
    }


def touches(changed: dict[str, list], foreign: dict[str, object]) -> list[str]:
    """List changes of rows that name the other country's person, place or certificate."""
    signs = [
        f"('person_id', '{foreign['person_id']}')",
        f"('enrolment_id', '{foreign['enrolment']}')",
        f"('attempt_id', '{foreign['attempt_id']}')",
        "('country_code', \"'GE'\")",
    ]
    return [row for rows in changed.values() for row in rows if any(sign in row for sign in signs)]
