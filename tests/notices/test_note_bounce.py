from __future__ import annotations

import re
import socketserver
import threading
import time
from contextlib import contextmanager

import pytest
from flask_mailman.backends.smtp import EmailBackend
from sqlalchemy import select

from lms.extensions import db
from lms.jobs.models import Job
from lms.notices import jobs, services
from lms.notices.models import Bounce
from tests.factories import make_person
from tests.lib.delivery_reports import exim, postfix


class MailServer(socketserver.StreamRequestHandler):
    """As much of a mail server (RFC 5321) as it takes to refuse a recipient, or to take a message."""

    answer = "250 OK"
    taken: list[bytes] = []

    def handle(self) -> None:
        self.wfile.write(b"220 mail.example\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 Go on\r\n")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.taken.append(text)
            says = self.answer if word == b"RCPT" else "250 OK"
            self.wfile.write(("221 Bye" if word == b"QUIT" else says).encode() + b"\r\n")


class Listening(socketserver.ThreadingTCPServer):
    """Does not wait for a client that keeps its refused connection."""

    daemon_threads = True
    block_on_close = False


@pytest.fixture
def mail_server(app, monkeypatch):
    """Return a context manager: a mail server that answers each recipient in a certain way, and what it took."""

    @contextmanager
    def answering(answer: str):
        handler = type("Handler", (MailServer,), {"answer": answer, "taken": []})
        with Listening(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            host, port = server.server_address

            def connection(mail, fail_silently=False) -> EmailBackend:
                mail.connection = mail.connection or EmailBackend(
                    host=host, port=port, username="", password="", timeout=5
                )
                return mail.connection

            monkeypatch.setattr(jobs.EmailMessage, "get_connection", connection)
            yield handler.taken
            server.shutdown()

    return answering


@pytest.fixture
def sent(remind, outbox):
    """A message that has gone out, and its id for the mail servers."""
    message = remind(make_person(email="aigul@gov.example"))
    (mail,) = outbox()
    db.session.refresh(message)
    return message, mail.extra_headers["Message-ID"]


def bounce() -> Bounce | None:
    return db.session.scalars(select(Bounce)).one_or_none()


class TestSendMessage:
    def test_hands_it_to_a_server_that_takes_it(self, mail_server, remind, outbox):
        message = remind(make_person(email="aigul@gov.example"))

        with mail_server("250 OK") as taken:
            outbox()

        db.session.refresh(message)
        assert message.sent_at is not None
        assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in taken[0]
        assert bounce() is None

    def test_stops_at_once_when_an_address_is_refused_for_good(self, mail_server, remind, outbox):
        person = make_person(email="aigul@gov.example")
        message = remind(person)

        with mail_server("550 5.1.1 User unknown"):
            outbox()

        db.session.refresh(message)
        assert (message.not_sent, message.sent_at) == ("refused", None)
        found = bounce()
        assert (found.address, found.is_permanent, found.count) == (person.email, True, 1)
        assert found.reason == "550 5.1.1 User unknown"
        assert db.session.scalars(select(Job)).one().finished_at is not None

    def test_tries_again_when_it_may_pass(self, mail_server, remind, outbox, run_later):
        message = remind(make_person())
        with mail_server("450 4.2.0 Greylisted"):
            outbox()
            run_later(1)
        assert (bounce().is_permanent, bounce().count) == (False, 2)
        job = db.session.scalars(select(Job)).one()
        assert (job.finished_at, job.last_error) == (None, "NotTakenYet: 450")

        with mail_server("250 OK"):
            run_later(2)

        db.session.refresh(message)
        assert message.sent_at is not None
        assert bounce() is None

    @pytest.mark.parametrize("is_permanent", [True, False])
    def test_writes_to_no_address_that_is_closed(self, remind, outbox, is_permanent):
        person = make_person()
        services.note_bounce(person.email, is_permanent=is_permanent, reason="said so")

        message = remind(person)

        assert message.not_sent == ("bounced" if is_permanent else "")
        assert len(outbox()) == (not is_permanent)

    def test_heeds_what_came_back_while_it_waited(self, remind, outbox):
        person = make_person()
        message = remind(person)
        services.note_bounce(person.email, is_permanent=True, reason="said so")

        assert outbox() == []
        db.session.refresh(message)
        assert message.not_sent == "bounced"
        assert "/notices/off/…" in message.body

    def test_says_the_same_on_the_page_when_a_sign_in_link_cannot_go_out(self, client, outbox):
        known, closed = make_person(), make_person()
        services.note_bounce(closed.email, is_permanent=True, reason="said so")
        db.session.commit()

        answers = [
            client.post("/sign-in/link", data={"email": person.email}) for person in (known, closed)
        ]

        assert len({(one.status_code, one.headers["Location"]) for one in answers}) == 1
        outbox()
        assert [mail.to for mail in outbox()] == [[known.email]]


class TestBounceCommand:
    @pytest.mark.parametrize("report", [postfix, exim])
    def test_reads_a_mailbox_file(self, app, sent, tmp_path, report):
        message, sent_id = sent
        file = tmp_path / "mailbox"
        file.write_bytes(report(sent_id))

        result = app.test_cli_runner().invoke(args=["lms", "notices", "bounce", str(file)])

        assert result.output == "1 noted, 0 about no message of ours\n"
        found = bounce()
        assert (found.address, found.is_permanent) == (message.address, True)

    def test_reads_a_pipe(self, app, sent):
        _message, sent_id = sent
        late = postfix(sent_id, action="delayed", status="4.4.1")

        result = app.test_cli_runner().invoke(args=["lms", "notices", "bounce", "-"], input=late)

        assert result.output.startswith("1 noted")
        assert not bounce().is_permanent

    @pytest.mark.parametrize(
        "change",
        [
            lambda sent_id: sent_id.replace("reminder.", "reminder.4711"),
            lambda sent_id: sent_id.replace("reminder.", "reminder.9999999999"),
            lambda sent_id: sent_id.replace("reminder", "invitation"),
            lambda sent_id: sent_id.replace("@", "0@"),
            lambda sent_id: re.sub(r"\.[0-9a-f]+@", f".{int(time.time())}@", sent_id),
            lambda sent_id: sent_id.replace("localhost", "héloïse"),
            lambda sent_id: "<somebody-elses@example.org>",
        ],
        ids=[
            "no such message",
            "no such number",
            "another kind",
            "another mark",
            "its time",
            "no plain letters",
            "not of ours",
        ],
    )
    def test_believes_nobody_about_a_message_that_was_not_sent(self, app, sent, change):
        _message, sent_id = sent
        forged = postfix(change(sent_id))

        result = app.test_cli_runner().invoke(args=["lms", "notices", "bounce", "-"], input=forged)

        assert result.output == "0 noted, 1 about no message of ours\n"
        assert bounce() is None


class TestNoteBounce:
    def test_does_not_forget_that_it_was_for_good(self, app):
        for is_permanent in (False, True, False):
            services.note_bounce("a@example.org", is_permanent=is_permanent, reason="x" * 600)

        assert (bounce().is_permanent, bounce().count) == (True, 3)
        assert len(bounce().reason) == 500
