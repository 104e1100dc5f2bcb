from __future__ import annotations

import pytest

from lms.jobs.services import HANDLERS


@pytest.fixture
def handler(app):
    """Return a function that names a handler for the length of one test."""
    before = dict(HANDLERS)

    def register(name: str, function) -> None:
        HANDLERS[name] = function

    yield register
    HANDLERS.clear()
    HANDLERS.update(before)


@pytest.fixture
def done(handler):
    """What the handler ``note`` was given, in order."""
    seen = []

    def note(word: str) -> None:
        seen.append(word)

    handler("note", note)
    return seen
