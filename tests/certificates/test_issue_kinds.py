from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from lms.accounts.models import Person
from lms.certificates import services
from lms.certificates.queries import DUE
from lms.certificates.rules import Choices, Kind
from lms.courses.models import Course
from lms.courses.queries import outline_of
from lms.errors import NotFound
from lms.extensions import db
from lms.notices.models import Message
from lms.progress.services import mark_done
from tests.certificates.conftest import at_once, certificates, run_rows
from tests.factories import FINAL, enrolment_of, make_cohort, make_staff

pytestmark = pytest.mark.usefixtures("officers_issue")
PARTICIPATION, THANKS = Choices(Kind.PARTICIPATION), Choices(Kind.THANKS)


def in_list(officer, kind):
    """Return who is listed for a kind, and what each is missing."""
    lines = DUE[kind](officer)
    return {line.occasion.key: [gap.clause for gap in line.eligibility.missing] for line in lines}


class TestIssueCompletion:
    def test_keeps_how_each_condition_was_met_and_nothing_personal(self, finisher_in):
        learner = finisher_in()

        one = services.issue_certificate(None, f"enrolment:{learner.seat.enrolment_id}")

        today = datetime.now(UTC).date().isoformat()
        assert one.grounds == {
            "version_id": learner.seat.version_id,
            "name_confirmed_on": today,
            "steps": 25,
            "quizzes": 7,
            "final": {
                "quiz": FINAL, "attempt": 1, "score_percent": 100, "pass_percent": 70,
                "handed_in_on": today,
            },
        }  # fmt: skip
        assert one.occasion == f"enrolment:{learner.seat.enrolment_id}"
        assert len(one.salt) == 32

    @pytest.mark.parametrize(
        "key",
        ["enrolment:999999", "enrolment:x", "instructor:1:2", "meeting:1", "", "instructor:1:1:x"],
    )
    def test_knows_no_other_occasion(self, app, key):
        with pytest.raises(NotFound):
            services.issue_certificate(None, key)


class TestIssueAtOnce:
    def test_makes_one_of_two_that_come_at_the_same_moment(self, app, finisher_in):
        key = f"enrolment:{finisher_in().seat.enrolment_id}"
        officers = [make_staff("officer", "country", "KZ").id for _ in "12"]

        def issue(officer_id: int) -> str:
            try:
                number = services.issue_certificate(db.session.get(Person, officer_id), key).number
                db.session.commit()
            except services.AlreadyIssued:
                db.session.rollback()
                return ""
            return number

        numbers = at_once(app, *(lambda one=one: issue(one) for one in officers))

        (certificate,) = certificates()
        assert sorted(numbers) == ["", certificate.number]


class TestIssueParticipation:
    def test_asks_for_every_step_but_not_for_the_quizzes(self, finisher_in):
        officer = make_staff("officer", "country", "KZ")
        done, due = finisher_in(except_paths=(FINAL,)), finisher_in()
        finisher_in(except_paths=(FINAL, "who-says-so/number-and-card"))
        key = f"enrolment:{done.seat.enrolment_id}"

        assert in_list(officer, Kind.PARTICIPATION) == {key: []}
        one = services.issue_certificate(officer, key, PARTICIPATION)
        db.session.commit()

        assert (one.kind, one.sequence, one.expires_on) == ("participation", 1, None)
        assert one.grounds["steps"] == 25
        assert "final" not in one.grounds
        assert in_list(officer, Kind.PARTICIPATION) == {}
        message = db.session.scalar(select(Message).filter_by(kind="certificate_issued"))
        assert "Your certificate of participation is here" in message.body
        with pytest.raises(services.AlreadyIssued):
            services.issue_certificate(officer, key, PARTICIPATION)
        with pytest.raises(services.NotEligible):  # due the better one
            services.issue_certificate(officer, enrolment_of(due.seat), PARTICIPATION)

    def test_waits_for_no_learner_who_is_at_a_step_and_may_wait_for_the_log(self, app, finisher_in):
        """Whoever finishes the last step holds the enrolment, and then needs the log, which an officer holds."""
        if db.engine.dialect.name == "sqlite":
            pytest.skip("it has one writer at a time")
        learner = finisher_in(except_paths=(FINAL,))
        key, officer_id = f"enrolment:{learner.seat.enrolment_id}", make_staff("officer", "all").id
        db.session.commit()
        steps = outline_of(learner.seat.version_id).steps
        mark_done(learner.seat, next(step for step in steps if step.kind != "quiz"))

        def issue() -> None:
            with app.app_context():
                db.session.execute(text("SET LOCAL lock_timeout = '3s'"))
                officer = db.session.get(Person, officer_id)
                services.issue_certificate(officer, key, PARTICIPATION)
                db.session.commit()

        with ThreadPoolExecutor(1) as thread:
            thread.submit(issue).result()

        assert len(certificates()) == 1


class TestThankInstructor:
    def test_thanks_who_teaches_a_course_of_the_cohort(self, client_of):
        officer = make_staff("officer", "country", "KZ")
        teacher = make_staff("instructor", "course", "digital-id", country="GE")
        other, cohort = make_staff("instructor"), make_cohort("KZ")
        course = db.session.scalar(select(Course).where(Course.slug == "digital-id"))
        make_cohort("GE")
        key = f"instructor:{teacher.id}:{cohort.id}:{course.id}"

        assert in_list(officer, Kind.THANKS) == {key: []}
        one = services.issue_certificate(officer, key, THANKS)
        db.session.commit()

        assert (one.kind, one.enrolment_id, one.country_code) == ("thanks", None, "KZ")
        assert (one.person_id, one.cohort_id, one.course_id) == (teacher.id, cohort.id, course.id)
        assert one.grounds["teaches"] == "digital-id"
        assert in_list(officer, Kind.THANKS) == {}
        page = client_of(officer).get(f"/certificates/{one.number}")
        assert page.status_code == 200
        assert client_of(officer).get("/certificates/register").text.count(one.number) == 2
        assert client_of(teacher).get(f"/certificates/{one.number}.pdf").status_code == 202
        assert client_of(teacher).get("/learn").status_code == 200
        assert client_of(other).get(f"/certificates/{one.number}.pdf").status_code == 404
        message = db.session.scalar(select(Message).filter_by(kind="certificate_issued"))
        assert message.page_path == f"/certificates/mine/{one.number}"
        assert "Thank you for teaching" in message.body

    def test_lists_many_with_as_few_statements_as_one(self, count_queries):
        officer = make_staff("officer", "country", "KZ")
        make_staff("instructor", "course", "digital-id")
        counts = []
        for cohorts in (1, 3):
            for _ in range(cohorts):
                make_cohort("KZ")
            db.session.commit()
            DUE[Kind.THANKS](officer)  # who signs for a programme is kept in the process
            with count_queries() as statements:
                DUE[Kind.THANKS](officer)
            counts.append(len(statements))

        assert len(in_list(officer, Kind.THANKS)) == 4
        assert counts[0] == counts[1]

    def test_gives_who_teaches_no_certificate_of_completion(self, officer):
        teacher, cohort = make_staff("instructor", "course", "digital-id"), make_cohort("KZ")
        course = db.session.scalar(select(Course).where(Course.slug == "digital-id"))
        key = f"instructor:{teacher.id}:{cohort.id}:{course.id}"

        for kind in ("completion", "participation"):
            officer.post("/certificates/issue", data={"occasion": key, "kind": kind})
            run_rows()

        assert certificates() == []

    def test_tells_nobody_the_name_of_who_does_not_teach_it(self, officer, learner_in):
        person, cohort = learner_in("GE").person, make_cohort("KZ")
        course = db.session.scalar(select(Course).where(Course.slug == "digital-id"))
        key = f"instructor:{person.id}:{cohort.id}:{course.id}"

        for page in ("issue", "preview"):
            address = f"/certificates/{page}"
            response = officer.get(address, query_string={"occasion": key, "kind": "thanks"})
            assert response.status_code == 404

    def test_is_not_for_who_does_not_teach_it(self, learner_in):
        cohort = make_cohort("KZ")
        course = db.session.scalar(select(Course).where(Course.slug == "digital-id"))
        learner = learner_in()

        with pytest.raises(services.NotEligible):
            services.issue_certificate(
                None, f"instructor:{learner.person.id}:{cohort.id}:{course.id}", THANKS
            )
