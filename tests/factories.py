"""People, cohorts and progress for tests; each function commits what it makes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified
from werkzeug.datastructures import MultiDict

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.accounts.rules import fold
from lms.accounts.services import privacy
from lms.certificates.models import Signatory
from lms.certificates.services import add_signatory, keep_signature
from lms.cohorts.models import (
    Cohort,
    CohortCourse,
    Country,
    Enrolment,
    Import,
    Institution,
    InstitutionName,
    Intake,
    Nomination,
    Partner,
    Programme,
)
from lms.cohorts.queries import Seat, seat_by_enrolment
from lms.cohorts.rules import Nominee
from lms.cohorts.services import enrol, imports, name_partner, nominate, set_logo
from lms.courses.models import Course, CourseItem, CourseVersion
from lms.courses.queries import forget_cached, items_of, outline_of
from lms.extensions import db
from lms.progress.models import DoneStep
from lms.progress.services import save_reflection
from lms.quizzes import queries as quizzes
from lms.quizzes import services as quiz_services
from lms.quizzes.items import TYPES, as_form
from lms.quizzes.models import Answer, Attempt
from lms.quizzes.queries import Sitting

numbers = count(100_001)
"""Of one length in a whole run, so that what is named by them sorts as it was made."""
PASSWORD = "a sentence that nobody guesses"


def make_person(
    country: str = "KZ", *, password: str | None = None, is_confirmed: bool = True, **facts
) -> Person:
    """Make a person with a confirmed name; the password is hashed only when one is asked for."""
    number = next(numbers)
    facts = {
        "given_name": "Айгүл",
        "family_name": f"Сәрсенбаева{number}",
        "given_name_latin": "Aigul",
        "family_name_latin": f"Sarsenbayeva{number}",
        "language": "en",
        "time_zone": db.session.get_one(Country, country).time_zone,
        **facts,
    }
    email = facts.pop("email", f"person{number}@example.org")
    person = accounts.create_person(email, password=password, country_code=country, **facts)
    if is_confirmed:
        person.name_confirmed_at = datetime.now(UTC)
    db.session.commit()
    return person


def accept_notice(person: Person) -> None:
    """Accept the privacy notice, where one is published: a site that people look at leads to it first."""
    if notice := privacy.open_notice(person):
        privacy.accept(person, notice, "en")
        db.session.commit()


def make_staff(role: str, scope: str = "all", scope_object: str = "", **facts) -> Person:
    """Make a person with one role."""
    person = make_person(**facts)
    accounts.grant_role(None, person, role, scope, scope_object)
    db.session.commit()
    return person


def make_cohort(
    country: str = "KZ", *, courses: tuple[str, ...] = ("digital-id",), closes_at=None, **facts
) -> Cohort:
    """Make a cohort that is under way and takes ``courses``."""
    number = next(numbers)
    today = datetime.now(UTC).date()
    programme = Programme(
        slug=f"programme-{number}", title="Study visits", signatory_role="Programme director"
    )
    db.session.add(programme)
    db.session.flush()
    home = db.session.get_one(Country, country)
    values = {
        "slug": f"{country.lower()}-{number}",
        "title": f"Cohort {number}",
        "starts_on": today - timedelta(days=30),
        "ends_on": today + timedelta(days=30),
        "time_zone": home.time_zone,
        "certificate_language": home.languages[0],
        **facts,
    }
    cohort = Cohort(programme_id=programme.id, country_code=country, **values)
    db.session.add(cohort)
    db.session.flush()
    for slug in courses:
        course = db.session.scalars(select(Course).where(Course.slug == slug)).one()
        db.session.add(CohortCourse(cohort_id=cohort.id, course_id=course.id, closes_at=closes_at))
    db.session.commit()
    return cohort


def take_second_course(cohort: Cohort, slug: str = "second") -> None:
    """Let the cohort take a second course."""
    first = first_version()
    course = Course(slug=slug, created_at=datetime.now(UTC))
    db.session.add(course)
    db.session.flush()
    db.session.add(
        CourseVersion(
            course_id=course.id, number=1, content_hash="2" * 64, outline=first.outline,
            published_at=datetime.now(UTC),
        )
    )  # fmt: skip
    db.session.add(CohortCourse(cohort_id=cohort.id, course_id=course.id))
    db.session.commit()


def make_learner(cohort: Cohort | None = None, **facts) -> tuple[Person, Seat]:
    """Make a learner with a place in the cohort's first course."""
    cohort = cohort or make_cohort()
    person = make_person(cohort.country_code, **facts)
    accounts.grant_role(None, person, "learner", "self")
    seat = enrolled(person, cohort)
    return person, seat


def enrolled(person: Person, cohort: Cohort) -> Seat:
    enrolments = enrol(person, cohort)
    db.session.commit()
    return seat_by_enrolment(enrolments[0].id)


def enrolment_of(seat: Seat) -> Enrolment:
    return db.session.get_one(Enrolment, seat.enrolment_id)


FIRST_QUIZ = "who-says-so/check"
FINAL = "your-country/final"


def first_version() -> CourseVersion:
    """Return the version of the course that all tests know, also where others are published beside it."""
    query = select(CourseVersion).join(CourseVersion.course).where(Course.slug == "digital-id")
    return db.session.scalars(query).one()


def leave_english_alone() -> None:
    """Take the translations out of the first course before anybody has seen it."""
    version = first_version()
    version.outline["languages"] = ["en"]
    flag_modified(version, "outline")
    for item in db.session.scalars(select(CourseItem).filter_by(version_id=version.id)):
        item.texts = {"en": item.texts["en"]}
    db.session.commit()
    forget_cached()


def change_quiz(path: str = FIRST_QUIZ, **settings) -> None:
    """Change the settings of a quiz before anybody has seen it."""
    version = first_version()
    steps = (step for module in version.outline["modules"] for step in module["steps"])
    next(step for step in steps if step["path"] == path)["quiz"].update(settings)
    flag_modified(version, "outline")
    db.session.commit()
    forget_cached()


def start(seat: Seat, quiz: str = FIRST_QUIZ) -> Attempt:
    """Start an attempt."""
    attempt = quiz_services.start_attempt(seat, quizzes.quiz_of(seat, quiz))
    db.session.commit()
    return attempt


def sitting(seat: Seat, attempt: Attempt) -> Sitting:
    return quizzes.sitting_of(seat, attempt.quiz, attempt.number, "en")


def right_answer(question) -> MultiDict[str, str]:
    return as_form(question.type.correct_response(question.item.structure))


def take_quiz(seat: Seat, quiz: str = FIRST_QUIZ, *, right: int | None = None) -> Attempt:
    """Take a quiz from start to submission; the first ``right`` questions (all, if None) are answered, and rightly."""
    attempt = start(seat, quiz)
    current = sitting(seat, attempt)
    for question in current.questions[:right]:
        quiz_services.save_answer(
            current, question, right_answer(question), f"test-{question.number}"
        )
    quiz_services.submit_attempt(current)
    db.session.commit()
    return attempt


def passed_attempt(seat: Seat, path: str) -> Attempt:
    """Make what a learner leaves who answers a whole quiz rightly: to do it step by step takes ten times as long."""
    quiz = quizzes.quiz_of(seat, path)
    items, now, seed = items_of(quiz.version_id), datetime.now(UTC), 7
    attempt = Attempt(
        enrolment_id=seat.enrolment_id, version_id=quiz.version_id, quiz=path, number=1, seed=seed,
        language="en", item_keys=quiz.draw(seed), pass_percent=quiz.pass_percent, started_at=now,
        submitted_at=now, marked_at=now, score_percent=100, is_passed=True, marks={},
    )  # fmt: skip
    for key in attempt.item_keys:
        structure = items[key].structure
        kind = TYPES[structure["type"]]
        response = kind.parse(structure, as_form(kind.correct_response(structure)))
        attempt.answers.append(
            Answer(item_key=key, response=response, saved_at=now, client_id=f"made:{next(numbers)}")
        )
        if kind.is_scored:
            attempt.marks[key] = 1.0
    return attempt


def complete(seat: Seat, *, except_paths: tuple[str, ...] = ()) -> None:
    """Do every step of the course, the quizzes with full marks."""
    steps = [step for step in outline_of(seat.version_id).steps if step.path not in except_paths]
    for step in steps:
        if step.kind == "quiz":
            db.session.add(passed_attempt(seat, step.path))
        if step.kind != "reflection":
            db.session.add(
                DoneStep(enrolment_id=seat.enrolment_id, path=step.path, done_at=datetime.now(UTC))
            )
    for step in steps:
        if step.kind == "reflection":
            save_reflection(seat, step, "In my country we would begin small.")
    db.session.commit()


def make_institution(
    *names: str, country: str | None = "KZ", parent: Institution | None = None
) -> Institution:
    """Make a public body; the first name is the preferred one."""
    institution = Institution(
        country_code=country, parent_id=parent.id if parent is not None else None
    )
    institution.names = [
        InstitutionName(name=name, folded=fold(name), is_preferred=name == names[0])
        for name in names
    ]
    db.session.add(institution)
    db.session.commit()
    return institution


def picture(size: tuple[int, int] = (300, 100), kind: str = "PNG", colour: str = "navy") -> bytes:
    """Draw a plain picture file."""
    written = BytesIO()
    Image.new("RGB", size, colour).save(written, kind)
    return written.getvalue()


def make_signatory(programme: Programme, name: str = "Lee Seo-yeon", **facts) -> Signatory:
    """Let somebody sign a programme's certificates, since long ago."""
    values = {"role": "Director", "office_from": date(2020, 1, 1), "office_until": None, **facts}
    values.setdefault("signature_sha256", keep_signature(picture()))
    signatory = add_signatory(programme, {"name": name, **values})
    db.session.commit()
    return signatory


def make_partner(programme: Programme, name: str = "", role: str = "funder") -> Partner:
    """Name a body, with a logo, as a programme's funder or partner."""
    partner = name_partner(
        programme, make_institution(name or f"Agency No. {next(numbers)}", country="KR"), role
    )
    set_logo(programme, partner, picture())
    db.session.commit()
    return partner


def make_import(cohort_slug: str, content: str = "E-mail\nnew@ministry.example\n") -> Import:
    """Upload a file of people for a cohort, by somebody who coordinates its country."""
    cohort = db.session.scalars(select(Cohort).where(Cohort.slug == cohort_slug)).one()
    uploader = make_staff("coordinator", "country", cohort.country_code)
    found = imports.upload(uploader, cohort, "people.csv", content.encode())
    db.session.commit()
    return found


def make_intake(*cohorts: Cohort, **facts) -> Intake:
    """Put cohorts into one round of the programme of the first."""
    programme_id = cohorts[0].programme_id
    intake = Intake(programme_id=programme_id, title=f"Round {next(numbers)}", **facts)
    db.session.add(intake)
    db.session.flush()
    for cohort in cohorts:
        cohort.intake_id, cohort.programme_id = intake.id, programme_id
    db.session.commit()
    return intake


def make_nomination(cohort: Cohort, nominator: Person, **facts) -> Nomination:
    """Let a focal point nominate somebody."""
    number = next(numbers)
    values = {
        "email": f"nominee{number}@example.org",
        "given_name": "Aida",
        "family_name": f"Nominee{number}",
        "language": "en",
        **facts,
    }
    nomination = nominate(nominator, cohort, Nominee(**values))
    db.session.commit()
    return nomination
