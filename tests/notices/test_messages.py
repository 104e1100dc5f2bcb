from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale

from lms.extensions import db
from lms.jobs.models import Job
from lms.notices import services
from lms.notices.models import Message
from lms.notices.rules import topic_of
from lms.notices.services import writing
from lms.notices.services.writing import send
from tests.factories import make_person

TITLE = {"course_title": "Digital identity"}


def nominee(person) -> services.Addressee:
    return services.Addressee(
        address=person.email,
        language=person.language,
        name=person.name,
        person=person,
        cohort_title="Kazakhstan, 2026",
        path="/nominations/s1gned",
    )


LEARN = "http://localhost/learn"
APPROVAL = {"what": "Open the course digital-id", "url": "http://localhost/approvals#approval-7"}
CLOSES = datetime(2026, 12, 4, 14, tzinfo=UTC)
COURSE = {
    "title": "Digital identity",
    "done": 3,
    "total": 20,
    "next": "A number",
    "last_day": CLOSES,
}
COURSES = [{**COURSE, "closes_at": CLOSES}, {**COURSE, "closes_at": None, "next": ""}]
STANDING = {
    "title": "Kazakhstan, 2026", "people": 9, "on_track": 3, "behind": 2, "not_signed_in": 1,
    "finished": 3, "nominations": 1, "questions": 2, "expired": 1, "last_day": CLOSES,
}  # fmt: skip
MESSAGES = {
    "nominated": lambda person: services.send_nominated(
        nominee(person), nominator="Dinara", nominator_email="dinara@example.org"
    ),
    "place_given": lambda person: services.send_place_given(
        nominee(person),
        token="t0ken",
        until=datetime(2026, 12, 10, 14, 30, tzinfo=UTC),
        time_zone="Asia/Almaty",
        is_promoted=True,
    ),
    "joined": lambda person: services.send_joined(nominee(person), is_promoted=False),
    "waiting_list": lambda person: services.send_waiting_list(nominee(person), queue_place=3),
    "nomination_declined": lambda person: services.send_nomination_declined(
        nominee(person), reason="Not a civil servant."
    ),
    "nomination_withdrawn": lambda person: services.send_nomination_withdrawn(
        nominee(person), reason=""
    ),
    "decisions": lambda person: services.send_decisions(
        person,
        programme_title="Study visits",
        decisions=[
            services.Decision("Dana Demo", "Kazakhstan, 2026", is_placed=True, queue_place=0),
            services.Decision("Asel Demo", "Kazakhstan, 2026", is_placed=False, queue_place=2),
            services.Decision("Ivan Demo", "Georgia, 2026", False, 0, "Not a civil servant."),
        ],
        page_path="/delegations/kz/kz-2026/nominations",
    ),
    "left_cohort": lambda person: services.send_left_cohort(
        person,
        cohort_title="Kazakhstan, 2026",
        reason="Has another post.",
        by="Dinara",
        by_email="dinara@example.org",
    ),
    "came_back": lambda person: services.send_came_back(person, cohort_title="Kazakhstan, 2026"),
    "moved_cohort": lambda person: services.send_moved_cohort(
        person, before="Kazakhstan, 2026", after="Kazakhstan, 2027", reason="Was ill."
    ),
    "moved_version": lambda person: services.send_moved_version(
        person, page_path="/learn/kz/id", **TITLE
    ),
    "due_dates_moved": lambda person: services.send_due_dates_moved(
        person,
        cohort_title="Kazakhstan, 2026",
        time_zone="Asia/Almaty",
        dates=[("Digital identity", datetime(2026, 12, 10, 14, 30, tzinfo=UTC))],
    ),
    "delegation_taken_over": lambda person: services.send_delegation_taken_over(
        person, giver="Dinara", giver_email="dinara@example.org", what=["KZ"]
    ),
    "delegation_handed_over": lambda person: services.send_delegation_handed_over(
        person, successor="Timur", what=["KZ"], is_own=False
    ),
    "sign_in_link": lambda person: services.send_sign_in_link(person, token="t0ken", minutes=30),
    "certificate_issued": lambda person: services.send_certificate_issued(
        person, number="KZ-2026-7Q3M", page_path="/learn/kz/id/certificate", **TITLE
    ),
    "certificate_revoked": lambda person: services.send_certificate_revoked(
        person, number="KZ-2026-7Q3M", **TITLE
    ),
    "certificate_suspended": lambda person: services.send_certificate_suspended(
        person, number="KZ-2026-7Q3M", **TITLE
    ),
    "certificate_lifted": lambda person: services.send_certificate_lifted(
        person, number="KZ-2026-7Q3M", **TITLE
    ),
    "certificate_replaced": lambda person: services.send_certificate_replaced(
        person, number="KZ-2026-7Q3M", new_number="KZ-2026-W8KD", **TITLE
    ),
    "certificate_expiring": lambda person: services.send_certificate_expiring(
        person,
        number="KZ-2026-7Q3M",
        expires_on=date(2027, 1, 25),
        page_path="/learn/kz/id/certificate",
        **TITLE,
    ),
    "name_change_asked": lambda person: services.send_name_change_asked(
        [person], asker=person, page_path="/certificates/name-changes/1"
    ),
    "name_change_decided": lambda person: services.send_name_change_decided(
        person,
        is_approved=True,
        reason="As in the passport.",
        numbers=["KZ-2026-W8KD"],
        page_path="/learn",
    ),
    "register_head": lambda person: services.send_register_head(
        person.email,
        language=person.language,
        size=7,
        checkpoint="localhost/register\n7\nroot\n\n— localhost/register x\n",
    ),
    "answers_marked": lambda person: services.send_answers_marked(
        person, quiz_title="A check", page_path="/learn/kz/id/a/b", is_change=False, **TITLE
    ),
    "reminder": lambda person: services.send_reminder(
        person, cohort_title="Kazakhstan, 2026", page_path="/learn/kz/id", **TITLE
    ),
    "question_asked": lambda person: services.send_question_asked(
        person,
        cohort_title="Kazakhstan, 2026",
        asker="Aigul",
        text="Why twelve digits?",
        page_path="/teach/inbox/1",
        **TITLE,
    ),
    "question_answered": lambda person: services.send_question_answered(
        person,
        answerer="Madina",
        text="For the check digit.",
        page_path="/learn/kz/id/questions#q1",
        **TITLE,
    ),
    "invitation_proof": lambda person: services.send_invitation_proof(
        person.email,
        language=person.language,
        token="t0ken",
        cohort_title="Kazakhstan, 2026",
        inviter="Dinara",
        until=datetime(2026, 12, 10, 14, 30, tzinfo=UTC),
        time_zone="Asia/Almaty",
    ),
    "coordinator_message": lambda person: services.send_coordinator_message(
        person,
        subject="Your question",
        text="The transcript stands\r\nunder the video.\r\n\r\n\r\nIt needs no line.",
        sender="Dinara",
        sender_email="dinara@example.org",
        cohort_title="Kazakhstan, 2026",
        page_path="/learn/kz/id",
    ),
    "added_to_cohort": lambda person: services.send_added_to_cohort(
        person,
        cohort_title="Kazakhstan, 2026",
        adder="Dinara",
        adder_email="dinara@example.org",
    ),
    "import_finished": lambda person: services.send_import_finished(
        person,
        file_name="people.csv",
        cohort_title="Kazakhstan, 2026",
        added=21,
        failed=1,
        page_path="/delegations/kz/kz-2026/import/1",
    ),
    "batch_done": lambda person: services.send_batch_done(
        person, issued=48, had_one=1, failed=2, page_path="/certificates/batches/1"
    ),
    "data_erased": lambda person: services.send_data_erased(
        person.email, language=person.language, name=person.name
    ),
    "approval_asked": lambda person: send(
        person,
        "approval_asked",
        asker="Timur",
        asked_at=CLOSES,
        until=CLOSES,
        time_zone="Asia/Almaty",
        reason="Nobody answers.",
        **APPROVAL,
    ),
    "approval_decided": lambda person: send(
        person, "approval_decided", is_approved=True, decider="Timur", **APPROVAL
    ),
    "learning_digest": lambda person: send(
        person, "learning_digest", courses=COURSES, replies=2, time_zone="Asia/Almaty", url=LEARN
    ),
    "delegation_digest": lambda person: send(
        person,
        "delegation_digest",
        delegations=[STANDING],
        more=1,
        url="http://localhost/delegations",
    ),
    "invitation": lambda person: services.send_invitation(
        person.email,
        language=person.language,
        token="t0ken",
        cohort_title="Kazakhstan, 2026",
        inviter="Dinara",
        inviter_email="dinara@example.org",
        until=datetime(2026, 12, 10, 14, 30, tzinfo=UTC),
        time_zone="Asia/Almaty",
    ),
}
ADDRESSES = {
    "nominated": ["http://localhost/nominations/s1gned?lang=kk"],
    "place_given": [
        "http://localhost/invite/t0ken?lang=kk",
        "http://localhost/nominations/s1gned?lang=kk",
    ],
    "joined": ["http://localhost/learn"],
    "waiting_list": ["http://localhost/nominations/s1gned?lang=kk"],
    "nomination_declined": ["http://localhost/nominations/s1gned?lang=kk"],
    "nomination_withdrawn": ["http://localhost/nominations/s1gned?lang=kk"],
    "decisions": ["http://localhost/delegations/kz/kz-2026/nominations"],
    "left_cohort": [],
    "came_back": ["http://localhost/learn"],
    "moved_cohort": ["http://localhost/learn"],
    "moved_version": ["http://localhost/learn/kz/id"],
    "due_dates_moved": ["http://localhost/learn"],
    "delegation_taken_over": ["http://localhost/delegations"],
    "delegation_handed_over": [],
    "data_erased": [],
    "approval_asked": ["http://localhost/approvals#approval-7"],
    "approval_decided": ["http://localhost/approvals#approval-7"],
    "learning_digest": ["http://localhost/learn"],
    "delegation_digest": ["http://localhost/delegations"],
    "sign_in_link": ["http://localhost/sign-in/link/t0ken?lang=kk"],
    "certificate_issued": [
        "http://localhost/learn/kz/id/certificate",
        "http://localhost/v/KZ-2026-7Q3M",
    ],
    "certificate_revoked": ["http://localhost/v/KZ-2026-7Q3M"],
    "certificate_suspended": ["http://localhost/v/KZ-2026-7Q3M"],
    "certificate_lifted": ["http://localhost/v/KZ-2026-7Q3M"],
    "certificate_replaced": ["http://localhost/v/KZ-2026-W8KD"],
    "certificate_expiring": ["http://localhost/learn/kz/id/certificate"],
    "name_change_asked": ["http://localhost/certificates/name-changes/1"],
    "name_change_decided": ["http://localhost/learn"],
    "register_head": ["http://localhost/register"],
    "answers_marked": ["http://localhost/learn/kz/id/a/b"],
    "coordinator_message": ["http://localhost/learn/kz/id"],
    "reminder": ["http://localhost/learn/kz/id"],
    "question_asked": ["http://localhost/teach/inbox/1"],
    "question_answered": ["http://localhost/learn/kz/id/questions#q1"],
    "invitation_proof": ["http://localhost/invite/t0ken?lang=kk"],
    "added_to_cohort": ["http://localhost/sign-in?next=/learn&lang=kk"],
    "import_finished": ["http://localhost/delegations/kz/kz-2026/import/1"],
    "batch_done": ["http://localhost/certificates/batches/1"],
    "invitation": ["http://localhost/invite/t0ken?lang=kk"],
}


def message() -> Message:
    return db.session.scalars(db.select(Message)).one()


@pytest.mark.parametrize("kind", MESSAGES)
class TestMessage:
    def test_is_written_at_once_and_sent_by_a_job(self, app, kind):
        person = make_person(language="kk")

        MESSAGES[kind](person)
        db.session.commit()

        written = message()
        assert (written.kind, written.address) == (kind, person.email)
        assert written.sent_at is None
        job = db.session.scalars(db.select(Job)).one()
        assert (job.handler, job.arguments) == ("send_message", {"message_id": written.id})

    def test_gives_each_address_on_a_line_of_its_own(self, app, kind):
        MESSAGES[kind](make_person(language="kk"))

        lines = message().body.splitlines()

        addresses = [line for line in lines if line.startswith("http")]
        stop = [address for address in addresses if "/notices/off/" in address]
        assert [address for address in addresses if address not in stop] == ADDRESSES[kind]
        assert len(stop) == (topic_of(kind) is not None)

    def test_is_complete_and_says_why_it_comes(self, app, kind):
        MESSAGES[kind](make_person(language="en", given_name="Aigul", family_name="O'Sarsen & Co"))

        body = message().body

        assert body.startswith("Dear ")
        assert "You get this message because" in body
        assert "\n-- \n" in body
        assert not any(trace in body for trace in ("{{", "%(", "&amp;", "&#39;", "None"))
        assert "\n\n\n" not in body

    @pytest.mark.parametrize(
        ("language", "written_in"), [("kk", "ru"), ("ru", "ru"), ("ka", "en"), ("en", "en")]
    )
    def test_is_in_the_language_its_reader_knows_best(
        self, app, monkeypatch, kind, language, written_in
    ):
        used = []
        monkeypatch.setattr(
            writing, "force_locale", lambda locale: used.append(locale) or force_locale(locale)
        )

        MESSAGES[kind](make_person(language=language))

        assert used == [written_in]
        assert message().language == language

    def test_is_lost_with_what_it_tells_about(self, app, kind):
        person = make_person()

        MESSAGES[kind](person)
        db.session.rollback()

        assert db.session.scalars(db.select(Message)).all() == []
        assert db.session.scalars(db.select(Job)).all() == []


class TestSubject:
    def test_stays_on_one_line(self, app):
        services.send_reminder(
            make_person(),
            course_title="Digital\r\nBcc: all@example.org",
            cohort_title="",
            page_path="/learn",
        )

        assert message().subject == "Your course goes on: Digital Bcc: all@example.org"

    def test_stays_within_its_column(self, app):
        services.send_reminder(
            make_person(), course_title="x" * 400, cohort_title="", page_path="/learn"
        )

        assert len(message().subject) == 300


class TestInvitationMessage:
    def test_names_the_moment_in_the_zone_of_the_cohort(self, app):
        MESSAGES["invitation"](make_person())

        assert "10 December 2026, 19:30 (UTC+5)" in message().body

    def test_names_whom_to_ask(self, app):
        MESSAGES["invitation"](make_person())

        assert "Questions? Write to Dinara: dinara@example.org" in message().body


class TestDecisionsMessage:
    def test_says_what_became_of_each(self, app):
        MESSAGES["decisions"](make_person())

        lines = message().body.splitlines()
        assert "Dana Demo, Kazakhstan, 2026: has a place" in lines
        assert "Asel Demo, Kazakhstan, 2026: approved, number 2 on the waiting list" in lines
        assert "Ivan Demo, Georgia, 2026: declined. Not a civil servant." in lines


class TestWaitingListMessage:
    def test_names_the_place_in_the_queue(self, app):
        MESSAGES["waiting_list"](make_person())

        assert "Your place in the queue of your country: 3" in message().body
