from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from lms.accounts.models import Person
from lms.cohorts import services
from lms.cohorts.models import Enrolment, Invitation
from lms.extensions import db
from tests.factories import make_cohort, make_learner, make_nomination, make_person, make_staff
from tests.pages import text_of

ADDRESS = "aigul@mdai.example"


@pytest.fixture
def cohort(app):
    return make_cohort("KZ", seats=2)


@pytest.fixture
def link(cohort):
    """Return the path of a link that a coordinator made to hand over."""
    coordinator = make_staff("coordinator", "country", "KZ", given_name="Dinara")
    _made, token = services.make_link(coordinator, cohort, "en", "for the ministry")
    db.session.commit()
    return f"/invite/{token}"


def invitation() -> Invitation:
    found = db.session.scalars(db.select(Invitation)).one()
    db.session.refresh(found)
    return found


def proof(mail) -> str:
    return re.search(r"http://localhost(/invite/[^?\s]+)", mail.body)[1]


class TestOpenLink:
    def test_asks_for_an_address_before_anything_counts(self, client, link):
        page = client.get(link)

        assert "Send me the link" in page.text
        assert client.post(link, data={}).status_code == 409
        assert invitation().accepted_at is None
        assert not db.session.scalars(db.select(Enrolment)).all()

    @pytest.mark.parametrize("typed", ["", "nobody", "two words@example.org"])
    def test_explains_an_address_that_is_none(self, client, link, outbox, typed):
        response = client.post(f"{link}/address", data={"email": typed})

        assert response.status_code == 422
        assert 'aria-invalid="true"' in response.text
        assert "<title>Error: " in response.text
        assert outbox() == []

    def test_mails_a_second_link_that_accepts(self, client, link, outbox):
        response = client.post(f"{link}/address", data={"email": ADDRESS.title()})

        assert f"on its way to {ADDRESS}" in text_of(response)
        (mail,) = outbox()
        assert mail.to == [ADDRESS]
        assert client.post(proof(mail), data={}).status_code == 303
        person = db.session.scalars(db.select(Person).filter_by(email=ADDRESS)).unique().one()
        assert db.session.scalars(db.select(Enrolment)).one().person_id == person.id
        assert (invitation().email, invitation().accepted_by_id) == (ADDRESS, person.id)

    def test_may_be_told_another_address_while_nobody_has_accepted(self, client, link, outbox):
        client.post(f"{link}/address", data={"email": "aigull@mdai.example"})
        client.post(f"{link}/address", data={"email": ADDRESS})

        wrong, right = outbox()

        assert client.get(proof(wrong)).status_code == 404
        assert client.post(proof(right), data={}).status_code == 303

    def test_works_once_and_then_names_nobody(self, app, client, link, outbox):
        client.post(f"{link}/address", data={"email": ADDRESS})
        client.post(proof(outbox()[0]), data={})

        again = app.test_client().get(link)
        typed = app.test_client().post(f"{link}/address", data={"email": "thief@example.org"})

        assert "This invitation was accepted already" in again.text
        assert ADDRESS not in again.text
        assert typed.status_code == 410
        assert len(outbox()) == 1

    def test_tells_nobody_who_is_in_the_cohort(self, client, link, cohort, outbox):
        person, _seat = make_learner(cohort)

        response = client.post(f"{link}/address", data={"email": person.email})

        assert f"on its way to {person.email}" in text_of(response)
        assert "This invitation was accepted already" in client.get(proof(outbox()[0])).text

    def test_asks_people_with_an_account_to_sign_in(self, client, link, outbox):
        make_person(email=ADDRESS)
        client.post(f"{link}/address", data={"email": ADDRESS})

        response = client.post(proof(outbox()[0]), data={})

        assert response.location == "/sign-in?next=/learn"
        assert client.get("/account").status_code == 303

    def test_gives_nobody_an_invitation_that_was_mailed_to_another(self, client, cohort, outbox):
        services.invite(make_staff("coordinator", "country", "KZ"), cohort, ADDRESS, "en")
        db.session.commit()
        path = proof(outbox()[0])

        response = client.post(f"{path}/address", data={"email": "friend@example.org"})

        assert response.status_code == 409
        assert (invitation().email, invitation().asked_email) == (ADDRESS, "")
        assert len(outbox()) == 1

    def test_ends_the_waiting_of_whoever_uses_it(self, client, link, cohort, outbox):
        make_learner(cohort)
        nomination = make_nomination(
            cohort, make_staff("coordinator", "country", "KZ"), email=ADDRESS
        )
        services.approve(
            make_staff("coordinator", "programme", cohort.programme.slug), [nomination]
        )
        db.session.commit()
        assert nomination.is_waiting
        client.post(f"{link}/address", data={"email": ADDRESS})

        client.post(proof(outbox()[-1]), data={})

        db.session.refresh(nomination)
        assert nomination.placed_at is not None
        assert nomination.person.email == ADDRESS


class TestExpiredLink:
    @pytest.fixture(autouse=True)
    def expire(self, link):
        invitation().expires_at = datetime.now(UTC) - timedelta(days=1)
        db.session.commit()

    def test_lets_its_holder_ask_the_coordinator(self, client, link, outbox):
        assert "Ask to renew the link" in client.get(link).text

        response = client.post(f"{link}/renew")

        assert "Your coordinator was asked" in response.text
        assert invitation().renewal_asked_at is not None
        assert outbox() == []

    def test_works_again_once_it_is_renewed(self, client, link, outbox):
        services.renew_link(invitation())
        db.session.commit()

        assert client.post(f"{link}/address", data={"email": ADDRESS}).status_code == 200
        assert client.post(proof(outbox()[0]), data={}).status_code == 303

    def test_is_not_renewed_when_all_places_are_taken(self, cohort):
        for _person in range(2):
            make_learner(cohort)

        with pytest.raises(services.NoPlaceLeft):
            services.renew_link(invitation())

    def test_is_not_renewed_by_whoever_asks_for_an_address(self, client, link, outbox):
        assert client.post(f"{link}/address", data={"email": ADDRESS}).status_code == 410
        assert outbox() == []
