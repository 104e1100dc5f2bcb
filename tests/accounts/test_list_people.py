from __future__ import annotations

import pytest

from lms.accounts.queries import list_people
from lms.extensions import db
from tests.factories import make_person, make_staff


def found(**filters) -> list[str]:
    return [person.email for person in db.session.scalars(list_people(**filters)).unique()]


class TestListPeople:
    @pytest.fixture
    def aigul(self, app):
        make_person(email="nare@example.org", given_name="Նարե", family_name="Հակոբյան",
                    given_name_latin="Nare", family_name_latin="Hakobyan")  # fmt: skip
        return make_person(
            email="a.qozhakhmet@example.org",
            given_name="Әйгүл",
            family_name="Қожахмет",
            given_name_latin="Aigul",
            family_name_latin="Kozhakhmet",
        )

    @pytest.mark.parametrize(
        "search",
        [
            "Қожахмет", "қожахмет", "Кожахмет", "ҚОЖАХМЕТ", "жахм", "Айгул", "әйгүл кожа", "Kozhakhmet", "kozha aigul",
            "A.Qozhakhmet@", "QOZHA",
        ],
    )  # fmt: skip
    def test_finds_a_name_in_any_spelling(self, aigul, search):
        assert found(search=search) == [aigul.email]

    @pytest.mark.parametrize("search", ["%", "_", "\\", "nobody", "Nare Kozhakhmet"])
    def test_finds_nothing_else(self, aigul, search):
        assert found(search=search) == []

    def test_follows_a_changed_name(self, aigul):
        aigul.family_name, aigul.family_name_latin = "Сүлейменова", "Suleimenova"
        db.session.commit()

        assert found(search="suleimen") == [aigul.email]
        assert found(search="kozhakhmet") == []

    def test_filters_by_role_and_country(self, aigul):
        officer = make_staff("officer", country="GE")

        assert found(role="officer") == [officer.email]
        assert found(country="GE") == [officer.email]
