"""What the benchmark runs on: seven cohorts of a hundred people in one course, at different places in it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert, select

from lms.accounts.models import Person
from lms.certificates.queries import certificate_of
from lms.cohorts.cli import load_countries
from lms.cohorts.models import Cohort, CohortCourse, Country, Programme
from lms.cohorts.queries import Seat, seat_by_enrolment
from lms.cohorts.services import enrol
from lms.config import ROOT
from lms.courses.models import Course
from lms.courses.queries import outline_of
from lms.courses.services import publish
from lms.extensions import db
from lms.progress.models import DoneStep
from lms.quizzes import queries as quizzes
from lms.quizzes import services as quiz_services
from lms.quizzes.models import Attempt
from tests.factories import as_form, complete

PEOPLE_PER_COHORT = 100
ACTIVE = 70  # signed-in learners that the load is made of
QUIZ = "who-says-so/check"
chance = random.Random(7)  # noqa: S311 - the same people at the same places in every run


def seed(app: Flask) -> list[dict[str, Any]]:
    """Fill an empty database; return what each active learner's requests need."""
    with app.app_context():
        upgrade()
        load_countries()
        publish(ROOT / "courses" / "digital-id")
        seats = [seat for cohort in make_cohorts() for seat in make_people(cohort)]
        db.session.commit()
        for index, seat in enumerate(seats):
            study(seat, chance.randint(0, 25) if index % 10 else 0)
        db.session.commit()
        active = chance.sample(seats, ACTIVE)
        found = [prepare(app, seat) for seat in active]
        db.session.commit()
        number = certify(chance.choice([seat for seat in seats if seat not in active]))
        return [{**learner, "verify": f"/v/{number}"} for learner in found]


def certify(seat: Seat) -> str:
    """Let somebody finish the course; return the number of the certificate."""
    complete(seat)
    certificate = certificate_of(seat.enrolment_id)
    assert certificate is not None  # noqa: S101 - everything was done
    return certificate.number


def make_cohorts() -> list[Cohort]:
    programme = Programme(slug="bench", title="Benchmark")
    db.session.add(programme)
    db.session.flush()
    course_id = db.session.scalars(select(Course.id)).one()
    today = datetime.now(UTC).date()
    cohorts = []
    for country in db.session.scalars(select(Country).where(Country.has_delegations)).all():
        cohort = Cohort(
            slug=country.code.lower(), programme_id=programme.id, country_code=country.code, title=country.code,
            starts_on=today, ends_on=today + timedelta(days=60), time_zone=country.time_zone,
        )  # fmt: skip
        db.session.add(cohort)
        db.session.flush()
        db.session.add(CohortCourse(cohort_id=cohort.id, course_id=course_id))
        cohorts.append(cohort)
    db.session.flush()
    return cohorts


def make_people(cohort: Cohort) -> list[Seat]:
    now = datetime.now(UTC)
    rows = [
        {
            "email": f"{cohort.slug}{number}@example.org", "fs_uniquifier": f"{cohort.slug}{number}", "active": True,
            "given_name": "Айгүл", "family_name": f"Сәрсенбаева {number}", "given_name_latin": "Aigul",
            "family_name_latin": f"Sarsenbayeva {number}", "name_confirmed_at": now, "created_at": now,
            "country_code": cohort.country_code, "language": "en", "time_zone": cohort.time_zone,
        }
        for number in range(PEOPLE_PER_COHORT)
    ]  # fmt: skip
    db.session.execute(insert(Person), rows)
    people = (
        db.session.scalars(select(Person).where(Person.country_code == cohort.country_code))
        .unique()
        .all()
    )
    return [seat_by_enrolment(enrol(person, cohort)[0].id) for person in people]


def study(seat: Seat, count: int) -> None:
    now = datetime.now(UTC)
    steps = [step for step in outline_of(seat.version_id).steps if step.kind != "quiz"][:count]
    rows = [
        {"enrolment_id": seat.enrolment_id, "path": step.path, "done_at": now} for step in steps
    ]
    if rows:
        db.session.execute(insert(DoneStep), rows)


def prepare(app: Flask, seat: Seat) -> dict[str, Any]:
    """Give a learner one finished and one open attempt, and a session cookie."""
    quiz = quizzes.quiz_of(seat, QUIZ)
    finished = quiz_services.start_attempt(seat, quiz)
    sitting = quizzes.sitting_of(seat, QUIZ, finished.number, "en")
    for question in sitting.questions[1:]:
        form = as_form(question.type.correct_response(question.item.structure))
        quiz_services.save_answer(sitting, question, form, f"seed-{question.number}")
    quiz_services.submit_attempt(sitting)
    attempt: Attempt = quiz_services.start_attempt(seat, quiz)
    person = db.session.get_one(Person, seat.person_id)
    steps = [step for step in outline_of(seat.version_id).steps if step.kind in {"reading", "case"}]
    course = f"/learn/{seat.cohort_slug}/{seat.course_slug}"
    return {
        "cookie": session_cookie(app, person),
        "course": course,
        "step": f"{course}/{chance.choice(steps).path}",
        "question": f"{course}/{QUIZ}/attempt/{attempt.number}/{chance.randint(1, 6)}",
        "result": f"{course}/{QUIZ}/attempt/{finished.number}/result",
    }


def session_cookie(app: Flask, person: Person) -> str:
    """Sign the session that a sign-in would set."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    value = signer.dumps({"_user_id": person.fs_uniquifier, "_fresh": True})
    return f"{app.config['SESSION_COOKIE_NAME']}={value}"
