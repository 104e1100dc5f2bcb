"""A batch: more than one officer may decide about alone, what broke off, and who is told that it is done."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.accounts.services import approvals
from lms.certificates import jobs, services
from lms.certificates.services.signatories import change_signatory
from lms.extensions import db
from lms.jobs.services import run_due
from lms.notices.models import Message
from tests.certificates.conftest import (
    at_once,
    batch_rows,
    certificates,
    follow,
    ids,
    jobs_of,
    run_rows,
)
from tests.factories import (
    FINAL,
    FIRST_QUIZ,
    complete,
    enrolment_of,
    make_signatory,
    make_staff,
    take_quiz,
)
from tests.pages import text_of

ISSUE = "/certificates/issue"

pytestmark = pytest.mark.usefixtures("officers_issue")


class TestIssueToMany:
    """More than 50, of which only the first has done anything: each fails or not by itself."""

    @pytest.fixture
    def asked(self, officer, learner_in, finisher_in, monkeypatch):
        monkeypatch.setattr("lms.certificates.services.batches.SECOND_OFFICER_ABOVE", 1)
        return follow(officer, officer.post(ISSUE, data=ids(finisher_in(), learner_in())))

    def test_is_not_agreed_to_by_somebody_in_it(self, asked, client_of):
        (approval,) = approvals.waiting("issue_certificates")
        person = db.session.get_one(Person, batch_rows()[0].person_id)
        accounts.grant_role(None, person, "officer", "country", "KZ")
        db.session.commit()

        response = client_of(person).post(f"/approvals/{approval.id}/approve")

        assert response.status_code == 404
        assert approvals.waiting("issue_certificates") != []

    def test_waits_for_a_second_officer_and_starts_then(self, asked, officer, client_of):
        (approval,) = approvals.waiting("issue_certificates")
        second = make_staff("officer", "country", "KZ")
        batch = asked.request.path

        own = officer.post(f"/approvals/{approval.id}/approve")
        foreign = client_of(make_staff("officer", "country", "GE")).get(batch)
        run_rows()

        assert "It waits for a second officer." in text_of(asked)
        assert own.status_code == 403
        assert foreign.status_code == 404
        assert certificates() == []
        approvals_page = client_of(second).get("/approvals")
        assert "Issue 2 certificates at once (batch 1)" in text_of(approvals_page)
        assert client_of(second).post(f"/approvals/{approval.id}/approve").status_code == 303
        run_rows()
        assert len(certificates()) == 1
        assert certificates()[0].issued_by_id == approval.asked_by_id
        assert "1 of 2 issued" in text_of(client_of(second).get(batch))

    def test_prints_what_was_confirmed_though_another_agrees_days_later(
        self, learner_in, finisher_in, client_of, monkeypatch
    ):
        monkeypatch.setattr("lms.certificates.services.batches.SECOND_OFFICER_ABOVE", 1)
        ready, unready = finisher_in(), learner_in()
        cohort = enrolment_of(ready.seat).cohort
        signatory = make_signatory(cohort.programme, "Lee Seo-yeon")
        now = datetime.now(UTC)
        first = client_of(make_staff("officer", "country", "KZ"))
        confirmed = text_of(first.get(ISSUE, query_string=ids(ready)))
        asked = follow(first, first.post(ISSUE, data=ids(ready, unready)))
        (approval,) = approvals.waiting("issue_certificates")

        with time_machine.travel(now + timedelta(days=4)):
            change_signatory(cohort.programme, signatory, {"name": "Kim Min-jun"}, seen_version=1)
            db.session.commit()
            second = client_of(make_staff("officer", "country", "KZ"))
            second.post(f"/approvals/{approval.id}/approve")
            run_rows()

        (certificate,) = certificates()
        assert certificate.issued_on == cohort.day_at(now)
        assert certificate.facts["issued_on"] == certificate.issued_on.isoformat()
        assert certificate.facts["signatory_name"] == "Lee Seo-yeon"
        assert "Lee Seo-yeon" in confirmed
        assert certificate.issued_at > now + timedelta(days=3)
        day = certificate.issued_on
        register = first.get(f"/certificates/register?since={day}&until={day}")
        assert certificate.number in text_of(register)
        with time_machine.travel(now + timedelta(days=5)):
            complete(unready.seat)
            later = client_of(make_staff("officer", "country", "KZ"))
            later.post(f"{asked.request.path}/retry")
            run_rows()
            assert batch_rows()[1].fault == "earned_later"
            assert "It was earned after the date" in text_of(later.get(asked.request.path))
        with time_machine.travel(now + timedelta(days=31)):
            last = client_of(make_staff("officer", "country", "KZ"))
            refused = last.post(f"{asked.request.path}/retry")
            assert refused.status_code == 409
            assert "asked for more than 30 days ago" in text_of(refused)
        assert len(certificates()) == 1

    def test_counts_no_quiz_that_was_passed_meanwhile_against_a_participation(
        self, finisher_in, client_of, officer, monkeypatch
    ):
        monkeypatch.setattr("lms.certificates.services.batches.SECOND_OFFICER_ABOVE", 0)
        learner = finisher_in(except_paths=(FINAL, FIRST_QUIZ))
        officer.post(ISSUE, data={**ids(learner), "kind": "participation"})
        (approval,) = approvals.waiting("issue_certificates")

        with time_machine.travel(datetime.now(UTC) + timedelta(days=2)):
            take_quiz(learner.seat, FIRST_QUIZ)
            second = client_of(make_staff("officer", "country", "KZ"))
            second.post(f"/approvals/{approval.id}/approve")
            run_rows()

        assert [(one.state, one.fault) for one in batch_rows()] == [("issued", "")]

    def test_is_closed_when_another_declines(self, asked, officer, client_of):
        (approval,) = approvals.waiting("issue_certificates")
        second = client_of(make_staff("officer", "country", "KZ"))

        second.post(f"/approvals/{approval.id}/decline")
        run_rows()

        page = text_of(officer.get(asked.request.path))
        assert "Nothing was issued. Everybody stands under Ready as before." in page
        assert "Declined" in text_of(officer.get("/certificates/batches"))
        assert certificates() == []


class TestBrokenOff:
    def test_shows_and_tries_again_what_was_given_up(self, finisher_in, officer, monkeypatch):
        learner = finisher_in()
        monkeypatch.setattr("lms.jobs.services.wait_after", lambda _tries: timedelta(0))
        monkeypatch.setattr("lms.certificates.services.batches.issue_certificate", broken)
        batch = officer.post(ISSUE, data=ids(learner)).location
        run_due()
        broken_off = text_of(officer.get(batch))
        monkeypatch.undo()

        officer.post(f"{batch}/retry")
        run_rows()

        assert "1 needs you." in broken_off
        assert "A fault on our side ended the work." in broken_off
        assert len(certificates()) == 1
        assert "1 of 1 issued" in text_of(officer.get(batch))


def broken(*_given, **_facts):
    raise RuntimeError


def told(batch_id: int) -> None:
    services.tell_batch(batch_id)
    db.session.commit()


def notices() -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(select(Message).filter_by(kind="batch_done")))


class TestTellBatch:
    def test_tells_once_when_all_is_issued_and_drawn_or_given_up(self, app, finisher_in, officer):
        done, stuck, ready = (finisher_in() for _ in range(3))
        officer.post(ISSUE, data=ids(done, stuck, ready))
        batch_id = batch_rows()[0].batch_id
        ready.person.name_confirmed_at = None  # so that this one needs the officer
        db.session.commit()

        told(batch_id)
        assert notices() == []  # nothing is issued
        run_rows()
        told(batch_id)
        assert notices() == []  # nothing is drawn
        drawn, given_up = sorted(jobs_of("draw_certificate"), key=lambda job: job.id)
        jobs.draw_certificate(**drawn.arguments)
        given_up.dead_at = datetime.now(UTC)
        db.session.commit()

        at_once(app, *[lambda: told(batch_id)] * 3)
        (notice,) = notices()
        assert notice.subject == "2 certificates issued. 2 need you."
        assert notice.page_path == f"/certificates/batches/{batch_id}"
        assert "2 need you." in text_of(officer.get(notice.page_path))

        officer.post(f"/certificates/batches/{batch_id}/retry")
        told(batch_id)
        assert len(notices()) == 1  # it works again
        run_rows()
        while run_due():
            pass
        told(batch_id)
        told(batch_id)
        assert [one.subject for one in notices()][1:] == ["2 certificates issued. 1 needs you."]

    def test_looks_again_by_itself(self, finisher_in, officer):
        officer.post(ISSUE, data=ids(finisher_in()))

        while run_due():
            pass
        assert notices() == []
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1), tick=False):
            run_due()

        assert len(notices()) == 1
        assert not [job for job in jobs_of("tell_batch") if job.finished_at is None]

    def test_looks_into_it_again_where_nobody_looks_any_more(self, finisher_in, officer):
        """As of a batch that was issued before anybody was told, or whose look was given up."""
        learner = finisher_in()
        learner.person.name_confirmed_at = None
        batch = officer.post(ISSUE, data=ids(learner)).location
        run_rows()
        (look,) = jobs_of("tell_batch")
        look.dead_at = datetime.now(UTC)
        db.session.commit()

        for _press in "12":
            officer.post(f"{batch}/retry")
            run_rows()

        waiting = [one for one in jobs_of("tell_batch") if one.dead_at is None]
        assert [one.arguments for one in waiting] == [look.arguments]
