from __future__ import annotations

import pytest

from lms.cohorts.models import Institution, InstitutionName
from lms.cohorts.queries import find_institutions
from lms.cohorts.rules import fold
from lms.extensions import db

MOIS = (
    "Ministry of the Interior and Safety",
    "MOIS",
    "Ministry of Interior and Safety",
    "Ministry of Internal Affairs and Security",
    "행정안전부",
)
NIA = ("National Information Society Agency", "NIA", "National Agency for the Information Society")


def make_institution(*names: str) -> Institution:
    institution = Institution(country_code="KR")
    institution.names = [
        InstitutionName(name=name, folded=fold(name), is_preferred=name == names[0])
        for name in names
    ]
    db.session.add(institution)
    db.session.commit()
    return institution


class TestFindInstitutions:
    @pytest.fixture
    def mois(self, app):
        make_institution(*NIA)
        return make_institution(*MOIS)

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
