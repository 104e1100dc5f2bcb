"""Makes many results of a quiz at once: people of different strength, in several languages, with their logs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from math import exp
from random import Random
from uuid import uuid4

from sqlalchemy import insert, select

from lms.accounts.models import Person
from lms.authoring.queries import quiz_analysis
from lms.authoring.queries.quiz import TaughtQuiz
from lms.cohorts.models import Cohort, Enrolment
from lms.courses.models import Course
from lms.courses.outline import Step
from lms.courses.queries import items_of, newest_version, outline_of
from lms.extensions import db
from lms.quizzes.items import TYPES
from lms.quizzes.models import Answer, Attempt
from lms.quizzes.queries import Quiz, quiz_of_version
from tests.factories import FIRST_QUIZ, make_cohort

START = datetime(2026, 10, 1, 9, tzinfo=UTC)
numbers = count(1)
ADDRESS = f"/teach/digital-id/analysis/{FIRST_QUIZ}"


def address_of(key: str, revision: int = 1) -> str:
    return f"{ADDRESS}/{key}/{revision}"


def make_enrolments(size: int, cohort: Cohort | None = None) -> list[int]:
    """Enrol so many new people in the course, and return the ids of their enrolments."""
    cohort = cohort or make_cohort()
    version = newest_version("digital-id")
    course = db.session.scalars(select(Course).where(Course.slug == "digital-id")).one()
    people = db.session.scalars(
        insert(Person).returning(Person.id),
        [
            {"email": f"many{next(numbers)}@example.org", "fs_uniquifier": uuid4().hex,
             "given_name_latin": "Many", "family_name_latin": f"Learner{next(numbers)}",
             "created_at": START}
            for _person in range(size)
        ],
    ).all()  # fmt: skip
    enrolments = db.session.scalars(
        insert(Enrolment).returning(Enrolment.id),
        [
            {"person_id": person, "cohort_id": cohort.id, "course_id": course.id,
             "version_id": version.id, "enrolled_at": START}
            for person in people
        ],
    ).all()  # fmt: skip
    db.session.commit()
    return list(enrolments)


class Sitter:
    """Somebody who answers by strength and luck: 0 is the middle, 1 strong, -1 weak."""

    def __init__(self, random: Random, strength: float, language: str, harder: dict[str, float]):
        self.random, self.strength, self.language, self.harder = random, strength, language, harder

    def answer(self, key: str, structure: dict, text: dict):
        """Return a response and its mark. An item is as hard as its key says; more so in some languages."""
        item_type = TYPES[structure["type"]]
        hard = sum(map(ord, key)) % 21 / 10 - 1.4 + self.harder.get(f"{self.language} {key}", 0)
        right = item_type.correct_response(structure)
        if self.random.random() < 1 / (1 + exp(1.5 * (hard - self.strength))):
            return right, 1.0
        options = [option for option, _words in item_type.options(structure, text)]
        if isinstance(right, bool):
            return not right, 0.0
        if isinstance(right, list):
            return [self.random.choice(options)], 0.0
        if options:
            return self.random.choice([option for option in options if option != right]), 0.0
        return None, 0.0


def make_results(
    enrolments: list[int],
    quiz: str = FIRST_QUIZ,
    *,
    languages: tuple[str, ...] = ("en",),
    harder: dict[str, float] | None = None,
    stronger: float = 0,
    number: int = 1,
    started_at: datetime = START,
    item_count: int | None = None,
) -> None:
    """Let each enrolment take a quiz, answered in 40 seconds an item.

    Args:
        enrolments: their ids.
        quiz: module/step.
        languages: in turn.
        harder: "ru bank/item" -> how much harder that item is in that language.
        stronger: than the middle, all of them.
        number: of the attempt.
        started_at: all at once.
        item_count: items of the quiz's banks, other than what the draw gives.
    """
    random = Random(len(enrolments))  # noqa: S311 - chance for tests
    version = newest_version("digital-id")
    outline = outline_of(version.id)
    step: Step = outline.by_path[quiz]
    items, drawn = items_of(version.id), Quiz(step, outline, version.id)
    attempts, logs = [], []
    for index, enrolment in enumerate(enrolments):
        keys = drawn.draw(random.randrange(2**31))
        if item_count is not None:
            keys = random.sample(sorted(items), item_count)
        sitter = Sitter(
            random, random.gauss(stronger, 1), languages[index % len(languages)], harder or {}
        )
        given = {
            key: sitter.answer(key, items[key].structure, items[key].texts["en"]) for key in keys
        }
        marks = {key: mark for key, (_response, mark) in given.items()}
        percent = 100 * sum(marks.values()) / len(marks)
        ends_at = started_at + timedelta(seconds=40 * len(keys))
        attempts.append(
            {"enrolment_id": enrolment, "version_id": version.id, "quiz": quiz, "number": number,
             "language": sitter.language, "seed": index, "item_keys": keys, "marks": marks,
             "pass_percent": step.settings.pass_percent, "started_at": started_at,
             "submitted_at": ends_at, "marked_at": ends_at, "score_percent": percent,
             "is_passed": percent >= step.settings.pass_percent}
        )  # fmt: skip
        logs.append([(key, response) for key, (response, _mark) in given.items()])
    ids = db.session.scalars(insert(Attempt).returning(Attempt.id, sort_by_parameter_order=True),
                             attempts).all()  # fmt: skip
    answers = [
        {"attempt_id": attempt_id, "item_key": key, "response": response, "client_id": uuid4().hex,
         "saved_at": started_at + timedelta(seconds=40 * (place + 1))}
        for attempt_id, log in zip(ids, logs, strict=True)
        for place, (key, response) in enumerate(log)
    ]  # fmt: skip
    db.session.execute(insert(Answer), answers)
    db.session.commit()


def store(enrolment: int, marks: dict[str, float], *, number: int = 1, responses=None, **facts):
    """Store a marked attempt and what was answered in it, a minute after another."""
    share = sum(marks.values()) / len(marks) if marks else 0
    attempt = Attempt(**{
        "enrolment_id": enrolment, "version_id": newest_version("digital-id").id,
        "quiz": FIRST_QUIZ, "number": number, "seed": 1, "language": "en",
        "item_keys": list(marks), "pass_percent": 60, "started_at": START, "submitted_at": START,
        "marked_at": START, "marks": marks, "score_percent": 100 * share,
        "is_passed": share >= 0.6, **facts,
    })  # fmt: skip
    db.session.add(attempt)
    db.session.flush()
    for minute, (key, response) in enumerate((responses or {}).items(), 1):
        db.session.add(
            Answer(
                attempt_id=attempt.id, item_key=key, response=response,
                saved_at=START + timedelta(minutes=minute), client_id=f"{attempt.id} {key}",
            )
        )  # fmt: skip
    db.session.commit()
    return attempt


def analysed():
    version = newest_version("digital-id")
    return quiz_analysis(TaughtQuiz(version, quiz_of_version(version.id, FIRST_QUIZ), "en"))


def wrong_option(key: str) -> str:
    structure = items_of(newest_version("digital-id").id)[key].structure
    return next(one for one in structure["options"] if one not in structure["correct"])
