"""Kills the worker while it issues a batch of certificates, and looks at what is there in the end.

The promise: everybody in the batch has one certificate, which stands once in the register, without a gap there; one
PDF that is whole, signed, and of the hash that the database has; and one e-mail. A worker that notes what it issued in
another transaction, and counts on no unique key, must fail.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select

from lms.accounts import services as accounts
from lms.accounts.models import Approval, Person
from lms.accounts.services import approvals
from lms.audit.services import verify
from lms.certificates import services
from lms.certificates.models import BatchRow, Certificate, CertificateFile, RegisterEntry
from lms.certificates.queries import occasions_of
from lms.certificates.rules import Choices
from lms.cohorts.models import Cohort, CohortCourse, Enrolment
from lms.courses.queries import newest_version, outline_of
from lms.extensions import db
from lms.lib.pdf_text import text_of
from lms.notices.models import Message
from lms.progress.models import Completion, DoneStep
from lms.quizzes.models import Attempt
from tests.factories import make_cohort, make_staff
from tests.faults.course import QUIZ
from tests.faults.house import furnish, house
from tests.faults.killing import LEASE_SECONDS, Killing, count
from tests.faults.servers import Worker

HANDLERS = ("issue_row", "draw_certificate", "send_message")
LATEST_SECONDS = 0.3  # so that a kill hits a job anywhere
BROKEN_LATEST_SECONDS = 2.0  # its jobs take so long: it sleeps between the two transactions
NAMES = (
    ("Айгүл", "Сәрсенбаева"), ("Ketevan", "Lomidze"), ("Ани", "Петросян"), ("გიორგი", "ბერიძე"),
    ("Farida", "Nazarova"), ("민준", "김"),
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """What one run does."""

    database: str  # sqlite or postgresql
    count: int  # of certificates
    kills: int  # in the middle of a job
    is_broken: bool = False


@dataclass
class Verdict:
    plan: Plan
    killing: Killing
    issued: int = 0  # rows of the batch
    certificates: int = 0
    holders: int = 0
    entries: int = 0  # issues in the register
    is_without_gap: bool = False
    pdfs: int = 0  # whole, of their hash, and with their holder's name
    mails: int = 0
    mailed_twice: int = 0
    is_log_whole: bool = False

    @property
    def holds(self) -> bool:
        found = (self.issued, self.certificates, self.holders, self.entries, self.pdfs, self.mails)
        is_once = set(found) == {self.plan.count} and not self.mailed_twice and self.is_without_gap
        return is_once and self.is_log_whole and self.killing.kills.total() == self.plan.kills

    def __str__(self) -> str:
        return (
            f"{self.plan.count} in the batch: {self.issued} issued, {self.certificates} certificates "
            f"of {self.holders} people, {self.entries} in the register "
            f"({'without' if self.is_without_gap else 'WITH'} a gap), {self.pdfs} PDFs as they should be, "
            f"{self.mails} with an e-mail ({self.mailed_twice} with two); "
            f"log {'whole' if self.is_log_whole else 'damaged'}\n"
            f"{self.killing}\n"
            f"{'all held' if self.holds else 'BROKEN'}"
        )


def run(plan: Plan) -> Verdict:
    env = {"JOB_LEASE_SECONDS": str(LEASE_SECONDS), "JOB_MAX_TRIES": "100"}
    with house(plan.database, **env) as home:
        module = "tests.faults.broken_issuing" if plan.is_broken else "wsgi"
        worker = home.add(Worker(home.env, home.folder / "worker.log", module))
        app = furnish(home)
        latest = BROKEN_LATEST_SECONDS if plan.is_broken else LATEST_SECONDS
        killing = Killing(worker, HANDLERS, done, 2 * plan.count, latest)
        verdict = Verdict(plan, killing)
        ask(app, plan)
        worker.start()
        with app.test_request_context():  # a page that reads keeps nobody from writing
            killing.run(plan.kills)
        worker.kill()
        compare(app, verdict)
        return verdict


def ask(app: Flask, plan: Plan) -> None:
    """Let an officer ask for a batch, and another agree where it is large; issuing is left to the worker."""
    with app.app_context():
        cohort = make_cohort("KZ", courses=("faults",))
        officer, second = (make_staff("officer", "country", "KZ") for _officer in "12")
        keys = [f"enrolment:{graduate(cohort, number)}" for number in range(plan.count)]
        services.ask_for_batch(officer, occasions_of(officer, keys), Choices(), "the form")
        for asked in approvals.waiting("issue_certificates"):
            approvals.decide(second, asked, is_approved=True)
        db.session.commit()
        assert count(Approval.id.is_not(None)) == (plan.count > services.SECOND_OFFICER_ABOVE)
        db.session.remove()


def graduate(cohort: Cohort, number: int) -> int:
    """Make somebody who has done all of the course; return the place in it."""
    given, family = NAMES[number % len(NAMES)]
    person = accounts.create_person(
        f"graduate{number}@example.org", password=None, country_code="KZ", given_name=given,
        family_name=family, given_name_latin="Graduate", family_name_latin=f"Number{number}",
        language="en", time_zone=cohort.time_zone,
    )  # fmt: skip
    now, version = datetime.now(UTC), newest_version("faults")
    person.name_confirmed_at = now
    course_id = db.session.scalars(
        select(CohortCourse.course_id).where(CohortCourse.cohort_id == cohort.id)
    ).one()
    enrolment = Enrolment(
        person_id=person.id, cohort_id=cohort.id, course_id=course_id, version_id=version.id,
        enrolled_at=now,
    )  # fmt: skip
    db.session.add(enrolment)
    db.session.flush()
    db.session.add_all(
        DoneStep(enrolment_id=enrolment.id, path=step.path, done_at=now)
        for step in outline_of(version.id).steps
    )
    db.session.add(Completion(enrolment_id=enrolment.id, completed_at=now))
    db.session.add(
        Attempt(
            enrolment_id=enrolment.id, version_id=version.id, quiz=QUIZ, number=1, seed=1,
            language="en", item_keys=[], pass_percent=50, started_at=now, submitted_at=now,
            marked_at=now, score_percent=100, is_passed=True, marks={},
        )
    )  # fmt: skip
    return enrolment.id


def done() -> int:
    """Count what was issued and what was drawn until now."""
    return count(BatchRow.state == "issued") + count(CertificateFile.certificate_id.is_not(None))


def compare(app: Flask, verdict: Verdict) -> None:
    """Count what became of the batch."""
    with app.app_context():
        verdict.issued = count(BatchRow.state == "issued")
        certificates = list(db.session.scalars(select(Certificate).order_by(Certificate.id)))
        verdict.certificates = len(certificates)
        verdict.holders = len({one.occasion for one in certificates})
        entries = list(db.session.scalars(select(RegisterEntry).order_by(RegisterEntry.index)))
        verdict.entries = len({one.certificate_id for one in entries if one.event == "issue"})
        verdict.is_without_gap = [one.index for one in entries] == list(range(len(certificates)))
        verdict.pdfs = sum(is_as_it_should_be(one) for one in certificates)
        letters = Counter(
            db.session.scalars(
                select(Message.person_id).where(
                    Message.kind == "certificate_issued", Message.sent_at.is_not(None)
                )
            )
        )
        verdict.mails = len(letters)
        verdict.mailed_twice = sum(times > 1 for times in letters.values())
        verdict.is_log_whole = verify() is None
        db.session.remove()
        db.engine.dispose()


def is_as_it_should_be(certificate: Certificate) -> bool:
    """Tell whether there is one PDF, whole, and with the name of its holder."""
    file = db.session.get(CertificateFile, certificate.id)
    if file is None or file.pdf is None or hashlib.sha256(file.pdf).hexdigest() != file.sha256:
        return False
    holder = db.session.get_one(Person, certificate.person_id)
    text = text_of(file.pdf)
    return holder.name_latin in text and certificate.number in text
