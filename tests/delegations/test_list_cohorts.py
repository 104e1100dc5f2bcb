from __future__ import annotations

from lms.accounts.services import grant_role
from lms.extensions import db
from tests.factories import make_cohort, make_learner, make_person, make_staff
from tests.pages import text_of


class TestListCohorts:
    def test_leads_straight_to_the_only_one(self, client_of, coordinator, cohort, dashboard):
        response = client_of(coordinator).get("/delegations")

        assert response.status_code == 303
        assert response.headers["Location"] == dashboard

    def test_lists_several_with_their_people(self, client_of, coordinator, cohort):
        second = make_cohort("KZ")
        make_learner(second)
        make_learner(second)

        page = text_of(client_of(coordinator).get("/delegations"))

        assert f"{cohort.title} Kazakhstan" in page
        assert f"{second.title} Kazakhstan" in page
        assert page.endswith(" 2") or " 2 " in page.partition(second.title)[2]

    def test_shows_only_what_the_roles_cover(self, client_of):
        own, other = make_cohort("KZ"), make_cohort("GE")
        single, sibling = make_cohort("AM"), make_cohort("AM")
        person = make_staff("coordinator", "country", "KZ")
        grant_role(None, person, "coordinator", "cohort", single.slug)
        db.session.commit()

        page = text_of(client_of(person).get("/delegations"))

        assert own.title in page
        assert single.title in page
        assert f"{other.title} " not in page
        assert f"{sibling.title} " not in page

    def test_says_when_there_is_none_yet(self, client_of, coordinator):
        assert "You have no cohort yet" in text_of(client_of(coordinator).get("/delegations"))

    def test_counts_with_one_statement_however_many_there_are(
        self, client_of, coordinator, count_queries
    ):
        make_cohort("KZ")
        make_cohort("KZ")
        client = client_of(coordinator)
        with count_queries() as for_two:
            client.get("/delegations")
        for _number in range(5):
            make_learner(make_cohort("KZ"))

        with count_queries() as for_seven:
            client.get("/delegations")

        assert len(for_seven) == len(for_two)

    def test_refuses_whoever_coordinates_nothing(self, client_of):
        assert client_of(make_person()).get("/delegations").status_code == 403
        assert client_of(make_staff("administrator")).get("/delegations").status_code == 403
