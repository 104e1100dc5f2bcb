from __future__ import annotations

import pytest

from tests.factories import make_staff


@pytest.fixture
def instructor(client_of):
    """The client of the instructor of one course."""
    return client_of(make_staff("instructor", "course", "digital-id"))


@pytest.fixture
def stranger(client_of):
    """The client of another course's instructor."""
    return client_of(make_staff("instructor", "course", "data-government"))
