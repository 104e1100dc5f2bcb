from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from lms.accounts import services as accounts
from lms.audit.models import AuditEvent
from lms.certificates import queries, services
from lms.extensions import db
from lms.jobs.services import still_to_do
from lms.progress.models import Completion, DoneStep
from tests.certificates.conftest import (
    ETHIOPIC,
    at_once,
    batch_rows,
    certificates,
    follow,
    ids,
    issue,
    jobs_of,
    revoke,
    run_rows,
)
from tests.factories import (
    FINAL,
    enrolment_of,
    make_staff,
    passed_attempt,
)
from tests.pages import text_of

ISSUE = "/certificates/issue"

pytestmark = pytest.mark.usefixtures("officers_issue")


def committed(row_id: int) -> None:
    services.issue_row(row_id)
    db.session.commit()


def complete_final(learner) -> None:
    """Pass the final assessment, the last that was missing."""
    now, one = datetime.now(UTC), learner.seat.enrolment_id
    db.session.add(passed_attempt(learner.seat, FINAL))
    db.session.add(DoneStep(enrolment_id=one, path=FINAL, done_at=now))
    db.session.commit()


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
        assert f'value="enrolment:{ready.seat.enrolment_id}"' in response.text
        assert f'value="enrolment:{unready.seat.enrolment_id}"' not in response.text

    def test_has_nothing_to_issue_to_who_has_one(self, finisher_in, officer):
        learner = finisher_in()
        issue(officer, learner)

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
        absent = officer.get(ISSUE, query_string={"occasion": "enrolment:999999"})

        assert foreign.status_code == absent.status_code == 404
        assert without_id(foreign) == without_id(absent)


class TestIssueCertificates:
    def test_is_due_again_to_who_finished_after_a_revocation(self, finisher_in, officer):
        learner = finisher_in()
        issue(officer, learner)
        revoke(certificates()[0].number, {"reason": "rules_broken", "note": "Copied."})
        key = f"enrolment:{learner.seat.enrolment_id}"
        assert key not in officer.get("/certificates/eligible").text

        db.session.get_one(Completion, learner.seat.enrolment_id).completed_at = datetime.now(UTC)
        db.session.commit()

        assert key in officer.get("/certificates/eligible").text
        assert "Issuing 1 certificate" in text_of(
            follow(officer, officer.post(ISSUE, data=ids(learner)))
        )
        run_rows()
        assert [one.is_revoked for one in certificates()] == [True, False]
        assert key not in officer.get("/certificates/eligible").text

    def test_is_never_about_oneself(self, finisher_in, client_of):
        learner = finisher_in()
        accounts.grant_role(None, learner.person, "officer", "country", "KZ")
        db.session.commit()
        own = client_of(learner.person)

        listed = own.get("/certificates/eligible")
        response = own.post(ISSUE, data=ids(learner))

        assert f"enrolment:{learner.seat.enrolment_id}" not in listed.text
        assert response.status_code == 409
        assert "This is about yourself" in text_of(response)
        assert batch_rows() == []

    def test_issues_to_each_and_says_how_far_it_is(self, finisher_in, officer):
        first, second = finisher_in(), finisher_in()

        response = follow(officer, officer.post(ISSUE, data=ids(first, second)))

        before = text_of(response)
        assert "Issuing 2 certificates" in before
        assert "0 of 2 issued" in before
        assert 'max="2" value="0"' in " ".join(response.text.split())
        assert "Refresh" in before
        assert "You may leave this page" in before
        assert certificates() == []
        run_rows()
        after = text_of(officer.get(response.request.path))
        assert "2 of 2 issued" in after
        assert "2 PDFs are being drawn." in after
        issued = certificates()
        assert {one.person_id for one in issued} == {first.person.id, second.person.id}
        assert all(one.number in after and one.facts["name_latin"] in after for one in issued)
        assert all(one.batch_id for one in issued)

    def test_writes_who_did_it_into_the_log(self, finisher_in, client_of):
        person = make_staff("officer", "country", "KZ")
        learner = finisher_in()

        issue(client_of(person), learner)

        (certificate,) = certificates()
        events = db.session.scalars(select(AuditEvent).filter_by(actor_id=person.id))
        assert [(event.action, event.object_id) for event in events] == [
            ("ask_batch", str(certificate.batch_id)),
            ("issue_certificate", certificate.number),
        ]
        assert certificate.issued_by_id == person.id

    def test_looks_at_the_conditions_again_and_says_for_each_what_is_missing(
        self, finisher_in, officer
    ):
        ready = finisher_in()
        unready = finisher_in(except_paths=(FINAL,))
        unprintable = finisher_in(given_name=ETHIOPIC)

        page = text_of(issue(officer, ready, unready, unprintable))

        assert "1 of 3 issued" in page
        assert "2 need you." in page
        assert "Not every quiz is passed." in page
        assert "The name has a letter that no font can print." in page
        (certificate,) = certificates()
        assert certificate.person_id == ready.person.id

    def test_tries_again_only_what_failed(self, finisher_in, officer):
        ready, late = finisher_in(), finisher_in(except_paths=(FINAL,))
        page = issue(officer, ready, late)
        complete_final(late)

        again = officer.post(f"{page.request.path}/retry")
        twice = officer.post(f"{page.request.path}/retry")
        run_rows()

        assert "1 certificate is tried again." in text_of(follow(officer, again))
        assert twice.status_code == 303
        assert len(jobs_of("issue_row")) == 3
        assert {one.person_id for one in certificates()} == {ready.person.id, late.person.id}
        assert "2 of 2 issued" in text_of(officer.get(page.request.path))

    def test_is_one_batch_when_the_form_is_sent_twice(self, finisher_in, officer):
        learner = finisher_in()
        form = {**ids(learner), "key": "of the form"}

        first, second = officer.post(ISSUE, data=form), officer.post(ISSUE, data=form)
        run_rows()

        assert first.location == second.location
        assert len(batch_rows()) == len(certificates()) == 1

    def test_gives_one_of_two_officers_one(self, app, finisher_in, client_of):
        learner = finisher_in()
        clients = [client_of(make_staff("officer", "country", "KZ")) for _ in range(3)]

        answers = at_once(
            app, *(lambda one=one: one.post(ISSUE, data=ids(learner)) for one in clients)
        )
        waiting = [arguments["row_id"] for arguments in still_to_do("issue_row")]
        at_once(app, *(lambda row=row: committed(row) for row in waiting))

        assert [answer.status_code for answer in answers] == [303, 303, 303]
        (certificate,) = certificates()
        assert sorted(row.state for row in batch_rows()) == ["had_one", "had_one", "issued"]
        page = text_of(clients[0].get(f"/certificates/batches/{batch_rows()[0].batch_id}"))
        assert certificate.number in page
        pages = [text_of(clients[0].get(f"/certificates/batches/{one}")) for one in (1, 2, 3)]
        assert sum("had one already, so no second one was issued." in page for page in pages) == 2
        assert not any("Needs you" in page for page in pages)

    def test_meets_the_unique_key_when_both_saw_none(self, finisher_in, officer, monkeypatch):
        learner = finisher_in()
        issue(officer, learner)
        monkeypatch.setattr(queries, "free_sequence", lambda *_asked: 1)

        with pytest.raises(services.AlreadyIssued):
            services.issue_certificate(learner.person, enrolment_of(learner.seat))

        assert len(certificates()) == 1

    def test_stops_with_the_officers_role(self, finisher_in, client_of):
        person = make_staff("officer", "country", "KZ")
        client_of(person).post(ISSUE, data=ids(finisher_in()))
        person.grants.clear()
        db.session.commit()

        run_rows()

        assert certificates() == []
        assert [(row.state, row.fault) for row in batch_rows()] == [("failed", "officer")]

    def test_refuses_all_when_one_is_a_strangers(self, finisher_in, officer):
        own, other = finisher_in("KZ"), finisher_in("GE")

        response = officer.post(ISSUE, data=ids(own, other))

        assert response.status_code == 404
        assert batch_rows() == []

    def test_keeps_what_was_chosen_when_a_layout_is_not_there(self, finisher_in, officer):
        learner = finisher_in()

        response = officer.post(ISSUE, data={**ids(learner), "layout": "gold"})

        assert response.status_code == 422
        assert "There is a problem" in text_of(response)
        assert f'value="enrolment:{learner.seat.enrolment_id}"' in response.text
        assert batch_rows() == []

    def test_issues_a_new_one_after_a_revocation_and_keeps_the_old(self, finisher_in, officer):
        learner = finisher_in()
        issue(officer, learner)
        (old,) = certificates()
        form = {"reason": "holder_asked", "note": "The name was misspelt."}
        revoke(old.number, form)
        learner.confirm_name(given="Айгуль")

        issue(officer, learner)

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
            issue(client_of(make_staff("officer")), learner)

        (certificate,) = certificates()
        assert (certificate.issued_on - late.date()).days == 1  # 02:30 in Almaty
        assert certificate.facts["issued_on"] == certificate.issued_on.isoformat()
