from __future__ import annotations

import pytest

from lms.courses.queries import items_of, newest_version
from tests.factories import make_staff


@pytest.fixture
def instructor(client_of):
    """The client of the instructor of one course."""
    return client_of(make_staff("instructor", "course", "digital-id"))


@pytest.fixture
def stranger(client_of):
    """The client of another course's instructor."""
    return client_of(make_staff("instructor", "course", "data-government"))


@pytest.fixture
def keys(app) -> list[str]:
    """The keys of the quiz's items, questions with one right answer first."""
    items = items_of(newest_version("digital-id").id)
    found = [key for key, item in items.items() if item.bank == "who-says-so"]
    return sorted(found, key=lambda key: items[key].structure["type"] != "single_choice")
