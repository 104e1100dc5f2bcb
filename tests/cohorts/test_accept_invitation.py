from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.audit.models import AuditEvent
from lms.cohorts import services, signals
from lms.cohorts.models import Enrolment, Invitation
from lms.extensions import db
from tests.factories import PASSWORD, make_cohort, make_learner, make_person, make_staff

ADDRESS = "aigul@mdai.example"


@pytest.fixture
def coordinator(app):
    return make_staff("coordinator", "country", "KZ", given_name="Динара", family_name="Әлімжанова")


@pytest.fixture
def invite(coordinator):
    """Return a function that invites an address and gives the link's path."""

    def invite(address=ADDRESS, cohort=None, language="kk", by=None):
        tokens = []

        def keep(_address, token, **_said):
            tokens.append(token)

        with signals.invited.connected_to(keep):
            services.invite(by or coordinator, cohort or make_cohort("KZ"), address, language)
        db.session.commit()
        return f"/invite/{tokens[0]}"

    return invite


def invitation() -> Invitation:
    return db.session.scalars(db.select(Invitation)).one()


def people(address=ADDRESS) -> list[Person]:
    return list(db.session.scalars(db.select(Person).filter_by(email=address)).unique())


class TestInvitationPage:
    def test_says_who_invites_to_what_and_until_when(self, client, invite):
        path = invite(cohort=make_cohort("KZ", title="Kazakhstan, autumn 2026"))
        invitation().expires_at = datetime(2099, 12, 10, 14, 30, tzinfo=UTC)
        db.session.commit()

        page = client.get(path).text

        assert "Динара Әлімжанова invites you" in page
        assert "Kazakhstan, autumn 2026" in page
        assert "Digital identity" in page
        assert ADDRESS in page
        assert "10 December 2099, 19:30 (UTC+5)" in page
        assert 'autocomplete="new-password"' in page

    def test_uses_nothing_up(self, client, invite):
        path = invite()

        for _time in range(3):
            assert client.get(path).status_code == 200
        assert invitation().accepted_at is None
        assert people() == []

    def test_is_unknown_without_its_whole_token(self, client, invite):
        path = invite()

        response = client.get(path[:-1])

        assert response.status_code == 404
        assert "This invitation link is not complete." in response.text
        assert ADDRESS not in response.text


class TestAcceptInvitation:
    def test_makes_account_role_and_places_in_one_go(self, app, client, invite):
        cohort = make_cohort("KZ")
        path = invite(cohort=cohort)

        response = client.post(path, data={"password": PASSWORD})

        assert (response.status_code, response.location) == (303, "/welcome/language")
        (person,) = people()
        assert (person.country_code, person.language) == ("KZ", "kk")
        assert person.time_zone == "Asia/Almaty"
        assert person.role_names == {"learner"}
        assert person.signed_in_at is not None
        (enrolment,) = db.session.scalars(db.select(Enrolment))
        assert (enrolment.person_id, enrolment.cohort_id) == (person.id, cohort.id)
        used = invitation()
        assert used.accepted_at is not None
        assert used.accepted_by_id == person.id
        actions = set(db.session.scalars(db.select(AuditEvent.action)))
        assert {"invite", "accept_invitation", "grant_role", "enrol", "sign_in"} <= actions

    def test_signs_in_and_lets_the_password_be_used(self, app, client, invite):
        client.post(invite(), data={"password": PASSWORD})

        assert ADDRESS in client.get("/account").text
        form = {"email": ADDRESS, "password": PASSWORD}
        assert app.test_client().post("/sign-in", data=form).status_code == 303

    def test_needs_no_password(self, client, invite):
        response = client.post(invite(), data={"password": ""})

        assert response.status_code == 303
        assert people()[0].password is None

    @pytest.mark.parametrize(
        ("password", "sentence"),
        [
            ("too short", "or leave it empty"),
            ("a" * 20, "easy to guess"),
            (ADDRESS, "easy to guess"),
        ],
    )
    def test_refuses_a_password_that_would_not_protect(self, client, invite, password, sentence):
        response = client.post(invite(), data={"password": password})

        assert response.status_code == 422
        assert sentence in response.text
        assert "<title>Error: You are invited" in response.text
        assert people() == []

    def test_takes_the_order_of_names_from_the_country(self, client, invite):
        admin = make_staff("administrator")

        client.post(invite(cohort=make_cohort("KR"), by=admin), data={})

        assert people()[0].is_family_name_first

    def test_works_once(self, app, client, invite):
        path = invite()
        client.post(path, data={})

        again = app.test_client().post(path, data={"password": PASSWORD})

        assert again.status_code == 410
        assert "This invitation was accepted already" in again.text
        assert 'href="/sign-in?next=/learn"' in again.text
        assert people()[0].password is None

    def test_counts_once_when_pressed_twice_at_once(self, app, invite):
        path = invite()

        def accept(_number):
            with app.app_context():
                return app.test_client().post(path, data={}).status_code

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(accept, range(2)))

        assert answers == [303, 410]
        assert len(people()) == 1
        assert len(list(db.session.scalars(db.select(Enrolment)))) == 1

    def test_is_over_after_its_time(self, client, invite):
        path = invite()
        invitation().expires_at = datetime.now(UTC) - timedelta(minutes=1)
        db.session.commit()

        response = client.post(path, data={"password": PASSWORD})

        assert response.status_code == 410
        assert "This link worked until" in response.text
        assert "Send me a new link" in response.text
        assert people() == []

    def test_dies_with_the_account_that_sent_it(self, client, invite, coordinator):
        path = invite()
        accounts.set_active(coordinator, is_active=False, reason="account was taken over")
        db.session.commit()

        response = client.post(path, data={"password": PASSWORD})

        assert response.status_code == 410
        assert "This invitation does not work any more" in response.text
        assert "Send me a new link" not in response.text
        assert people() == []

    def test_is_replaced_by_a_newer_one(self, client, invite):
        cohort = make_cohort("KZ")
        old = invite(cohort=cohort)
        new = invite(cohort=cohort)

        assert client.post(old, data={}).status_code == 410
        assert client.post(new, data={}).status_code == 303


class TestAcceptWithAnAccount:
    def test_adds_the_place_and_asks_to_sign_in(self, app, client, invite):
        person = make_person(email=ADDRESS, password=PASSWORD)
        path = invite()
        assert "You have an account with this address." in client.get(path).text

        response = client.post(path, data={"password": "another sentence for a thief"})

        assert (response.status_code, response.location) == (303, "/sign-in?next=/learn")
        assert client.get("/account").status_code == 303
        assert len(people()) == 1
        (enrolment,) = db.session.scalars(db.select(Enrolment))
        assert enrolment.person_id == person.id
        form = {"email": ADDRESS, "password": PASSWORD}
        assert app.test_client().post("/sign-in", data=form).status_code == 303

    def test_leads_straight_on_whoever_is_signed_in(self, client_of, invite):
        client = client_of(make_person(email=ADDRESS))

        response = client.get(client.post(invite(), data={}).location)

        assert (response.status_code, response.location) == (303, "/learn")
        assert "You have accepted the invitation." in client.get("/learn").text

    def test_signs_somebody_else_out_first(self, client_of, invite):
        make_person(email=ADDRESS)
        client = client_of(make_person(email="nare@example.org"))
        path = invite()
        assert "You are signed in as nare@example.org." in client.get(path).text

        client.post(path, data={})

        assert client.get("/account").status_code == 303

    def test_opens_nothing_for_suspended_people(self, client, invite):
        person = make_person(email=ADDRESS)
        accounts.set_active(person, is_active=False, reason="left the service")
        db.session.commit()

        response = client.post(invite(), data={})

        assert response.status_code == 403
        assert "is closed. Write to your coordinator." in response.text
        assert invitation().accepted_at is None
        assert list(db.session.scalars(db.select(Enrolment))) == []

    def test_brings_back_whoever_had_left(self, client, invite):
        cohort = make_cohort("KZ")
        _person, seat = make_learner(cohort, email=ADDRESS)
        enrolment = db.session.get_one(Enrolment, seat.enrolment_id)
        enrolment.withdrawn_at = datetime.now(UTC)
        db.session.commit()

        client.post(invite(cohort=cohort), data={})

        db.session.refresh(enrolment)
        assert enrolment.withdrawn_at is None
        assert len(list(db.session.scalars(db.select(Enrolment)))) == 1

    def test_is_refused_to_the_coordinator_for_people_in_the_cohort(self, coordinator):
        cohort = make_cohort("KZ")
        make_learner(cohort, email=ADDRESS)

        with pytest.raises(services.AlreadyEnrolled):
            services.invite(coordinator, cohort, f" {ADDRESS.title()} ", "ru")


class TestMailedInvitation:
    def test_is_written_in_the_language_its_reader_knows_best(self, client, invite, outbox):
        invite(language="ka")

        (mail,) = outbox()

        assert mail.to == [ADDRESS]
        assert "Динара Әлімжанова invites you to learn with Serai" in mail.body
        path = re.search(r"http://localhost(/invite/\S+)", mail.body)[1]
        assert path.endswith("?lang=ka")
        assert client.get(path).status_code == 200
