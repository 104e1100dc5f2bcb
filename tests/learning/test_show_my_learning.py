from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from lms.certificates.models import Certificate
from lms.extensions import db
from lms.jobs.services import run_due
from lms.progress.models import DoneStep
from lms.progress.services import mark_done
from tests.factories import complete, enrolled, make_cohort, make_person
from tests.pages import text_of


def both_courses(learner_in, **facts):
    """Make a learner with a place in both courses; digital-id is the seat."""
    return learner_in(make_cohort(courses=("digital-id", "small"), **facts))


class TestShowMyLearning:
    def test_leads_to_the_next_step(self, learner):
        learner.finish("who-says-so/three-questions")

        page = learner.client.get("/learn")

        assert "Next: The number and the card" in text_of(page)
        assert "Module 1. Step 3 of 7. Reading, 5 min." in text_of(page)
        assert "1 of 32 steps done." in text_of(page)
        url = f"{learner.course_url}/who-says-so/number-and-card"
        assert f'<a class="btn" href="{url}">Continue step 3</a>' in page.text

    def test_offers_to_start_what_was_not_begun(self, learner):
        page = learner.client.get("/learn")

        assert ">Start step 1</a>" in page.text

    def test_goes_on_with_the_course_that_was_worked_on_last(self, learner_in, small_cohort):
        learner = both_courses(learner_in)
        yesterday = datetime.now(UTC) - timedelta(days=1)
        learner.finish("who-says-so/three-questions")
        db.session.execute(update(DoneStep).values(done_at=yesterday))
        learner.client.post(f"/learn/{learner.seat.cohort_slug}/small/one/text")

        page = learner.client.get("/learn").text

        assert page.count('class="btn"') == 1
        assert f'href="/learn/{learner.seat.cohort_slug}/small/one/think">Continue step 2' in page
        assert "Your other courses" in page

    def test_tells_when_each_course_closes(self, learner_in):
        closes_at = datetime.now(UTC) + timedelta(days=3)
        learner = learner_in(make_cohort(closes_at=closes_at, time_zone="Asia/Tbilisi"))

        page = text_of(learner.client.get("/learn"))

        assert "Quizzes close on " in page
        assert "(UTC+4). In 3 days" in page

    def test_says_that_a_course_has_closed(self, learner_in):
        learner = learner_in(make_cohort(closes_at=datetime.now(UTC) - timedelta(minutes=1)))

        assert "Closed" in text_of(learner.client.get("/learn"))

    def test_says_what_is_left_for_the_certificate(self, learner_in, small_cohort):
        small = learner_in(small_cohort, is_confirmed=False)
        complete(small.seat, except_paths=("one/check", "one/think", "two/goodbye"))

        page = text_of(small.client.get("/learn"))

        assert "Finish 2 more steps Pass 1 more quiz Confirm how your name is printed" in page

    def test_shows_a_certificate_with_its_file(self, small):
        complete(small.seat)
        run_due()

        page = small.client.get("/learn")

        certificate = db.session.query(Certificate).one()
        assert certificate.number in page.text
        assert f'href="/certificates/{certificate.number}.pdf"' in page.text
        assert "Download PDF, " in text_of(page)
        assert "You have finished this course" in text_of(page)
        assert "Your courses" in text_of(page)

    def test_says_that_a_certificate_was_revoked(self, small):
        complete(small.seat)
        revoked = {"revoked_at": datetime.now(UTC), "revocation_reason": "issued_in_error"}
        db.session.execute(update(Certificate).values(**revoked))

        page = text_of(small.client.get("/learn"))

        assert "Revoked" in page
        assert "Download PDF" not in page

    def test_says_what_to_do_without_a_course(self, client_of):
        page = client_of(make_person()).get("/learn")

        assert "You are not in a course yet" in text_of(page)
        assert "The coordinator of your country adds you to a cohort" in text_of(page)
        assert '<a class="btn q" href="/courses">See the courses</a>' in page.text

    def test_shows_nobody_elses_courses(self, learner, client_of):
        assert learner.seat.cohort_slug not in client_of(make_person()).get("/learn").text

    def test_marks_titles_in_another_language(self, small):
        page = small.client.get("/learn?lang=kk").text

        assert '<html lang="ru"' in page
        assert 'lang="kk">Шағын курс</a>' in page


class TestQueriesOfMyLearning:
    def test_are_few_however_many_courses(self, learner_in, small_cohort, count_queries):
        learner = both_courses(learner_in)
        for _more in range(3):
            enrolled(learner.person, make_cohort(courses=("digital-id", "small")))
        mark_done(learner.seat, _first_step(learner))
        learner.client.get("/learn")

        with count_queries() as statements:
            learner.client.get("/learn")

        assert len(statements) <= 7, statements  # one of them counts unread notices for the menu


def _first_step(learner):
    from lms.courses.queries import outline_of

    steps = outline_of(learner.seat.version_id).steps
    return next(step for step in steps if step.kind != "quiz")
