"""A learner in a course, signed in, and a small course that ends with a reading."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.cohorts.queries import Seat
from lms.courses.services import publish
from tests.courses.small_course import add_language, write_course
from tests.factories import make_cohort, make_learner


@dataclass
class Learner:
    person: Person
    seat: Seat
    client: FlaskClient

    @property
    def course_url(self) -> str:
        return f"/learn/{self.seat.cohort_slug}/{self.seat.course_slug}"

    def get(self, path: str = "", **query: str):
        """Open a page of the course: a step's path, ``progress``, or the course itself."""
        return self.client.get(f"{self.course_url}/{path}".rstrip("/"), query_string=query)

    def finish(self, path: str, **form: str):
        return self.client.post(f"{self.course_url}/{path}", data=form)


@pytest.fixture
def learner_in(client_of):
    """Return a function that makes a learner in a cohort, signed in."""

    def make(cohort=None, **facts):
        person, seat = make_learner(cohort, **facts)
        return Learner(person, seat, client_of(person))

    return make


@pytest.fixture
def learner(learner_in):
    """Somebody in the course that we ship."""
    return learner_in()


@pytest.fixture
def small_cohort(app, tmp_path):
    """A cohort that takes the small course, which has a Kazakh title."""
    root = write_course(tmp_path / "courses")
    add_language(root, "kk", title="Шағын курс")
    publish(root)
    return make_cohort(courses=("small",))


@pytest.fixture
def small(learner_in, small_cohort):
    """Somebody in the small course."""
    return learner_in(small_cohort)
