from __future__ import annotations

import pytest

from lms.extensions import db
from lms.jobs.models import Job
from lms.notices import jobs, services
from lms.notices.models import Message
from lms.notices.services.writing import without_secrets
from tests.factories import make_person


def remind(person):
    services.send_reminder(
        person, course_title="Digital identity", cohort_title="KZ", page_path="/learn"
    )
    db.session.commit()


class TestSendMessage:
    def test_sends_what_was_written(self, outbox):
        person = make_person(email="aigul@example.org")
        remind(person)

        (mail,) = outbox()

        message = db.session.scalars(db.select(Message)).one()
        assert message.sent_at is not None
        assert mail.to == ["aigul@example.org"]
        assert (mail.subject, without_secrets(mail.body)) == (message.subject, message.body)
        assert mail.extra_headers["Auto-Submitted"] == "auto-generated"

    def test_sends_it_once_however_often_the_job_runs(self, outbox):
        remind(make_person())
        message_id = db.session.scalars(db.select(Message.id)).one()
        outbox()

        for _time in range(3):
            jobs.send_message(message_id)
            db.session.commit()

        assert len(outbox()) == 1

    def test_is_recognised_when_it_comes_twice_all_the_same(self, outbox):
        remind(make_person())
        message = db.session.scalars(db.select(Message)).one()
        outbox()
        message.sent_at = None  # the mail server took it, but the worker died before its commit
        db.session.commit()

        jobs.send_message(message.id)

        first, second = (mail.message()["Message-ID"] for mail in outbox())
        assert first == second
        assert first.startswith(f"<reminder.{message.id}.")

    def test_leaves_people_alone_who_are_gone(self, outbox):
        person = make_person()
        remind(person)
        db.session.delete(person)
        db.session.commit()

        assert outbox() == []
        assert db.session.scalars(db.select(Job)).one().finished_at is not None

    def test_tries_again_when_the_mail_server_does_not_answer(self, outbox, monkeypatch):
        def refuse(_mail):
            raise ConnectionRefusedError

        remind(make_person())
        with monkeypatch.context() as patched:
            patched.setattr(jobs.EmailMessage, "send", refuse)
            outbox()

        job = db.session.scalars(db.select(Job)).one()
        assert job.finished_at is None
        assert "ConnectionRefusedError" in job.last_error
        assert db.session.scalars(db.select(Message)).one().sent_at is None

    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ("open http://x/sign-in/link/AbC-_9?lang=kk now", "open http://x/sign-in/link/… now"),
            ("http://x/invite/AbC-_9?lang=kk\n", "http://x/invite/…\n"),
            ("http://x/learn/kz/id", "http://x/learn/kz/id"),
        ],
    )
    def test_keeps_no_link_that_opens_an_account(self, sent, kept):
        assert without_secrets(sent) == kept
