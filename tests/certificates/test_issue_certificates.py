from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.certificates import queries, services
from lms.extensions import db
from tests.certificates.conftest import ETHIOPIC, at_once, certificates, follow, revoke
from tests.factories import FINAL, enrolment_of, make_staff
from tests.pages import text_of

ISSUE = "/certificates/issue"

pytestmark = pytest.mark.usefixtures("officers_issue")


def ids(*learners) -> dict[str, list[int]]:
    return {"enrolment": [learner.seat.enrolment_id for learner in learners]}


def without_id(response) -> str:
    return text_of(response).replace(response.headers["X-Request-Id"], "")


class TestConfirmIssue:
    def test_repeats_how_many_to_whom_and_for_what(self, finisher_in, officer):
        first, second = finisher_in(), finisher_in()

        page = text_of(officer.get(ISSUE, query_string=ids(first, second)))

        assert "Issue 2 certificates?" in page
        for learner in (first, second):
            assert learner.person.name_latin in page
            assert learner.person.name_native in page
            assert learner.seat.cohort_title in page
        assert "Digital identity: from a number to a phone" in page
        assert "Programme director" in page
        assert certificates() == []

    def test_leaves_out_who_is_not_ready_and_says_why(self, finisher_in, officer):
        ready, unready = finisher_in(), finisher_in(except_paths=(FINAL,))

        response = officer.get(ISSUE, query_string=ids(ready, unready))

        page = text_of(response)
        assert "Issue 1 certificate?" in page
        assert f"{unready.person.name_latin}: not yet, and left out." in page
        assert "1 quiz is not passed." in page
        assert f'value="{ready.seat.enrolment_id}"' in response.text
        assert f'value="{unready.seat.enrolment_id}"' not in response.text

    def test_has_nothing_to_issue_to_who_has_one(self, finisher_in, officer):
        learner = finisher_in()
        officer.post(ISSUE, data=ids(learner))

        page = text_of(officer.get(ISSUE, query_string=ids(learner)))

        assert "Nothing to issue" in page
        assert "has a certificate of this course already" in page

    def test_asks_to_choose_somebody(self, officer):
        response = follow(officer, officer.get(ISSUE))

        assert response.request.path == "/certificates/eligible"
        assert "Choose at least one person." in text_of(response)

    def test_hides_a_stranger_like_somebody_who_is_not_there(self, finisher_in, officer):
        own, other = finisher_in("KZ"), finisher_in("GE")

        foreign = officer.get(ISSUE, query_string=ids(own, other))
        absent = officer.get(ISSUE, query_string={"enrolment": 999_999})

        assert foreign.status_code == absent.status_code == 404
        assert without_id(foreign) == without_id(absent)


class TestIssueCertificates:
    def test_issues_to_each_and_says_how_many(self, finisher_in, officer):
        first, second = finisher_in(), finisher_in()

        response = follow(officer, officer.post(ISSUE, data=ids(first, second)))

        assert "2 certificates issued." in text_of(response)
        issued = certificates()
        assert {one.person_id for one in issued} == {first.person.id, second.person.id}
        assert all(one.issued_by_id is not None for one in issued)
        for one in issued:
            assert one.number in response.text
            assert one.facts["name_latin"] in text_of(response)

    def test_writes_who_did_it_into_the_log(self, finisher_in, client_of):
        person = make_staff("officer", "country", "KZ")
        learner = finisher_in()

        client_of(person).post(ISSUE, data=ids(learner))

        event = db.session.scalar(select(AuditEvent).filter_by(action="issue_certificate"))
        assert event.actor_id == person.id
        assert event.object_id == learner.certificate.number

    def test_refuses_when_a_condition_is_not_met_any_more(self, finisher_in, officer):
        learner = finisher_in(except_paths=(FINAL,))

        response = officer.post(ISSUE, data=ids(learner))

        assert response.status_code == 409
        assert "does not meet the conditions" in text_of(response)
        assert certificates() == []

    def test_leaves_out_one_who_is_not_ready_and_issues_to_the_others(self, finisher_in, officer):
        ready, unready = finisher_in(), finisher_in(given_name=ETHIOPIC)

        response = follow(officer, officer.post(ISSUE, data=ids(ready, unready)))

        assert f"{unready.person.name_latin}: not issued." in text_of(response)
        (certificate,) = certificates()
        assert certificate.person_id == ready.person.id

    def test_changes_nothing_at_a_second_press(self, finisher_in, officer):
        learner = finisher_in()
        officer.post(ISSUE, data=ids(learner))

        response = follow(officer, officer.post(ISSUE, data=ids(learner)))

        assert "has a certificate already; no second one was issued." in text_of(response)
        assert len(certificates()) == 1

    def test_makes_one_of_two_that_come_at_once(self, app, finisher_in, client_of):
        learner = finisher_in()
        clients = [client_of(make_staff("officer", "country", "KZ")) for _ in range(3)]

        answers = at_once(
            app, *(lambda one=one: one.post(ISSUE, data=ids(learner)) for one in clients)
        )

        assert [answer.status_code for answer in answers] == [303, 303, 303]
        assert len(certificates()) == 1

    def test_meets_the_unique_key_when_both_saw_none(self, finisher_in, officer, monkeypatch):
        learner = finisher_in()
        officer.post(ISSUE, data=ids(learner))
        monkeypatch.setattr(queries, "free_sequence", lambda *_asked: 1)

        with pytest.raises(services.AlreadyIssued):
            services.issue_certificate(learner.person, enrolment_of(learner.seat))

        assert len(certificates()) == 1

    def test_refuses_all_when_one_is_a_strangers(self, finisher_in, officer):
        own, other = finisher_in("KZ"), finisher_in("GE")

        response = officer.post(ISSUE, data=ids(own, other))

        assert response.status_code == 404
        assert certificates() == []

    def test_issues_a_new_one_after_a_revocation_and_keeps_the_old(self, finisher_in, officer):
        learner = finisher_in()
        officer.post(ISSUE, data=ids(learner))
        (old,) = certificates()
        form = {"reason": "holder_asked", "note": "The name was misspelt."}
        revoke(old.number, form)
        learner.confirm_name(given="Айгуль")

        officer.post(ISSUE, data=ids(learner))

        old, new = certificates()
        assert (old.sequence, new.sequence) == (1, 2)
        assert old.is_revoked
        assert not new.is_revoked
        assert new.number != old.number
        assert new.facts["name_native"].startswith("Айгуль")
        assert new.number in officer.get(f"/certificates/{old.number}").text

    def test_prints_the_day_of_the_cohorts_time_zone(self, finisher_in, client_of):
        learner = finisher_in()
        late = datetime.now(UTC).replace(hour=21, minute=30)

        with time_machine.travel(late):  # and sign in there: a session is of its own time
            client_of(make_staff("officer")).post(ISSUE, data=ids(learner))

        (certificate,) = certificates()
        assert (certificate.issued_on - late.date()).days == 1  # 02:30 in Almaty
        assert certificate.facts["issued_on"] == certificate.issued_on.isoformat()


class TestListEligible:
    def test_lists_who_is_ready_with_a_box_each(self, finisher_in, officer):
        learner = finisher_in()

        response = officer.get("/certificates/eligible")

        page = text_of(response)
        assert "1 person is ready" in page
        assert learner.person.name_latin in page
        assert f'value="{learner.seat.enrolment_id}"' in response.text
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
        officer.post(ISSUE, data=ids(holder))
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
        officer = make_staff("officer", "all")
        finisher_in(), learner_in()
        db.session.commit()
        with count_queries() as few:
            client_of(officer).get("/certificates/eligible?tab=not-yet")
        for _ in range(3):
            finisher_in(), learner_in()

        with count_queries() as many:
            client_of(officer).get("/certificates/eligible?tab=not-yet")

        assert len(many) <= len(few)
