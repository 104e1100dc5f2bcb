from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.certificates.models import Certificate
from lms.extensions import db
from lms.progress.models import Completion, DoneStep
from tests.factories import complete, make_cohort, make_learner
from tests.pages import bytes_of, text_of

FIRST, SECOND = "who-says-so/three-questions", "who-says-so/number-and-card"


def done_by(learner) -> list[str]:
    db.session.expire_all()
    query = select(DoneStep.path).where(DoneStep.enrolment_id == learner.seat.enrolment_id)
    return sorted(db.session.scalars(query))


class TestFinishStep:
    def test_marks_it_and_leads_to_the_next(self, learner):
        answer = learner.finish(FIRST)

        assert answer.status_code == 303
        assert answer.location == f"{learner.course_url}/{SECOND}"
        assert done_by(learner) == [FIRST]
        page = text_of(learner.get())
        assert "1 of 32 steps done" in page
        assert "Next: The number and the card" in page

    def test_counts_once_what_is_done_twice(self, learner):
        learner.finish(FIRST)

        assert learner.finish(FIRST).status_code == 303

        assert done_by(learner) == [FIRST]
        assert "1 of 32 steps done" in text_of(learner.get())

    def test_refuses_a_quiz_by_hand(self, learner):
        answer = learner.finish("who-says-so/check")

        assert answer.status_code == 409
        assert "A quiz is done when it is passed." in text_of(answer)
        assert done_by(learner) == []

    def test_hides_other_peoples_courses(self, learner):
        theirs = make_cohort()
        make_learner(theirs)

        answer = learner.client.post(f"/learn/{theirs.slug}/digital-id/{FIRST}")
        nowhere = learner.client.post(f"/learn/nowhere/digital-id/{FIRST}")

        assert answer.status_code == 404
        assert bytes_of(answer) == bytes_of(nowhere)
        assert db.session.scalars(select(DoneStep)).all() == []

    @pytest.mark.parametrize("path", ["who-says-so/nothing", "nothing/three-questions"])
    def test_knows_no_other_step(self, learner, path):
        assert learner.finish(path).status_code == 404
        assert learner.get(path).status_code == 404

    def test_ends_with_a_place_withdrawn(self, learner):
        from lms.cohorts.models import Enrolment

        enrolment = db.session.get_one(Enrolment, learner.seat.enrolment_id)
        enrolment.withdrawn_at = enrolment.enrolled_at

        assert learner.finish(FIRST).status_code == 404
        assert done_by(learner) == []


class TestFinishLastStep:
    def test_completes_the_course_and_leads_to_its_page(self, small):
        complete(small.seat, except_paths=("two/goodbye",))
        assert db.session.get(Completion, small.seat.enrolment_id) is None

        answer = small.finish("two/goodbye")

        assert answer.location == small.course_url
        assert db.session.get(Completion, small.seat.enrolment_id) is not None
        page = text_of(small.get())
        assert "You have finished this course" in page
        assert "All 6 steps are done." in page
        assert "Open your certificate" in page

    def test_issues_one_certificate_however_often(self, small):
        complete(small.seat, except_paths=("two/goodbye",))

        for _click in range(3):
            small.finish("two/goodbye")

        issued = select(Certificate).where(Certificate.enrolment_id == small.seat.enrolment_id)
        assert len(db.session.scalars(issued).all()) == 1

    def test_waits_for_a_name_that_is_not_confirmed(self, learner_in, small_cohort):
        small = learner_in(small_cohort, is_confirmed=False)
        complete(small.seat, except_paths=("two/goodbye",))

        small.finish("two/goodbye")

        assert db.session.scalars(select(Certificate)).all() == []
        page = text_of(small.get())
        assert "One thing is left for your certificate: confirm how your name is printed." in page
        assert "Confirm your name" in page
