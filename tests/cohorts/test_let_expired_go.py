"""Nobody accepted in time: the place goes on within the hour, once, by the rules of a withdrawal."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from lms.cohorts import jobs, services
from lms.cohorts.models import Invitation, Nomination
from lms.cohorts.queries import cohorts_with_expired, taken_seats
from lms.cohorts.rules import nomination_state
from lms.extensions import db
from lms.jobs.models import Job
from lms.notices.models import Message
from tests.factories import (
    enrolled,
    make_cohort,
    make_intake,
    make_nomination,
    make_person,
    make_staff,
)


@pytest.fixture
def cohort(app):
    made = make_cohort("KZ", seats=2)
    make_intake(made)
    return made


@pytest.fixture
def coordinator(app):
    return make_staff("coordinator", "country", "KZ")


@pytest.fixture
def approve(cohort, coordinator):
    """Return a function that has somebody nominated and approved in a cohort."""
    partner = make_staff("coordinator", "programme", cohort.programme.slug)

    def one(in_cohort=cohort) -> Nomination:
        nomination = make_nomination(in_cohort, coordinator)
        services.approve(partner, [nomination])
        db.session.commit()
        return nomination

    return one


def expire(*invitations: Invitation) -> None:
    for one in invitations:
        one.expires_at = datetime.now(UTC) - timedelta(minutes=1)
    db.session.commit()


def state(nomination: Nomination) -> str:
    db.session.refresh(nomination)
    return str(nomination_state(nomination))


def work() -> None:
    """Do what the worker does each hour, without sending any mail."""
    jobs.let_expired_go()
    db.session.commit()
    for job in db.session.scalars(db.select(Job).filter_by(handler="let_expired_go_in")).all():
        jobs.let_expired_go_in(**job.arguments)
        db.session.delete(job)
    db.session.commit()


class TestLetExpiredGo:
    def test_gives_the_place_to_the_first_of_the_queue(self, cohort, coordinator, approve):
        sent = services.invite(coordinator, cohort, "slow@example.org", "en")
        link, _token = services.make_link(coordinator, cohort, "en")
        first, second, third = approve(), approve(), approve()
        assert [state(one) for one in (first, second, third)] == ["waiting"] * 3

        expire(sent)
        work()
        work()

        assert [state(one) for one in (first, second, third)] == ["placed", "waiting", "waiting"]
        letters = db.select(Message.kind).filter_by(address=first.email).order_by(Message.id)
        assert list(db.session.scalars(letters))[-1] == "place_given"
        expire(link)
        work()
        assert [state(one) for one in (second, third)] == ["placed", "waiting"]
        assert taken_seats([cohort.id]) == {cohort.id: 2}
        assert cohorts_with_expired() == []

    def test_gives_it_to_another_country_when_nobody_of_the_own_one_waits(
        self, cohort, coordinator, approve
    ):
        other = make_cohort("GE", seats=1)
        other.intake_id = cohort.intake_id
        enrolled(make_person("GE"), other)
        waiting = approve(other)
        sent = services.invite(coordinator, cohort, "slow@example.org", "en")
        assert state(waiting) == "waiting"  # a place that was never filled is not spare

        expire(sent)
        work()

        assert state(waiting) == "placed"

    def test_gives_on_no_place_that_is_held_otherwise(self, cohort, coordinator, approve):
        """A nominee's place stays theirs, and so does that of whoever came in by another door or was sent another."""
        cohort.seats = 3
        nominee, person = approve(), make_person("KZ")
        services.invite(coordinator, cohort, "again@example.org", "en")
        services.invite(coordinator, cohort, person.email, "en")
        waiting = approve()
        newer = services.invite(coordinator, cohort, "again@example.org", "en")
        enrolled(person, cohort)
        expire(*db.session.scalars(db.select(Invitation).where(Invitation.id != newer.id)))

        work()

        assert [state(nominee), state(waiting)] == ["placed", "waiting"]
        assert services.withdraw_invitation(newer) == [waiting]

    def test_leaves_a_cohort_alone_that_is_over(self, cohort, coordinator, approve):
        sent = [services.invite(coordinator, cohort, f"{n}@example.org", "en") for n in range(2)]
        waiting = approve()
        expire(*sent)
        cohort.starts_on = cohort.ends_on = datetime.now(UTC).date() - timedelta(days=2)
        db.session.commit()

        work()

        assert state(waiting) == "waiting"

    def test_frees_nothing_again_when_it_is_withdrawn_later(self, cohort, coordinator, approve):
        other = make_cohort("GE", seats=1)
        other.intake_id = cohort.intake_id
        sent = services.invite(coordinator, cohort, "slow@example.org", "en")
        expire(sent)
        work()
        enrolled(make_person("GE"), other)
        waiting = approve(other)

        assert services.withdraw_invitation(sent) == []
        assert state(waiting) == "waiting"

    def test_lets_a_renewed_link_expire_again(self, cohort, coordinator, approve):
        link, _token = services.make_link(coordinator, cohort, "en")
        expire(link)
        work()
        services.renew_link(link)
        services.invite(coordinator, cohort, "other@example.org", "en")
        waiting = approve()

        expire(link)
        work()

        assert state(waiting) == "placed"

    def test_gives_it_once_with_two_workers(self, app, cohort, coordinator, approve):
        """One place has expired and one was never filled: the second worker must not take the other for it."""
        other = make_cohort("GE", seats=1)
        other.intake_id = cohort.intake_id
        enrolled(make_person("GE"), other)
        two = [approve(other).id for _number in range(2)]
        expire(services.invite(coordinator, cohort, "slow@example.org", "en"))
        cohort_id = cohort.id
        db.session.remove()
        together = Barrier(2)

        def let_go() -> None:
            with app.app_context():
                together.wait()
                jobs.let_expired_go_in(cohort_id)
                db.session.commit()

        with ThreadPoolExecutor(2) as workers:
            for one in [workers.submit(let_go) for _number in range(2)]:
                one.result()

        states = [state(db.session.get_one(Nomination, one)) for one in two]
        assert states == ["placed", "waiting"]
