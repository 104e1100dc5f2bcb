from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.cohorts.models import Institution
from lms.cohorts.queries import (
    BODY_ID,
    find_institutions,
    meant_institutions,
)
from lms.extensions import db
from tests.factories import make_institution

MOIS = (
    "Ministry of the Interior and Safety",
    "MOIS",
    "Ministry of Interior and Safety",
    "Ministry of Internal Affairs and Security",
    "행정안전부",
)
NIA = ("National Information Society Agency", "NIA", "National Agency for the Information Society")


class TestFindInstitutions:
    @pytest.fixture
    def mois(self, app):
        make_institution(*NIA, country="KR")
        return make_institution(*MOIS, country="KR")

    @pytest.mark.parametrize(
        "typed",
        [
            "Ministry of the Interior and Safety",
            "Ministry of the Interior and Safety (MOIS)",
            "ministry of interior and safety",
            "Ministry of Internal Affairs and Security of South Korea",
            "Ministry of Internal  Affairs and Security of South  Korea",
            "mois",
            "interior",
            "행정안전부",
            "행정",
        ],
    )
    def test_finds_one_body_by_all_its_names(self, mois, typed):
        assert find_institutions(typed) == [mois]
        assert find_institutions(typed)[0].name == MOIS[0]

    def test_takes_no_short_name_out_of_another_word(self, mois):
        assert find_institutions("Government of Armenia") == []

    @pytest.mark.parametrize("typed", ["", "  ", "%", "_", "?!"])
    def test_finds_nothing_for_nothing(self, mois, typed):
        assert find_institutions(typed) == []

    def test_puts_the_best_fit_first(self, app):
        part = make_institution("Committee of the Ministry of Justice")
        beginning = make_institution("Ministry of Justice and Peace")
        same = make_institution("Ministry of Justice")
        turned = make_institution("Justice: the Ministry of it")

        assert find_institutions("ministry of JUSTICE") == [same, beginning, part, turned]
        assert find_institutions("ministry justice")[:1] == [same]
        assert find_institutions("Ministry of Justice", limit=2) == [same, beginning]

    def test_puts_bodies_of_the_own_country_first_among_equals(self, app):
        there = make_institution("Ministry of Finance", country="GE")
        here = make_institution("Ministry of Finance", country="KZ")

        assert find_institutions("Ministry of Finance", country="KZ") == [here, there]
        assert find_institutions("Ministry of Finance", country="GE") == [there, here]

    def test_takes_no_shorter_name_that_stands_inside_the_one_meant(self, mois):
        make_institution("Ministry of Internal Affairs", country="KG")
        typed = "Ministry of Internal Affairs and Security of South Korea"

        assert find_institutions(typed) == [mois]

    def test_minds_the_country_that_is_typed(self, app):
        make_institution("Ministry of Justice", country="KG")
        georgian = make_institution("Ministry of Justice", country="GE")

        assert find_institutions("the Ministry of Justice, Georgia") == [georgian]
        assert find_institutions("Ministry of Justice (Грузия)") == [georgian]

    def test_never_finds_one_that_was_merged(self, mois):
        other = make_institution("Ministry of the Interior and Safety of Korea", country="KR")
        other.merged_into_id = mois.id
        db.session.commit()

        assert find_institutions("Ministry of the Interior") == [mois]

    def test_asks_as_often_for_many_as_for_one(self, app, count_queries):
        make_institution("Ministry of Justice")
        db.session.expire_all()
        with count_queries() as for_one:
            find_institutions("Ministry")
        for number in range(15):
            make_institution(f"Ministry number {number}")
        db.session.expire_all()

        with count_queries() as for_many:
            assert len(find_institutions("Ministry")) == 16

        assert len(for_many) == len(for_one)


class TestMeantInstitutions:
    def test_are_one_where_one_is_named_in_full(self, app):
        make_institution("Ministry of Justice and Peace")
        justice = make_institution("Ministry of Justice")

        assert meant_institutions("Ministry of Justice") == [justice]
        assert len(meant_institutions("Ministry of Just")) == 2


class TestBodyId:
    def test_is_the_survivor_of_a_merger_and_leaves_units_apart(self, app):
        ministry = make_institution("Ministry")
        unit = make_institution("Unit", parent=ministry)
        old = make_institution("Old unit")
        old.merged_into_id = unit.id
        db.session.commit()

        found = dict(db.session.execute(select(Institution.id, BODY_ID)).all())

        assert found == {ministry.id: ministry.id, unit.id: unit.id, old.id: unit.id}
