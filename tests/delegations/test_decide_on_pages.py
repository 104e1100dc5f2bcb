from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from lms.accounts.services import grant_role
from lms.cohorts.models import Invitation
from lms.extensions import db
from tests.factories import make_cohort, make_intake, make_nomination, make_staff
from tests.pages import text_of


@pytest.fixture
def cohort(app):
    return make_cohort("KZ", seats=1)


@pytest.fixture
def partner(cohort):
    return make_staff("coordinator", "programme", cohort.programme.slug)


@pytest.fixture
def address(cohort):
    return f"/programmes/{cohort.programme.slug}/nominations"


class TestDecide:
    def test_approves_those_selected(
        self, client_of, coordinator, cohort, partner, address, outbox
    ):
        first, second, third = (make_nomination(cohort, coordinator) for _number in range(3))
        client = client_of(partner)

        response = client.post(
            address, data={"nomination": [second.id, first.id], "then": "approve", "reason": ""}
        )

        assert response.status_code == 303
        page = text_of(client.get(f"{address}?tab=waiting"))
        assert "1 have a place, 1 are on the waiting list." in page
        assert second.email in page
        assert "number 1 in the queue of the country" in page
        for one in (first, second, third):
            db.session.refresh(one)
        assert first.placed_at is not None
        assert second.is_waiting
        assert third.approved_at is None
        assert [mail.to for mail in outbox() if "were decided" in mail.subject] == [
            [coordinator.email]
        ]

    def test_declines_with_a_reason_only(self, client_of, coordinator, cohort, partner, address):
        made = make_nomination(cohort, coordinator)
        client = client_of(partner)
        form = {"nomination": made.id, "then": "decline"}

        without = client.post(address, data={**form, "reason": "  "})
        with_reason = client.post(address, data={**form, "reason": "Not a civil servant."})

        assert without.status_code == 422
        assert "Say why; the nominee reads it." in text_of(without)
        assert f'value="{made.id}" checked' in " ".join(without.text.split())
        assert with_reason.status_code == 303
        db.session.refresh(made)
        assert (made.reason, made.decided_by_id) == ("Not a civil servant.", partner.id)

    def test_asks_to_select_somebody(self, client_of, partner, cohort, coordinator, address):
        make_nomination(cohort, coordinator)

        response = client_of(partner).post(address, data={"then": "approve", "reason": ""})

        assert response.status_code == 422
        assert "Select at least one nomination above." in text_of(response)

    def test_hides_nominations_of_other_programmes(
        self, client_of, coordinator, cohort, partner, address
    ):
        stranger = make_nomination(make_cohort("GE"), make_staff("coordinator", "country", "GE"))

        response = client_of(partner).post(
            address, data={"nomination": stranger.id, "then": "approve", "reason": ""}
        )

        assert response.status_code == 404
        db.session.refresh(stranger)
        assert stranger.approved_at is None

    def test_is_not_open_to_the_country_itself(self, client_of, coordinator, cohort, address):
        make_nomination(cohort, coordinator)

        assert client_of(coordinator).get(address).status_code == 404
        assert client_of(coordinator).post(address, data={"then": "approve"}).status_code == 404

    def test_offers_nobody_the_own_nomination(self, client_of, cohort, partner, address):
        grant_role(None, partner, "coordinator", "country", "KZ")
        own = make_nomination(cohort, partner)
        client = client_of(partner)

        page = client.get(address)
        response = client.post(
            address, data={"nomination": own.id, "then": "approve", "reason": ""}
        )

        assert "your own" in text_of(page)
        assert 'name="nomination"' not in page.text
        assert response.status_code == 409
        db.session.refresh(own)
        assert own.approved_at is None

    def test_costs_as_many_statements_for_many_as_for_few(
        self, client_of, coordinator, cohort, partner, address, count_queries
    ):
        client = client_of(partner)
        make_nomination(cohort, coordinator)
        with count_queries() as few:
            client.get(address)
        for _number in range(20):
            make_nomination(cohort, coordinator)
        with count_queries() as many:
            client.get(address)

        assert len(many) == len(few) <= 14


class TestShareSeats:
    def test_gives_places_that_were_never_filled_to_whoever_waits(
        self, client_of, coordinator, cohort, partner, address
    ):
        other = make_cohort("GE", seats=2)
        make_intake(cohort, other)
        both = [make_nomination(cohort, coordinator) for _number in range(2)]
        client = client_of(partner)
        client.post(
            address, data={"nomination": [one.id for one in both], "then": "approve", "reason": ""}
        )

        client.post(f"{address}/share/{cohort.slug}")

        assert "1 person got a place." in text_of(client.get(address))
        db.session.refresh(both[1])
        assert both[1].placed_at is not None

    def test_is_for_cohorts_of_the_programme(self, client_of, partner, address):
        other = make_cohort("GE")

        assert client_of(partner).post(f"{address}/share/{other.slug}").status_code == 404


class TestExplain:
    @pytest.fixture
    def page_of(self, client_of, coordinator, cohort):
        def show(nomination) -> str:
            path = f"/delegations/kz/{cohort.slug}/nominations/{nomination.id}"
            return text_of(client_of(coordinator).get(path))

        return show

    def test_says_why_somebody_waits_and_who_can_change_it(
        self, client_of, coordinator, cohort, partner, address, page_of
    ):
        made = [make_nomination(cohort, coordinator) for _number in range(3)]
        assert f"Who can change it: {partner.name_latin} ({partner.email})" in page_of(made[0])

        client_of(partner).post(
            address, data={"nomination": [one.id for one in made], "then": "approve", "reason": ""}
        )

        page = page_of(made[2])
        assert "all places are taken. Taken: 1 of 1." in page
        assert "Number 2 of 2 in the queue of Kazakhstan." in page
        assert "The programme can give a country more places." in page
        assert partner.email in page

    def test_offers_the_place_of_an_expired_invitation_to_the_next(
        self, client_of, coordinator, cohort, partner, address, page_of
    ):
        made = [make_nomination(cohort, coordinator) for _number in range(2)]
        client_of(partner).post(
            address, data={"nomination": [one.id for one in made], "then": "approve", "reason": ""}
        )
        invitation = db.session.scalars(db.select(Invitation)).one()
        invitation.expires_at = datetime.now(UTC) - timedelta(days=1)
        db.session.commit()
        assert "The invitation expired on" in page_of(made[0])
        client = client_of(coordinator)
        path = f"/delegations/kz/{cohort.slug}/nominations/{made[0].id}"

        client.post(f"{path}/withdraw")

        assert f"The place went to {made[1].name}." in text_of(client.get(path))
        db.session.refresh(made[1])
        assert made[1].placed_at is not None

    def test_tells_the_nominee_on_the_page_of_the_link(
        self, client, client_of, coordinator, cohort, partner, address, outbox
    ):
        made = [make_nomination(cohort, coordinator) for _number in range(2)]
        client_of(partner).post(
            address, data={"nomination": [one.id for one in made], "then": "approve", "reason": ""}
        )
        mails = {mail.to[0]: mail for mail in outbox()}
        link = re.search(r"http://localhost(/nominations/\S+)", mails[made[1].email].body)[1]

        page = text_of(client.get(link))

        assert "Number 1 of 1 in the queue of Kazakhstan." in page
        assert partner.email not in page

    def test_lets_the_nominee_withdraw_and_the_next_one_in(
        self, client, client_of, coordinator, cohort, partner, address, outbox
    ):
        made = [make_nomination(cohort, coordinator) for _number in range(2)]
        client_of(partner).post(
            address, data={"nomination": [one.id for one in made], "then": "approve", "reason": ""}
        )
        mails = {mail.to[0]: mail for mail in outbox()}
        link = re.search(r"http://localhost(/nominations/[^?\s]+)", mails[made[0].email].body)[1]

        response = client.post(f"{link}/withdraw")

        assert response.status_code == 303
        assert "Your nomination is withdrawn." in text_of(client.get(link))
        assert client.post(f"{link}/withdraw").status_code == 409
        db.session.refresh(made[1])
        assert made[1].placed_at is not None

    def test_knows_only_real_links(self, client):
        assert client.get("/nominations/nothing").status_code == 404
        assert client.post("/nominations/nothing/withdraw").status_code == 404
