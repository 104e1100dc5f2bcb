from contextlib import contextmanager

import pytest
from sqlalchemy import select

from lms.audit.models import AuditedValues, AuditEvent
from lms.certificates import drawing, queries, services, signals
from lms.extensions import db
from lms.jobs.models import Job
from lms.lib.fonts import FontsUnknown
from lms.notices.models import Message
from lms.progress.models import Completion
from lms.quizzes.models import Attempt
from tests.certificates.conftest import ETHIOPIC, certificates
from tests.factories import FINAL, enrolment_of
from tests.pages import text_of


@contextmanager
def failing(signal):
    def fail(_sender, **_values):
        raise RuntimeError("made up")

    with signal.connected_to(fail):
        yield


class TestIssueOnPass:
    def test_issues_in_the_request_that_passes_the_final(self, finisher_in):
        learner = finisher_in(except_paths=(FINAL,))
        learner.answer_final()

        response = learner.submit_final()

        assert response.status_code == 303
        (certificate,) = certificates()
        assert certificate.person_id == learner.person.id
        assert certificate.enrolment_id == learner.seat.enrolment_id
        assert certificate.country_code == "KZ"
        assert certificate.issued_by_id is None
        assert certificate.facts["name_latin"] == learner.person.name_latin
        assert certificate.number in learner.open_certificate().text

    def test_leaves_nothing_when_the_transaction_is_rolled_back(self, finisher_in):
        learner = finisher_in(except_paths=(FINAL,))
        learner.answer_final()

        with failing(signals.issued):
            response = learner.submit_final()

        assert response.status_code == 500
        assert certificates() == []
        assert db.session.scalar(select(Completion)) is None
        assert db.session.scalar(select(Attempt).filter_by(quiz=FINAL)).submitted_at is None
        assert db.session.scalar(select(Job).filter_by(handler="draw_certificate")) is None

    def test_writes_the_log_and_the_jobs_of_drawing_and_telling(self, holder):
        (certificate,) = certificates()
        event = db.session.scalar(select(AuditEvent).filter_by(action="issue_certificate"))
        job = db.session.scalar(select(Job).filter_by(handler="draw_certificate"))
        message = db.session.scalar(select(Message).filter_by(kind="certificate_issued"))

        assert event.object_id == certificate.number
        assert event.country_code == "KZ"
        assert db.session.get_one(AuditedValues, event.id).values == {"facts": certificate.facts}
        assert certificate.facts["name_latin"] not in str(event.details)
        assert job.arguments == {"certificate_id": certificate.id}
        assert message.person_id == holder.person.id
        assert certificate.number in message.body

    @pytest.mark.parametrize(
        ("path", "words"),
        [
            ("who-says-so/number-and-card", "24 of 25 done. Still to do:"),
            ("who-says-so/check", "6 of 7 passed. Still to pass:"),
            (FINAL, "6 of 7 passed. Still to pass:"),
        ],
    )
    def test_waits_for_each_missing_step_and_says_so(self, finisher_in, path, words):
        learner = finisher_in(except_paths=(path,))

        response = learner.open_certificate()

        assert certificates() == []
        assert words in text_of(response)
        assert f"{learner.course_url}/{path}" in response.text

    def test_waits_for_the_name(self, finisher_in):
        learner = finisher_in(is_confirmed=False)

        page = text_of(learner.open_certificate())

        assert certificates() == []
        assert "You are eligible; your certificate waits for the name." in page
        assert "Confirm your name" in page

    def test_waits_where_an_officer_looks_first(self, officers_issue, finisher_in):
        learner = finisher_in()

        page = text_of(learner.open_certificate())

        assert certificates() == []
        assert "You have done everything." in page
        assert "there is nothing to do" in page

    def test_never_undoes_a_pass_because_of_the_name(self, finisher_in):
        learner = finisher_in(except_paths=(FINAL,), given_name=ETHIOPIC)
        learner.answer_final()

        response = learner.submit_final()

        assert response.status_code == 303
        assert certificates() == []
        assert db.session.scalar(select(Completion)) is not None

    def test_never_undoes_a_pass_because_of_the_fonts(self, finisher_in, monkeypatch):
        def no_fonts(*_anything):
            raise FontsUnknown("fc-list is not installed")

        learner = finisher_in(except_paths=(FINAL,))
        learner.answer_final()
        monkeypatch.setattr(drawing, "missing_letters", no_fonts)

        response = learner.submit_final()

        assert response.status_code == 303
        assert certificates() == []
        assert db.session.scalar(select(Completion)) is not None

    def test_never_undoes_a_pass_because_somebody_was_faster(self, holder, monkeypatch):
        monkeypatch.setattr(queries, "free_sequence", lambda *_asked: 1)  # a stale look

        second = services.issue_if_eligible(holder.seat.enrolment_id)

        assert second is None
        assert len(certificates()) == 1

    def test_prints_the_facts_of_course_and_cohort(self, holder):
        cohort = enrolment_of(holder.seat).cohort
        (certificate,) = certificates()

        assert certificate.facts["country"] == "Kazakhstan"
        assert certificate.facts["cohort"] == cohort.title
        assert certificate.facts["steps"] == 32
        assert certificate.facts["second_language"] == "kk"
        assert certificate.facts["signatory_role"] == "Programme director"
        assert certificate.facts["verify_url"] == f"http://localhost/v/{certificate.number}"
