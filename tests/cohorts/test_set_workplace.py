from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lms.cohorts.models import Affiliation, Institution
from lms.extensions import db
from tests.factories import make_institution, make_learner, make_staff
from tests.pages import text_of

MINISTRY = "Ministry of Digital Development"


@pytest.fixture
def learner(app):
    person, _seat = make_learner()
    return person


def workplace(person) -> tuple[str, str] | None:
    db.session.rollback()
    found = db.session.get(Affiliation, person.id)
    return (found.institution.name, found.post) if found else None


def institution_count() -> int:
    return db.session.scalar(select(func.count()).select_from(Institution)) or 0


class TestSetWorkplace:
    def test_takes_the_one_body_that_is_found(self, client_of, learner):
        make_institution(MINISTRY, "Министерство цифрового развития")
        client = client_of(learner)

        response = client.post(
            "/account/work",
            data={"institution": "министерство цифрового  развития", "post": "Chief"},
        )

        assert response.status_code == 303
        assert workplace(learner) == (MINISTRY, "Chief")
        page = client.get("/account/work").text
        assert f'value="{MINISTRY}"' in page
        assert f"you work at {MINISTRY}" in page

    def test_lets_choose_where_several_fit(self, client_of, learner):
        make_institution("Ministry of Justice", country="GE")
        mine = make_institution("Ministry of Justice", country="KZ")
        client = client_of(learner)
        data = {"institution": "Ministry of Justice", "post": "Judge"}

        refused = client.post("/account/work", data=data)

        assert refused.status_code == 422
        assert "Several public bodies fit" in text_of(refused)
        assert "Georgia" in text_of(refused)
        assert 'value="Judge"' in refused.text
        assert workplace(learner) is None

        response = client.post("/account/work", data={**data, "institution-choice": mine.id})

        assert response.status_code == 303
        assert workplace(learner) == ("Ministry of Justice", "Judge")

    def test_minds_no_choice_that_was_made_for_another_text(self, client_of, learner):
        foreign = make_institution("Ministry of Justice")
        finance = make_institution("Ministry of Finance")
        data = {"institution": "Ministry of Finance", "institution-choice": str(foreign.id)}

        client_of(learner).post("/account/work", data=data)

        assert workplace(learner) == (finance.name, "")

    def test_lets_no_learner_add_a_body(self, client_of, learner):
        data = {"institution": "Ministry of Magic", "institution-choice": "new"}

        response = client_of(learner).post("/account/work", data=data)

        assert response.status_code == 422
        assert "No public body of this name is known" in text_of(response)
        assert "as new" not in text_of(response)
        assert 'value="Ministry of Magic"' in response.text
        assert institution_count() == 0

    def test_lets_a_coordinator_add_one_of_the_own_country(self, client_of):
        coordinator = make_staff("coordinator", "country", "KZ")
        client = client_of(coordinator)
        data = {"institution": "Ministry of Magic", "post": ""}

        refused = client.post("/account/work", data=data)

        assert "Add “Ministry of Magic” as new" in text_of(refused)
        assert institution_count() == 0

        client.post("/account/work", data={**data, "institution-choice": "new"})

        assert workplace(coordinator) == ("Ministry of Magic", "")
        assert db.session.scalars(select(Institution.country_code)).all() == ["KZ"]

    @pytest.mark.parametrize("typed", ["", "   ", "?!", "x" * 201])
    def test_refuses_what_is_no_name(self, client_of, learner, typed):
        make_institution(MINISTRY)

        response = client_of(learner).post("/account/work", data={"institution": typed})

        assert response.status_code == 422
        assert workplace(learner) is None

    def test_moves_whoever_changes_the_place(self, client_of, learner):
        make_institution(MINISTRY)
        make_institution("Ministry of Finance")
        client = client_of(learner)
        client.post("/account/work", data={"institution": MINISTRY, "post": "Chief"})

        client.post("/account/work", data={"institution": "finance", "post": "Head"})

        assert workplace(learner) == ("Ministry of Finance", "Head")

    def test_asks_to_sign_in(self, client):
        assert client.get("/account/work").status_code == 303
