"""A learner who has handed in an essay and a file, and those who mark them."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from flask.testing import FlaskClient
from sqlalchemy import select

from lms.accounts.models import Person
from lms.cohorts.queries import Seat
from lms.extensions import db
from lms.quizzes.models import Attempt, Marking
from tests.factories import FIRST_QUIZ, make_learner, start
from tests.quizzes.marked_by_people import ESSAY, FILE, TRUE, make_quiz
from tests.quizzes.uploads import PDF

QUEUE = f"/teach/digital-id/marking/{FIRST_QUIZ}"
TEXT = "I would print fewer things.\n\nA card can be lost."


@dataclass
class HandedIn:
    person: Person
    seat: Seat
    client: FlaskClient
    attempt: Attempt
    keys: list[str]

    def url(self, number: int = 1) -> str:
        return f"{QUEUE}/{self.attempt.id}/{self.keys[number - 1]}"

    def result(self):
        seat = self.seat
        return self.client.get(
            f"/learn/{seat.cohort_slug}/{seat.course_slug}/{FIRST_QUIZ}/attempt/1/result"
        )

    def refresh(self) -> Attempt:
        db.session.refresh(self.attempt)
        return self.attempt


def answer(client: FlaskClient, seat: Seat, number: int, given: object) -> None:
    url = f"/learn/{seat.cohort_slug}/{seat.course_slug}/{FIRST_QUIZ}/attempt/1/{number}"
    assert client.post(url, data={"answer": given, "then": "next"}).status_code == 303


def hand_in(
    client_of, *, is_right: bool = True, with_file: bool = False, person=None, **settings
) -> HandedIn:
    """Hand in a true-or-false item, an essay and, if wanted, a file."""
    structures = [ESSAY, TRUE, FILE] if with_file else [ESSAY, TRUE]
    keys = make_quiz(*structures, **{"pass_percent": 70, **settings})
    learner, seat = person or make_learner()
    attempt, client = start(seat), client_of(learner)
    answer(client, seat, 1, TEXT)
    answer(client, seat, 2, "true" if is_right else "false")
    if with_file:
        answer(client, seat, 3, (BytesIO(PDF), "Aigul plan.pdf"))
    root = f"/learn/{seat.cohort_slug}/{seat.course_slug}/{FIRST_QUIZ}/attempt/1"
    assert client.post(f"{root}/submit").status_code == 303
    db.session.refresh(attempt)
    return HandedIn(learner, seat, client, attempt, keys)


def form(clarity: int = 3, evidence: int = 1, *, place: int = 1, seen_id: int = 0, **more) -> dict:
    levels = {"level-clarity": str(clarity), "level-evidence": str(evidence)}
    return {**levels, "place": str(place), "seen_id": str(seen_id), **more}


def markings() -> list[Marking]:
    return list(db.session.scalars(select(Marking).order_by(Marking.id)))
