"""A learner at a quiz, with the addresses of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.cohorts.queries import Seat
from lms.courses.queries import items_of
from lms.extensions import db
from lms.quizzes.models import Attempt
from tests.factories import FIRST_QUIZ, change_quiz, make_learner, start
from tests.quizzes.reading import options_of

KINDS = (
    "single_choice", "multiple_response", "true_false", "numeric", "short_text", "single_choice",
)  # fmt: skip
QUIET = {"Accept": "application/json"}


@dataclass
class Learner:
    person: Person
    seat: Seat
    client: FlaskClient

    def url(self, page: str, quiz: str = FIRST_QUIZ) -> str:
        """Return the address of a page of a quiz: ``start``, ``attempt/1/2``, ``attempt/1/review``."""
        return f"/learn/{self.seat.cohort_slug}/{self.seat.course_slug}/{quiz}/{page}"

    def get(self, page: str, quiz: str = FIRST_QUIZ):
        return self.client.get(self.url(page, quiz))

    def post(self, page: str, quiz: str = FIRST_QUIZ, *, quiet: bool = False, **form):
        """Send a form as the browser would; a quiet one as the page's script would."""
        form = {"client_id": uuid4().hex, **form}
        return self.client.post(self.url(page, quiz), data=form, headers=QUIET if quiet else None)

    def start(self, quiz: str = FIRST_QUIZ) -> Attempt:
        return start(self.seat, quiz)


@pytest.fixture
def learner_in(client_of):
    """Return a function that makes a learner in a cohort, signed in."""

    def make(cohort=None, **facts):
        person, seat = make_learner(cohort, **facts)
        return Learner(person, seat, client_of(person))

    return make


@pytest.fixture
def learner(learner_in):
    return learner_in()


@pytest.fixture
def set_quiz(app):
    """Return a function that changes the settings of a quiz before anybody has seen it."""
    return change_quiz


@pytest.fixture
def mixed(learner):
    """An attempt with a question of every type, in the order of ``KINDS``."""
    attempt = learner.start()
    items = items_of(learner.seat.version_id)
    chosen = []
    for kind in KINDS:
        fitting = (key for key, item in items.items() if item.structure["type"] == kind)
        chosen.append(next(key for key in fitting if key not in chosen))
    attempt.item_keys = chosen
    db.session.commit()
    return attempt


@pytest.fixture
def options(learner, mixed):
    """The options of the first question, which has one right answer."""
    return options_of(learner, mixed)
