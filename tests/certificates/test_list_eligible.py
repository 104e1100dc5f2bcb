"""Officers see who is ready, and of the others what is missing and who can change it."""

from datetime import UTC, datetime

import pytest

from lms.extensions import db
from tests.certificates.conftest import (
    issue,
)
from tests.factories import FINAL, enrolment_of, make_cohort, make_staff
from tests.pages import text_of

ISSUE = "/certificates/issue"

pytestmark = pytest.mark.usefixtures("officers_issue")


class TestListEligible:
    def test_lists_who_is_ready_with_a_box_each(self, finisher_in, officer):
        learner = finisher_in()

        response = officer.get("/certificates/eligible")

        page = text_of(response)
        assert "1 person is ready" in page
        assert learner.person.name_latin in page
        assert f'value="enrolment:{learner.seat.enrolment_id}"' in response.text
        assert "checked" in response.text

    def test_selects_none_on_request(self, finisher_in, officer):
        finisher_in()

        assert (
            "checked>"
            not in officer.get("/certificates/eligible?select=none")
            .text.split("<main")[1]
            .split("</main>")[0]
        )

    def test_says_what_each_of_the_others_is_missing_and_who_can_change_it(
        self, finisher_in, learner_in, officer
    ):
        finisher_in(is_confirmed=False)
        finisher_in(except_paths=(FINAL, "who-says-so/number-and-card"))

        page = text_of(officer.get("/certificates/eligible?tab=not-yet"))

        assert "Ready 0 Not yet 2" in page
        assert "The name is not confirmed. Whoever gets it, under Account" in page
        assert "1 step is still to do (30 of 32 done). 1 quiz is not passed." in page
        assert "The learner, in the course" in page

    def test_leaves_out_who_has_a_certificate_or_was_withdrawn(self, finisher_in, officer):
        holder, withdrawn = finisher_in(), finisher_in()
        issue(officer, holder)
        enrolment_of(withdrawn.seat).withdrawn_at = datetime.now(UTC)
        db.session.commit()

        ready = text_of(officer.get("/certificates/eligible"))
        not_yet = text_of(officer.get("/certificates/eligible?tab=not-yet"))

        assert "Nobody waits for a certificate" in ready
        assert "Nothing is missing anywhere" in not_yet

    def test_shows_only_the_own_countries(self, finisher_in, learner_in, officer, stranger):
        finisher_in("KZ")
        learner_in("KZ")

        assert "Ready 1 Not yet 1" in text_of(officer.get("/certificates/eligible"))
        assert "Ready 0 Not yet 0" in text_of(stranger.get("/certificates/eligible"))

    def test_asks_the_database_no_more_for_many_than_for_few(
        self, finisher_in, learner_in, client_of, count_queries
    ):
        officer, cohort = make_staff("officer", "all"), make_cohort("KZ")
        finisher_in(cohort=cohort), learner_in(cohort=cohort)
        db.session.commit()
        with count_queries() as few:
            client_of(officer).get("/certificates/eligible?tab=not-yet")
        for _ in range(3):
            finisher_in(cohort=cohort), learner_in(cohort=cohort)

        with count_queries() as many:
            client_of(officer).get("/certificates/eligible?tab=not-yet")

        assert len(many) <= len(few)
