"""Certificates that end: reminders, and the certificate that follows."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from lms.certificates.models import Certificate
from lms.certificates.queries import DUE, certificate_of, eligibility_of
from lms.certificates.rules import Kind
from lms.certificates.services import (
    AlreadyIssued,
    issue_certificate,
    lift_suspension,
    remind_of_expiry,
    replace_certificate,
    suspend_certificate,
)
from lms.courses.models import CourseVersion
from lms.extensions import db
from lms.notices.models import Message
from tests.certificates.conftest import certificates, revoke
from tests.factories import FINAL, change_quiz, enrolment_of, make_cohort, make_staff, take_quiz
from tests.pages import text_of

START = date(2026, 11, 26)
LAST = date(2028, 11, 26)


@pytest.fixture(autouse=True)
def holds_two_years(app):
    version = db.session.scalar(select(CourseVersion))
    version.outline["certificate"]["valid_months"] = 24
    flag_modified(version, "outline")
    change_quiz(FINAL, max_attempts=None, wait_hours=0)


@pytest.fixture
def early(finisher_in):
    """Somebody who got a certificate two years ahead of its end, in a cohort that stays open."""
    with time_machine.travel(f"{START}T08:00:00Z", tick=False):
        cohort = make_cohort("KZ", ends_on=date(2030, 12, 31))
        learner = finisher_in(cohort=cohort)
    assert learner.certificate.expires_on == LAST
    assert learner.certificate.facts["expires_on"] == LAST.isoformat()
    return learner


def told() -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(select(Message).filter_by(kind="certificate_expiring")))


def remind_on(day: date) -> int:
    """Let two workers do the work of a day, one after the other; return how many messages there are."""
    with time_machine.travel(f"{day}T05:00:00Z", tick=False):
        for _worker in "12":
            remind_of_expiry()
            db.session.commit()
    return len(told())


class TestRemindOfExpiry:
    def test_writes_60_30_and_7_days_before_each_once_in_the_holders_language(self, early):
        early.person.language = "ka"
        db.session.commit()

        counts = [remind_on(LAST - timedelta(days=left)) for left in (61, 60, 59, 30, 8, 7, 0)]

        assert counts == [0, 1, 1, 2, 2, 3, 3]
        assert remind_on(LAST + timedelta(days=1)) == 3
        assert {one.language for one in told()} == {"ka"}
        assert told()[0].page_path == f"/certificates/mine/{early.certificate.number}"
        assert early.certificate.number in told()[0].body

    def test_never_writes_about_what_does_not_hold_or_was_renewed(self, early, finisher_in):
        number = early.certificate.number
        with time_machine.travel(f"{START}T09:00:00Z", tick=False):
            revoke(number, {"reason": "holder_asked", "note": "Asked."})

        assert remind_on(LAST - timedelta(days=60)) == 0


class TestRenewCertificate:
    def test_follows_on_the_final_passed_once_more_and_the_old_one_stays(self, early, client_of):
        officer = make_staff("officer", "country", "KZ")
        enrolment = enrolment_of(early.seat)
        with time_machine.travel(LAST - timedelta(days=90)):
            take_quiz(early.seat, FINAL)  # too early to count
            with pytest.raises(AlreadyIssued):
                issue_certificate(officer, enrolment)
        with time_machine.travel(LAST - timedelta(days=40)):
            assert [gap.clause for gap in eligibility_of(enrolment).missing] == ["afresh"]
            page = text_of(
                client_of(early.person).get(f"/certificates/mine/{early.certificate.number}")
            )
            assert "You can renew it now." in page

            take_quiz(early.seat, FINAL, right=0)
            assert len(certificates()) == 1
            take_quiz(early.seat, FINAL)

        old, new = certificates()
        assert (old.sequence, new.sequence) == (1, 2)
        assert old.replaced_at is None
        end = datetime(2028, 11, 26, 18, 59, 59, tzinfo=UTC)  # midnight in Almaty
        assert [old.standing_at(end + timedelta(seconds=more)) for more in (0, 1)] == [
            "valid", "expired"
        ]  # fmt: skip
        assert new.expires_on > LAST + timedelta(days=600)
        assert new.grounds["final"]["attempt"] == 4
        assert remind_on(LAST - timedelta(days=30)) == 0
        with time_machine.travel(LAST - timedelta(days=30)):
            page = text_of(client_of(early.person).get(f"/certificates/mine/{old.number}"))
            assert "It was renewed." in page
            assert new.number in page
            assert DUE[Kind.COMPLETION](officer) == []
        with time_machine.travel(LAST - timedelta(days=20)):
            take_quiz(early.seat, FINAL)
        assert db.session.query(Certificate).count() == 2

    def test_waits_while_the_earlier_one_is_suspended(self, early):
        officer = make_staff("officer", "country", "KZ")
        enrolment = enrolment_of(early.seat)
        with time_machine.travel(LAST - timedelta(days=40)):
            suspend_certificate(officer, early.certificate, reason="Looked into.")
            db.session.commit()

            take_quiz(early.seat, FINAL)

            assert len(certificates()) == 1
            assert [gap.clause for gap in eligibility_of(enrolment).missing] == ["suspended"]
            lift_suspension(officer, certificates()[0], reason="Nothing found.")
            db.session.commit()
        old, new = certificates()
        assert (old.sequence, new.sequence) == (1, 2)
        assert new.issued_by_id is None

    def test_is_not_asked_for_again_when_the_old_one_is_issued_anew(self, early):
        officer = make_staff("officer", "country", "KZ")
        with time_machine.travel(LAST - timedelta(days=40)):
            take_quiz(early.seat, FINAL)
        old, new = certificates()
        with time_machine.travel(LAST - timedelta(days=35)):
            replace_certificate(officer, old, reason="Typing.")
            db.session.commit()

            assert DUE[Kind.COMPLETION](officer) == []
            assert certificate_of(early.seat.enrolment_id).number == new.number
        assert remind_on(LAST - timedelta(days=30)) == 0

    def test_counts_a_pass_from_before_the_old_one_was_issued_anew(self, early, officers_issue):
        officer = make_staff("officer", "country", "KZ")
        with time_machine.travel(LAST - timedelta(days=40)):
            take_quiz(early.seat, FINAL)
        with time_machine.travel(LAST - timedelta(days=35)):
            replace_certificate(officer, early.certificate, reason="Typing.")
            db.session.commit()

            (line,) = DUE[Kind.COMPLETION](officer)
            assert line.eligibility.is_met

    def test_waits_for_an_officer_where_the_course_says_so(self, early, officers_issue):
        officer = make_staff("officer", "country", "KZ")
        with time_machine.travel(LAST + timedelta(days=10)):
            assert DUE[Kind.COMPLETION](officer) == []
            take_quiz(early.seat, FINAL)

            (line,) = DUE[Kind.COMPLETION](officer)
            assert line.eligibility.is_met
            issue_certificate(officer, line.occasion)
            db.session.commit()
            assert DUE[Kind.COMPLETION](officer) == []
        assert [one.sequence for one in certificates()] == [1, 2]
