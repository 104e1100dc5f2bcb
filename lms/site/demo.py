"""The demonstration of ``demo.toml``, made through the same services that people use."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select, update

from lms.accounts import services as accounts_services
from lms.accounts.models import Person
from lms.accounts.services import privacy
from lms.certificates.queries import certificate_of
from lms.certificates.services import ask_for_name
from lms.cohorts.models import (
    Affiliation,
    Cohort,
    CohortCourse,
    Country,
    Enrolment,
    Institution,
    InstitutionName,
    Programme,
)
from lms.cohorts.queries import Seat, country_name, seat_by_enrolment
from lms.cohorts.rules import fold
from lms.cohorts.services import enrol, imports, name_partner
from lms.courses.models import Course
from lms.courses.outline import Step
from lms.courses.queries import outline_of
from lms.errors import LmsError
from lms.extensions import db
from lms.notices.models import Message
from lms.progress import services as progress
from lms.progress.models import Completion, DoneStep, Standing
from lms.quizzes import queries as quizzes
from lms.quizzes import services as quiz_services
from lms.quizzes.items import Response, as_form
from lms.quizzes.models import Attempt
from lms.quizzes.queries import Question
from lms.site.demo_certificates import name_signatory, settle
from lms.site.demo_nominations import nominate_some

DATA = Path(__file__).with_name("demo.toml")
PASSWORD = "study visit to Sejong"  # noqa: S105 - printed at each start, and only where there is demo data
ACCOUNTS = (
    "learner",
    "instructor",
    "coordinator",
    "focal",
    "partner",
    "officer",
    "officer2",
    "admin",
    "admin2",
    "auditor",
)


class NotInProduction(LmsError):
    status = 409
    message = "The demo accounts share a printed password: they are not loaded in production."


def load() -> str:
    """Load the demonstration into a database without people; return what to print, or nothing."""
    if current_app.config["IS_PRODUCTION"]:
        raise NotInProduction
    if db.session.scalar(select(Person.id).limit(1)) is not None:
        return ""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    institutions: list[Institution] = []
    for facts in data["institutions"]:
        institutions.append(_institution(facts, institutions))
    staff = {facts["account"]: _staff(facts) for facts in data["staff"]}
    programme = Programme(**data["programme"], is_demo=True)
    cohorts = _cohorts(programme, data["courses"])
    _name_partners(programme, data["partners"])
    name_signatory(programme, data["signatory"])
    for facts in data["learners"]:
        _learner(facts, cohorts[facts["country"]], institutions, staff["officer"])
    nominate_some(data["nominations"], cohorts, staff)
    _import(data["import"], cohorts, staff["coordinator"])
    # Nobody reads what demo people would get, and it would hide the accounts that are printed here.
    db.session.execute(update(Message).values(sent_at=datetime.now(UTC)))
    return accounts()


def _import(facts: dict[str, str], cohorts: dict[str, Cohort], uploader: Person) -> None:
    text = facts["text"].lstrip().encode()
    imports.upload(uploader, cohorts[facts["country"]], facts["name"], text)


def accounts() -> str:
    """Return the accounts to try, if the demonstration is loaded."""
    if db.session.scalar(select(Person.id).where(Person.is_demo).limit(1)) is None:
        return ""
    lines = "\n".join(f"  {name}@demo.example" for name in ACCOUNTS)
    return f"Demo accounts (password: {PASSWORD}):\n{lines}"


def _institution(facts: dict[str, Any], known: list[Institution]) -> Institution:
    above = next((one.id for one in known if one.name == facts.get("parent")), None)
    # Without a country: an international one
    institution = Institution(country_code=facts.get("country"), parent_id=above)
    institution.names = [
        InstitutionName(name=name, folded=fold(name), is_preferred=index == 0)
        for index, name in enumerate(facts["names"])
    ]
    db.session.add(institution)
    db.session.flush()
    return institution


def _name_partners(programme: Programme, named: list[dict[str, str]]) -> None:
    for facts in named:
        by_name = select(Institution).join(Institution.names)
        institution = db.session.scalars(
            by_name.where(InstitutionName.name == facts["institution"])
        ).one()
        name_partner(programme, institution, facts["role"])


def _person(facts: dict[str, Any], password: str | None) -> Person:
    country = db.session.get_one(Country, facts["country"])
    person = accounts_services.create_person(
        f"{facts['account']}@demo.example",
        password=password,
        country_code=country.code,
        language=facts["language"],
        time_zone=country.time_zone,
        is_demo=True,
        given_name=facts["native"][0],
        family_name=facts["native"][1],
        given_name_latin=facts["latin"][0],
        family_name_latin=facts["latin"][1],
    )
    notice = privacy.open_notice(person)
    if notice is not None:
        privacy.accept(person, notice, "en")
    return person


def _confirm_name(person: Person) -> None:
    accounts_services.confirm_name(
        person, given=person.given_name, family=person.family_name, given_latin=person.given_name_latin,
        family_latin=person.family_name_latin,
    )  # fmt: skip


def _staff(facts: dict[str, Any]) -> Person:
    person = _person(facts, PASSWORD)
    _confirm_name(person)
    for role, scope, scope_object in facts["grants"]:
        accounts_services.grant_role(None, person, role, scope, scope_object)
    return person


def _cohorts(programme: Programme, courses: dict[str, list[str]]) -> dict[str, Cohort]:
    """Make one cohort for each country of ``courses``, some weeks old, that closes in some weeks."""
    db.session.add(programme)
    db.session.flush()
    today = datetime.now(UTC).date()
    made = {}
    ids = {course.slug: course.id for course in db.session.scalars(select(Course))}
    for code in sorted(courses):
        country = db.session.get_one(Country, code)
        ends_on = today + timedelta(days=40)
        made[code] = Cohort(
            slug=f"{code.lower()}-{today.year}", programme_id=programme.id, country_code=code,
            title=f"{country_name(code, 'en')}, {today.year}", starts_on=today - timedelta(days=40), ends_on=ends_on,
            time_zone=country.time_zone, certificate_language=country.languages[0],
        )  # fmt: skip
        db.session.add(made[code])
        db.session.flush()
        closes_at = datetime.combine(ends_on, time(19), ZoneInfo(country.time_zone))
        for slug in courses[code]:
            db.session.add(
                CohortCourse(cohort_id=made[code].id, course_id=ids[slug], closes_at=closes_at)
            )
    db.session.flush()
    return made


def _learner(
    facts: dict[str, Any], cohort: Cohort, institutions: list[Institution], officer: Person
) -> None:
    person = _person(facts, PASSWORD if facts["account"] in ACCOUNTS else None)
    accounts_services.grant_role(None, person, "learner", "self")
    home = next(one for one in institutions if one.country_code == facts["country"])
    db.session.add(Affiliation(person_id=person.id, institution_id=home.id))
    last_seen = datetime.now(UTC) - timedelta(days=facts.get("away_days", 0))
    if facts.get("has_signed_in", True):
        person.signed_in_at = last_seen
    if facts["done"] and facts.get("is_name_confirmed", True):
        _confirm_name(person)
    for enrolment in enrol(person, cohort):
        _study(enrolment, facts["done"].get(enrolment.course.slug, 0), last_seen)
        certificate = certificate_of(enrolment.id)
        if certificate is not None:
            settle(officer, certificate, facts)
    if "asks_for_name" in facts:
        ask_for_name(person, facts["asks_for_name"], "Demonstration: as in the new passport.")


def _study(enrolment: Enrolment, done: int | str, last_seen: datetime) -> None:
    """Do the first steps of a course in order, a few hours apart, the last of them at ``last_seen``."""
    steps = outline_of(enrolment.version_id).steps
    wanted = steps if done == "all" else steps[: int(done)]
    for step in wanted:
        _do(enrolment, step)
    for index, step in enumerate(reversed(wanted)):
        done_at = last_seen - timedelta(hours=7 * index)
        db.session.execute(
            update(DoneStep)
            .where(DoneStep.enrolment_id == enrolment.id, DoneStep.path == step.path)
            .values(done_at=done_at)
        )
        if step.kind == "quiz":
            _date_attempt(enrolment, step, done_at)
    db.session.execute(
        update(Completion)
        .where(Completion.enrolment_id == enrolment.id)
        .values(completed_at=last_seen)
    )
    db.session.execute(
        update(Standing).where(Standing.enrolment_id == enrolment.id).values(last_done_at=last_seen)
    )
    enrolment.enrolled_at = datetime.now(UTC) - timedelta(days=35)


def _do(enrolment: Enrolment, step: Step) -> None:
    seat = seat_by_enrolment(enrolment.id)
    if step.kind == "quiz":
        _take_quiz(seat, step)
    elif step.kind == "reflection":
        progress.save_reflection(
            seat, step, "Demonstration: what this person would write is private."
        )
    else:
        progress.mark_done(seat, step)


def _take_quiz(seat: Seat, step: Step) -> None:
    """Answer as somebody does who knows more than the next one, and more after the course than before it."""
    attempt = quiz_services.start_attempt(seat, quizzes.quiz_of(seat, step.path), "en")
    sitting = quizzes.sitting_of(seat, step.path, attempt.number, "en")
    gaps = 6 if step.settings.gain else seat.enrolment_id % 3  # of eleven things
    for question in sitting.questions:
        is_known = (7 * question.number + 5 * seat.enrolment_id) % 11 >= gaps
        if is_known or not question.is_scored:
            form = as_form(_right_or_any(question, seat.enrolment_id))
            quiz_services.save_answer(sitting, question, form, f"demo-{question.number}")
    quiz_services.submit_attempt(sitting)


def _right_or_any(question: Question, turn: int) -> Response | None:
    """Give what is right or, where nothing is, one of the options."""
    options = [option for option, _words in question.options]
    right = question.type.correct_response(question.item.structure)
    return options[turn % len(options)] if right is None and options else right


def _date_attempt(enrolment: Enrolment, step: Step, handed_in_at: datetime) -> None:
    """Let an attempt have been made then, with half a minute or more for each answer."""
    mine = (Attempt.enrolment_id == enrolment.id, Attempt.quiz == step.path)
    attempt = db.session.scalars(select(Attempt).where(*mine)).one()
    attempt.submitted_at = attempt.marked_at = attempt.started_at = handed_in_at
    for answer in reversed(attempt.answers):
        attempt.started_at -= timedelta(seconds=30 + 17 * answer.id % 60)
        answer.saved_at = attempt.started_at
    attempt.started_at -= timedelta(seconds=45)
