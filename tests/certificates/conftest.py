"""Learners near the end of a course, their certificates, and the officers who look after them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from threading import Barrier, Thread

import pypdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from lms.accounts.models import Person
from lms.accounts.services.approvals import decide
from lms.audit import services as audit
from lms.certificates.models import BatchRow, Certificate, CertificateFile
from lms.certificates.queries import by_number
from lms.certificates.revoking import ask_to_revoke
from lms.certificates.services import issue_row, register
from lms.cohorts.models import Cohort
from lms.cohorts.queries import Seat
from lms.courses.models import CourseVersion
from lms.courses.queries import forget_cached
from lms.extensions import db
from lms.jobs.models import Job
from lms.jobs.services import still_to_do
from lms.lib.numbers import new_number
from lms.quizzes.services import save_answer
from tests.factories import (
    FINAL,
    complete,
    enrolment_of,
    make_cohort,
    make_learner,
    make_staff,
    right_answer,
    sitting,
    start,
)


def end_on(certificate: Certificate, day: date) -> None:
    """Let a certificate hold until the end of a day where its cohort is."""
    cohort = db.session.get_one(Cohort, certificate.cohort_id)
    certificate.expires_on, certificate.expires_at = day, cohort.end_of(day)


ETHIOPIC = "አበበ"  # no font of the certificate has these letters


@dataclass
class Learner:
    person: Person
    seat: Seat
    client: FlaskClient

    @property
    def course_url(self) -> str:
        return f"/learn/{self.seat.cohort_slug}/{self.seat.course_slug}"

    def open_certificate(self):
        """Open the learner's own page of the certificate."""
        return self.client.get(f"{self.course_url}/certificate")

    def answer_final(self):
        """Answer every question of the final assessment rightly, without handing it in."""
        attempt = start(self.seat, FINAL)
        current = sitting(self.seat, attempt)
        for question in current.questions:
            save_answer(current, question, right_answer(question), f"right {question.number}")
        db.session.commit()

    def submit_final(self):
        return self.client.post(f"{self.course_url}/{FINAL}/attempt/1/submit")

    def confirm_name(self, given="Aigul", family="Sarsenbayeva"):
        names = {"given_name": given, "family_name": family}
        latin = {"given_name_latin": "Aigul", "family_name_latin": "Sarsenbayeva"}
        return self.client.post("/account/name", data={**names, **latin})

    @property
    def certificate(self) -> Certificate | None:
        return db.session.scalar(select(Certificate).filter_by(person_id=self.person.id))


@pytest.fixture
def learner_in(client_of):
    """Return a function that makes a learner, in the middle of everything."""

    def make(country="KZ", *, cohort=None, **facts) -> Learner:
        person, seat = make_learner(cohort or make_cohort(country), **facts)
        return Learner(person, seat, client_of(person))

    return make


@pytest.fixture
def finisher_in(learner_in):
    """Return a function that makes a learner who has done everything but, perhaps, ``except_paths``."""

    def make(country="KZ", *, except_paths=(), **facts) -> Learner:
        learner = learner_in(country, **facts)
        complete(learner.seat, except_paths=except_paths)
        return learner

    return make


@pytest.fixture
def holder(finisher_in) -> Learner:
    """Somebody with a certificate of Kazakhstan."""
    return finisher_in("KZ")


@pytest.fixture
def officer(client_of):
    """The officer of Kazakhstan, signed in."""
    return client_of(make_staff("officer", "country", "KZ"))


@pytest.fixture
def stranger(client_of):
    """The officer of Georgia, signed in."""
    return client_of(make_staff("officer", "country", "GE", country="GE"))


@pytest.fixture
def officers_issue(app):
    """Let officers issue the certificates of the course, instead of the moment of passing."""
    version = db.session.scalar(select(CourseVersion))
    version.outline["certificate"]["issue"] = "officer"
    flag_modified(version, "outline")
    db.session.commit()
    forget_cached()


def batch_rows() -> list[BatchRow]:
    """Read all rows of batches anew."""
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(BatchRow).order_by(BatchRow.id)))


def jobs_of(handler: str) -> list[Job]:
    """Read the jobs of a kind anew."""
    db.session.rollback()
    return list(db.session.scalars(select(Job).filter_by(handler=handler)))


def certificates() -> list[Certificate]:
    """Read all certificates anew."""
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Certificate).order_by(Certificate.id)))


def files() -> list[CertificateFile]:
    db.session.rollback()
    return list(db.session.scalars(select(CertificateFile)))


def at_once(app, *calls) -> list:
    """Make calls at the same moment, each in a thread of its own, and return their answers."""
    together, answers = Barrier(len(calls)), []

    def run(call):
        with app.app_context():
            together.wait()
            answers.append(call())

    db.session.commit()  # the test's own transaction would keep them waiting
    threads = [Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def ids(*learners) -> dict[str, list[str]]:
    """Give what a form names learners by."""
    return {"occasion": [f"enrolment:{learner.seat.enrolment_id}" for learner in learners]}


def run_rows() -> None:
    """Issue what batches wait for, and leave the drawing, which takes far longer."""
    for waiting in still_to_do("issue_row"):
        issue_row(**waiting)
    db.session.commit()


def issue(officer: FlaskClient, *learners):
    """Let an officer issue to learners; return the page of the batch when it is over."""
    batch = officer.post("/certificates/issue", data=ids(*learners)).location
    run_rows()
    return officer.get(batch)


def follow(client, response):
    """Open the page that an answer leads to."""
    assert response.status_code == 303
    return client.get(response.location)


def pdf_text(document: bytes) -> str:
    return pypdf.PdfReader(BytesIO(document)).pages[0].extract_text()


def revoke(number: str, form: dict[str, str]) -> None:
    """Let two officers revoke a certificate."""
    first, second = (make_staff("officer", "all") for _officer in "12")
    certificate = by_number(number)
    asked = ask_to_revoke(first, certificate, reason=form["reason"], note=form["note"])
    decide(second, asked, is_approved=True)
    db.session.commit()


@pytest.fixture
def certify(app):
    """Return a function that makes certificates with their entries, without the pages of a course."""
    person, seat = make_learner()
    enrolment = enrolment_of(seat)

    def make(count: int, *, is_entered: bool = True) -> list[Certificate]:
        made = []
        for _number in range(count):
            number = new_number("KZ", 2026)
            certificate = Certificate(
                number=number, occasion=f"test:{number}", kind="completion", sequence=1, grounds={},
                enrolment_id=enrolment.id, person_id=person.id, cohort_id=enrolment.cohort_id,
                course_id=enrolment.course_id, country_code="KZ", issued_at=datetime.now(UTC),
                issued_on=date(2026, 11, 26), salt=secrets.token_bytes(32),
                facts={"number": number, "name_latin": "Aigul", "name_native": "Айгүл", "steps": 9},
            )  # fmt: skip
            db.session.add(certificate)
            db.session.flush()
            audit.record("issue_certificate", "certificate", number)
            if is_entered:
                register.append(certificate, "issue")
            made.append(certificate)
        return made

    return make
