"""The learner's own page."""

from datetime import UTC, datetime

from lms.extensions import db
from lms.jobs.services import run_due
from tests.factories import FINAL, complete, enrolment_of
from tests.pages import text_of


class TestShowCertificate:
    def test_says_what_it_asks_for_with_counts(self, learner_in):
        learner = learner_in()

        response = learner.open_certificate()

        page = text_of(response)
        assert "It is issued in the moment in which all of this is done." in page
        assert "Read every text 0 of 25 done." in page
        assert "Pass every quiz 0 of 7 passed." in page
        assert "The final assessment is passed with 70% or more." in page
        assert (
            f"This is printed: {learner.person.name_latin} , {learner.person.name_native}" in page
        )
        assert page.count("To do") == 2
        assert "Continue the course" in page
        assert 'href="/account/name"' in response.text

    def test_asks_for_the_name_and_the_last_quiz_alike(self, learner_in):
        learner = learner_in(is_confirmed=False)
        complete(learner.seat, except_paths=(FINAL,))

        page = text_of(learner.open_certificate())

        assert "Still to pass: Final assessment (module 5) ." in page
        assert "Is it right? Look and confirm" in page

    def test_shows_after_the_issue_what_is_printed_and_where_to_check_it(self, holder):
        run_due()

        response = holder.open_certificate()

        certificate = holder.certificate
        page = text_of(response)
        assert page.index("What is printed on it") < page.index("Download PDF")
        for fact in ("name_latin", "name_native", "course_title", "number", "signatory_role"):
            assert certificate.facts[fact] in page
        assert f'value="http://localhost/v/{certificate.number}"' in response.text
        assert f'href="/v/{certificate.number}"' in response.text
        assert f'href="/certificates/{certificate.number}.pdf"' in response.text

    def test_is_not_for_somebody_else(self, holder, learner_in):
        other = learner_in()

        response = other.client.get(f"{holder.course_url}/certificate")

        assert response.status_code == 404

    def test_is_gone_after_a_withdrawal_without_a_certificate(self, learner_in):
        learner = learner_in()
        enrolment_of(learner.seat).withdrawn_at = datetime.now(UTC)
        db.session.commit()

        assert learner.open_certificate().status_code == 404

    def test_has_one_heading_and_one_primary_button(self, learner_in, finisher_in):
        for learner in (learner_in(), finisher_in(), finisher_in(is_confirmed=False)):
            text = learner.open_certificate().text.partition("<main")[2].partition("</main>")[0]

            assert text.count("<h1") == 1
            assert text.count('class="btn"') <= 1
