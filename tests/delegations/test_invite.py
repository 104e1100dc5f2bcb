from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.cohorts.models import Invitation
from lms.extensions import db
from tests.factories import make_cohort, make_learner
from tests.pages import text_of


def invitations() -> list[Invitation]:
    return list(db.session.scalars(select(Invitation).order_by(Invitation.id)))


@pytest.fixture
def address(dashboard):
    return f"{dashboard}/invite"


class TestInvite:
    def test_sends_a_link_in_the_chosen_language(
        self, client_of, coordinator, cohort, dashboard, address, outbox
    ):
        client = client_of(coordinator)

        response = client.post(address, data={"email": "New@Example.org", "language": "ru"})

        assert response.status_code == 303
        (invitation,) = invitations()
        assert (invitation.email, invitation.language) == ("new@example.org", "ru")
        assert (invitation.cohort_id, invitation.invited_by_id) == (cohort.id, coordinator.id)
        page = text_of(client.get(dashboard))
        assert "on its way to new@example.org" in page
        (mail,) = outbox()
        assert mail.to == ["new@example.org"]
        assert "/invite/" in mail.body

    def test_lists_one_line_when_it_is_sent_again(self, client_of, coordinator, dashboard, address):
        client = client_of(coordinator)
        for _time in range(2):
            client.post(address, data={"email": "new@example.org", "language": "en"})
        client.get(dashboard)  # takes the flashed message away

        listed = text_of(client.get(dashboard)).partition("Open invitations")[2]

        assert listed.count("new@example.org English") == 1
        assert "Expired" not in listed

    @pytest.mark.parametrize("email", ["", "nobody", "a@b", "two words@example.org"])
    def test_explains_an_address_that_is_none(self, client_of, coordinator, address, email):
        response = client_of(coordinator).post(address, data={"email": email, "language": "en"})

        assert response.status_code == 422
        assert "<title>Error: " in response.text
        assert 'aria-invalid="true"' in response.text
        assert 'href="#email"' in response.text
        assert not invitations()

    def test_keeps_what_was_typed(self, client_of, coordinator, address):
        response = client_of(coordinator).post(address, data={"email": "nobody", "language": "kk"})

        assert 'value="nobody"' in response.text
        assert '<option selected value="kk">' in response.text

    def test_refuses_a_language_that_is_not_offered(self, client_of, coordinator, address):
        response = client_of(coordinator).post(
            address, data={"email": "new@example.org", "language": "xx"}
        )

        assert response.status_code == 422
        assert not invitations()

    def test_tells_that_somebody_is_in_already(self, client_of, coordinator, cohort, address):
        person, _seat = make_learner(cohort)

        response = client_of(coordinator).post(
            address, data={"email": person.email, "language": "en"}
        )

        assert response.status_code == 422
        assert "in the cohort already" in text_of(response)
        assert not invitations()

    def test_hides_cohorts_of_other_countries(self, client_of, coordinator):
        other = make_cohort("GE")

        response = client_of(coordinator).post(
            f"/delegations/ge/{other.slug}/invite",
            data={"email": "new@example.org", "language": "en"},
        )

        assert response.status_code == 404
        assert not invitations()

    def test_refuses_learners(self, client_of, cohort, address):
        person, _seat = make_learner(cohort)

        response = client_of(person).post(address, data={"email": "new@example.org"})

        assert response.status_code == 403
        assert not invitations()
