from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.extensions import db
from lms.notices.models import Message
from tests.factories import make_cohort, make_learner
from tests.pages import text_of

WORDS = {"subject": "The video", "text": "The transcript stands under it.\n\nIt needs no line."}


def messages() -> list[Message]:
    query = select(Message).where(Message.kind == "coordinator_message")
    return list(db.session.scalars(query))


@pytest.fixture
def address(dashboard):
    return lambda person: f"{dashboard}/people/{person.id}/message"


class TestWriteToPerson:
    def test_sends_the_words_with_the_coordinator_to_answer_to(
        self, client_of, coordinator, cohort, dashboard, address, outbox
    ):
        person, _seat = make_learner(cohort, language="ru")
        client = client_of(coordinator)

        response = client.post(address(person), data=WORDS)

        assert response.status_code == 303
        (message,) = messages()
        assert (message.person_id, message.subject) == (person.id, "The video")
        assert WORDS["text"] in message.body
        (mail,) = outbox()
        assert mail.to == [person.email]
        assert mail.reply_to == [coordinator.email]
        page = text_of(client.get(f"{dashboard}/people/{person.id}"))
        assert "Got a message The video" in page

    def test_leaves_a_trace_without_the_words(self, client_of, coordinator, cohort, address):
        person, _seat = make_learner(cohort)

        client_of(coordinator).post(address(person), data=WORDS)

        event = db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "write_to_person")
        ).one()
        assert (event.actor_id, event.object_id) == (coordinator.id, str(person.id))
        assert event.details == {"cohort": cohort.slug}

    @pytest.mark.parametrize(
        "wrong", [{"subject": ""}, {"text": " "}, {"subject": "x" * 151}, {"text": "x" * 5001}]
    )
    def test_says_what_is_missing_and_keeps_the_rest(
        self, client_of, coordinator, cohort, address, wrong
    ):
        person, _seat = make_learner(cohort)

        response = client_of(coordinator).post(address(person), data={**WORDS, **wrong})

        assert response.status_code == 422
        assert 'aria-invalid="true"' in response.text
        assert ("The video" in response.text) == ("subject" not in wrong)
        assert not messages()

    def test_writes_to_nobody_who_is_suspended_or_has_left(
        self, client_of, coordinator, cohort, address
    ):
        suspended, _seat = make_learner(cohort)
        suspended.active = False
        stranger, _seat = make_learner(make_cohort("GE"))
        db.session.commit()
        client = client_of(coordinator)

        assert client.post(address(suspended), data=WORDS).status_code == 409
        assert client.post(address(stranger), data=WORDS).status_code == 404
        assert not messages()
