from __future__ import annotations

from copy import deepcopy

import pytest
from sqlalchemy import select

from lms.cohorts.queries import seat_by_enrolment
from lms.courses.models import CourseVersion
from lms.courses.queries import forget_cached
from lms.extensions import db
from lms.progress.models import Completion, Standing
from lms.progress.queries import progress_of
from tests.factories import (
    FIRST_QUIZ,
    complete,
    enrolment_of,
    make_cohort,
    make_learner,
    make_staff,
    start,
    take_quiz,
)
from tests.pages import text_of

READING = "who-says-so/number-and-card"


def newer_version(*, without: str) -> CourseVersion:
    """Publish the course once more, one step shorter."""
    old = db.session.scalars(select(CourseVersion)).one()
    outline = deepcopy(old.outline)
    for module in outline["modules"]:
        module["steps"] = [step for step in module["steps"] if step["path"] != without]
    made = CourseVersion(
        course_id=old.course_id, number=2, content_hash="f" * 64, outline=outline,
        published_at=old.published_at,
    )  # fmt: skip
    db.session.add(made)
    db.session.commit()
    forget_cached()
    return made


@pytest.fixture
def cohort(app):
    return make_cohort("KZ")


@pytest.fixture
def client(client_of):
    return client_of(make_staff("coordinator", "country", "KZ"))


def address(cohort, person) -> str:
    return f"/delegations/kz/{cohort.slug}/people/{person.id}/version/digital-id"


class TestMoveToVersion:
    def test_keeps_what_both_versions_have(self, client, cohort, outbox):
        person, seat = make_learner(cohort)
        take_quiz(seat)
        from lms.courses.queries import outline_of
        from lms.progress.services import mark_done

        mark_done(seat, outline_of(seat.version_id).by_path[READING])
        made = newer_version(without=READING)

        seen = text_of(client.get(address(cohort, person)))
        response = client.post(address(cohort, person))

        assert "1 finished step stays done" in seen
        assert "1 finished step is not in the new version" in seen
        assert response.status_code == 303
        db.session.expire_all()
        assert enrolment_of(seat).version_id == made.id
        assert progress_of(seat_by_enrolment(seat.enrolment_id)).done == {FIRST_QUIZ}
        assert db.session.get_one(Standing, seat.enrolment_id).done_count == 1
        assert "newer version" in outbox()[-1].subject

    def test_finishes_a_course_whose_last_missing_step_is_gone(self, client, cohort):
        person, seat = make_learner(cohort)
        complete(seat, except_paths=(READING,))
        newer_version(without=READING)

        client.post(address(cohort, person))

        assert db.session.get(Completion, seat.enrolment_id) is not None

    def test_leaves_a_finished_course_in_its_version(self, client, cohort):
        person, seat = make_learner(cohort)
        complete(seat)
        newer_version(without=READING)

        assert client.post(address(cohort, person)).status_code == 409
        assert enrolment_of(seat).version_id == seat.version_id

    def test_waits_for_an_attempt_under_way(self, client, cohort):
        person, seat = make_learner(cohort)
        start(seat)
        newer_version(without=READING)

        assert client.post(address(cohort, person)).status_code == 409
        assert enrolment_of(seat).version_id == seat.version_id

    def test_says_when_nothing_is_newer(self, client, cohort):
        person, _seat = make_learner(cohort)

        assert "in the newest version already" in text_of(client.get(address(cohort, person)))
        assert client.post(address(cohort, person)).status_code == 409
