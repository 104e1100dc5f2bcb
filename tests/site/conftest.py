from __future__ import annotations

import pytest

from tests.factories import make_staff


@pytest.fixture
def administrator(app):
    return make_staff("administrator", given_name_latin="Timur", family_name_latin="Akhmetov")


@pytest.fixture
def admin(client_of, administrator):
    """The client of an administrator."""
    return client_of(administrator)
