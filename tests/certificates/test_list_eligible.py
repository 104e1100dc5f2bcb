"""Officers see who is ready, and of the others what is missing and who can change it."""

import re
from datetime import UTC, datetime

import pytest

from lms.certificates import queries
from lms.certificates.views import issuing
from lms.extensions import db
from tests.certificates.conftest import certificates, issue, run_rows
from tests.factories import FINAL, enrolment_of, make_cohort, make_staff
from tests.pages import text_of

ISSUE = "/certificates/issue"

pytestmark = pytest.mark.usefixtures("officers_issue")


def occasions_in(page):
    """Return what the form of a page names people by."""
    return {"occasion": re.findall(r'name="occasion" value="([^"]+)"', page.text)}


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

    def test_says_how_many_it_takes_and_how_many_are_left(self, finisher_in, officer, monkeypatch):
        monkeypatch.setattr(issuing, "SHOWN", 1)
        monkeypatch.setattr(issuing, "MOST", 2)
        finishers, everyone = [finisher_in() for _ in range(3)], f"{ISSUE}?everyone=1"

        page = text_of(officer.get("/certificates/eligible"))
        confirm = officer.get(everyone)
        too_many = officer.post(everyone)
        officer.post(ISSUE, data=occasions_in(confirm))
        run_rows()
        rest = officer.get(everyone)

        assert "Take the first 2 of 3; the rest afterwards" in page
        assert len(occasions_in(confirm)["occasion"]) == 2
        assert "1 more person is ready, and not among these" in text_of(confirm)
        assert too_many.status_code == 422
        assert "Choose at most" in text_of(too_many)
        assert len(certificates()) == 2
        assert len(occasions_in(rest)["occasion"]) == 1
        assert "not among these" not in text_of(rest)
        assert {learner.certificate is None for learner in finishers} == {True, False}

    def test_looks_only_for_the_kind_that_is_shown(self, finisher_in, officer, monkeypatch):
        finisher_in()
        asked = []
        for kind, find in queries.DUE.items():
            monkeypatch.setitem(
                queries.DUE,
                kind,
                lambda officer, kind=kind, find=find: asked.append(kind) or find(officer),
            )

        page = text_of(officer.get("/certificates/eligible"))
        officer.get("/certificates/eligible?kind=thanks")

        assert asked == ["completion", "thanks"]
        assert "Participation" in page  # to choose, though nobody is due one

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
