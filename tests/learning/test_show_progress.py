from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import update

from lms.extensions import db
from lms.progress.models import Completion, DoneStep
from tests.factories import complete, make_cohort, make_learner, take_quiz
from tests.pages import text_of

MORNING = datetime(2026, 3, 4, 20, 30, tzinfo=UTC)


class TestShowProgress:
    def test_tells_when_each_step_was_done(self, small):
        small.finish("one/text")
        db.session.execute(update(DoneStep).values(done_at=MORNING))

        page = text_of(small.get("progress"))

        assert "The plant Reading 5 March 2026, 01:30 (UTC+5)" in page
        assert "Your own plant Reflection Not yet" in page

    def test_tells_the_best_result_of_each_quiz(self, small):
        take_quiz(small.seat, "one/check", right=1)
        take_quiz(small.seat, "one/check", right=0)
        take_quiz(small.seat, "two/final", right=1)

        page = text_of(small.get("progress"))

        assert "(UTC+5) 50%, passed" in page
        assert "The final assessment Quiz, 2 questions Not yet 50%, not passed yet" in page

    def test_says_in_words_what_is_left(self, small):
        small.finish("one/text")

        page = text_of(small.get("progress"))

        assert "1 of 6 steps done Still to do: 3 texts, 2 quizzes." in page

    def test_says_when_the_course_was_completed(self, small):
        complete(small.seat)
        db.session.execute(update(Completion).values(completed_at=MORNING))

        page = text_of(small.get("progress"))

        assert "All 6 steps are done" in page
        assert "You completed this course on 5 March 2026, 01:30 (UTC+5)." in page

    def test_hides_other_peoples_progress(self, learner):
        theirs = make_cohort()
        make_learner(theirs)

        assert learner.client.get(f"/learn/{theirs.slug}/digital-id/progress").status_code == 404

    def test_needs_few_queries(self, learner, count_queries):
        complete(learner.seat, except_paths=("your-country/final",))
        learner.get("progress")

        with count_queries() as statements:
            learner.get("progress")

        assert len(statements) <= 7, statements  # one of them counts unread notices for the menu
