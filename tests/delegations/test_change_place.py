from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.accounts.services import personal_data
from lms.audit.models import AuditEvent
from lms.certificates.queries import certificate_of
from lms.cohorts.models import Enrolment, Invitation
from lms.cohorts.queries import seat_by_enrolment, seat_holders
from lms.cohorts.services import approve, invite
from lms.extensions import db
from lms.progress.queries import progress_of
from lms.quizzes.models import Attempt
from tests.factories import (
    complete,
    enrolment_of,
    make_cohort,
    make_learner,
    make_nomination,
    make_staff,
    take_quiz,
)
from tests.pages import text_of

REASON = {"reason": "Works in another ministry now."}


def event(action: str) -> AuditEvent:
    return db.session.scalars(select(AuditEvent).where(AuditEvent.action == action)).one()


@pytest.fixture
def client(client_of, coordinator):
    return client_of(coordinator)


class TestWithdraw:
    def test_closes_the_course_keeps_what_was_done_and_tells_the_person(
        self, client, client_of, cohort, dashboard, outbox
    ):
        person, seat = make_learner(cohort)
        take_quiz(seat)
        outbox()

        asked = client.get(f"{dashboard}/people/{person.id}/withdraw")
        response = client.post(f"{dashboard}/people/{person.id}/withdraw", data=REASON)

        assert "What was done is kept" in text_of(asked)
        assert response.status_code == 303
        enrolment = enrolment_of(seat)
        db.session.refresh(enrolment)
        assert enrolment.withdrawn_at is not None
        learner = client_of(person)
        assert learner.get(f"/learn/{cohort.slug}/digital-id").status_code == 404
        mail = outbox()[-1]
        assert mail.to == [person.email]
        assert "Works in another ministry now." in mail.body
        noted = event("withdraw")
        assert (noted.object_id, noted.reason) == (str(person.id), "Works in another ministry now.")
        assert (noted.details["before"], noted.details["after"]) == ("enrolled", "withdrawn")

    def test_asks_for_a_reason(self, client, cohort, dashboard):
        person, seat = make_learner(cohort)

        response = client.post(f"{dashboard}/people/{person.id}/withdraw", data={"reason": " "})

        assert response.status_code == 422
        assert enrolment_of(seat).withdrawn_at is None

    def test_is_restored_by_taking_back(self, client, client_of, cohort, dashboard, outbox):
        person, seat = make_learner(cohort)
        take_quiz(seat)
        client.post(f"{dashboard}/people/{person.id}/withdraw", data=REASON)
        listed = client.get(f"{dashboard}/settings")

        response = client.post(f"{dashboard}/people/{person.id}/return")

        assert person.name_latin in text_of(listed).partition("Have left")[2]
        assert response.status_code == 303
        db.session.expire_all()
        assert enrolment_of(seat).withdrawn_at is None
        assert progress_of(seat).done_count == 1
        assert client_of(person).get(f"/learn/{cohort.slug}/digital-id").status_code == 200
        assert "You are back" in outbox()[-1].subject

    def test_takes_nobody_back_of_whom_nothing_is_left(self, client, cohort, dashboard):
        person, seat = make_learner(cohort)
        client.post(f"{dashboard}/people/{person.id}/withdraw", data=REASON)
        personal_data.erase(person)
        db.session.commit()

        page = client.get(f"{dashboard}/settings")

        assert f"/people/{person.id}" not in page.text
        assert client.post(f"{dashboard}/people/{person.id}/return").status_code == 404
        assert enrolment_of(seat).withdrawn_at is not None

    def test_takes_nobody_back_into_a_place_that_is_gone(self, client, cohort, dashboard):
        person, seat = make_learner(cohort)
        client.post(f"{dashboard}/people/{person.id}/withdraw", data=REASON)
        cohort.seats = 1
        db.session.commit()
        make_learner(cohort)

        response = client.post(f"{dashboard}/people/{person.id}/return")

        assert response.status_code == 409
        db.session.refresh(enrolment_of(seat))
        assert enrolment_of(seat).withdrawn_at is not None

    def test_hides_people_of_other_countries(self, client):
        other = make_cohort("GE")
        person, seat = make_learner(other)

        address = f"/delegations/ge/{other.slug}/people/{person.id}/withdraw"

        assert client.post(address, data=REASON).status_code == 404
        assert enrolment_of(seat).withdrawn_at is None


class TestMove:
    def test_takes_progress_attempts_and_certificate_along(
        self, client, client_of, cohort, dashboard, outbox
    ):
        person, seat = make_learner(cohort)
        complete(seat)
        target = make_cohort("KZ")
        number = certificate_of(seat.enrolment_id).number
        attempts = len(db.session.scalars(select(Attempt)).all())
        outbox()

        seen = client.get(f"{dashboard}/people/{person.id}/move?to={target.slug}")
        response = client.post(
            f"{dashboard}/people/{person.id}/move", data={**REASON, "to": target.slug}
        )

        assert "Moves, with attempts and certificates" in text_of(seen)
        assert response.status_code == 303
        db.session.expire_all()
        moved = seat_by_enrolment(seat.enrolment_id)
        assert moved.cohort_slug == target.slug
        assert progress_of(moved).is_complete
        assert certificate_of(seat.enrolment_id).number == number
        assert len(db.session.scalars(select(Attempt)).all()) == attempts
        learner = client_of(person)
        assert learner.get(f"/learn/{target.slug}/digital-id").status_code == 200
        assert learner.get(f"/learn/{cohort.slug}/digital-id").status_code == 404
        assert target.title in outbox()[-1].body
        noted = event("move").details
        assert (noted["before"], noted["after"]) == (cohort.slug, target.slug)

    def test_changes_nothing_before_it_is_confirmed(self, client, cohort, dashboard):
        person, seat = make_learner(cohort)
        target = make_cohort("KZ")

        client.get(f"{dashboard}/people/{person.id}/move?to={target.slug}")

        assert enrolment_of(seat).cohort_id == cohort.id

    def test_keeps_a_course_that_the_new_cohort_does_not_take(self, client, cohort, dashboard):
        person, seat = make_learner(cohort)
        target = make_cohort("KZ", courses=())

        seen = client.get(f"{dashboard}/people/{person.id}/move?to={target.slug}")
        client.post(f"{dashboard}/people/{person.id}/move", data={**REASON, "to": target.slug})

        assert "Stays behind, closed" in text_of(seen)
        enrolment = enrolment_of(seat)
        db.session.refresh(enrolment)
        assert enrolment.cohort_id == cohort.id
        assert enrolment.withdrawn_at is not None

    def test_refuses_whoever_is_there(self, client, cohort, dashboard):
        person, _seat = make_learner(cohort)
        target = make_cohort("KZ")
        from tests.factories import enrolled

        enrolled(person, target)

        response = client.post(
            f"{dashboard}/people/{person.id}/move", data={**REASON, "to": target.slug}
        )

        assert response.status_code == 409
        assert len(db.session.scalars(select(Enrolment)).all()) == 2

    def test_needs_a_free_seat(self, client, cohort, dashboard):
        person, seat = make_learner(cohort)
        target = make_cohort("KZ", seats=1)
        make_learner(target)

        response = client.post(
            f"{dashboard}/people/{person.id}/move", data={**REASON, "to": target.slug}
        )

        assert response.status_code == 409
        assert enrolment_of(seat).cohort_id == cohort.id

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_hides_cohorts_of_other_countries(self, client, cohort, dashboard, method):
        person, seat = make_learner(cohort)
        foreign = make_cohort("GE")
        address = f"{dashboard}/people/{person.id}/move"

        response = (
            client.get(f"{address}?to={foreign.slug}")
            if method == "get"
            else client.post(address, data={**REASON, "to": foreign.slug})
        )

        assert response.status_code == 404
        assert enrolment_of(seat).cohort_id == cohort.id

    def test_crosses_countries_within_a_programme(self, client_of, cohort, dashboard):
        person, seat = make_learner(cohort)
        abroad = make_cohort("GE")
        abroad.programme_id = cohort.programme_id
        db.session.commit()
        staff = make_staff("coordinator", "programme", cohort.programme.slug)

        response = client_of(staff).post(
            f"{dashboard}/people/{person.id}/move", data={**REASON, "to": abroad.slug}
        )

        assert response.status_code == 303
        db.session.refresh(enrolment_of(seat))
        assert enrolment_of(seat).cohort_id == abroad.id


class TestMendInvitation:
    def test_kills_the_old_link_and_sends_a_new_one(
        self, app, client, coordinator, cohort, dashboard, outbox
    ):
        invitation = invite(coordinator, cohort, "wrong@example.org", "en")
        db.session.commit()
        old = next(word for word in outbox()[-1].body.split() if "/invite/" in word)

        response = client.post(
            f"{dashboard}/invitations/{invitation.id}/mend", data={"email": "right@example.org"}
        )

        assert response.status_code == 303
        assert "wrong" not in str(event("mend_invitation").details)
        mail = outbox()[-1]
        assert mail.to == ["right@example.org"]
        new = next(word for word in mail.body.split() if "/invite/" in word)
        visitor = app.test_client()
        assert "Accept" in text_of(visitor.get(new.removeprefix("http://localhost")))
        assert (
            visitor.post(old.removeprefix("http://localhost").partition("?")[0]).status_code == 410
        )

    def test_keeps_the_place_though_others_wait(self, client, coordinator, cohort, dashboard):
        cohort.seats = 1
        invitation = invite(coordinator, cohort, "wrong@example.org", "en")
        waiting = make_nomination(cohort, coordinator)
        approve(make_staff("coordinator", "programme", cohort.programme.slug), [waiting])
        db.session.commit()

        client.post(
            f"{dashboard}/invitations/{invitation.id}/mend", data={"email": "right@example.org"}
        )

        assert seat_holders(cohort) == {"right@example.org"}
        db.session.refresh(waiting)
        assert waiting.is_waiting

    @pytest.mark.parametrize("typed", ["", "nobody", "wrong@example.org"])
    def test_asks_for_another_address(self, client, coordinator, cohort, dashboard, typed):
        invitation = invite(coordinator, cohort, "wrong@example.org", "en")
        db.session.commit()

        response = client.post(
            f"{dashboard}/invitations/{invitation.id}/mend", data={"email": typed}
        )

        assert response.status_code == 422
        (kept,) = db.session.scalars(select(Invitation))
        db.session.refresh(kept)
        assert kept.withdrawn_at is None
