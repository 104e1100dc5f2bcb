"""Erasing for somebody who asks in writing: one administrator asks, another agrees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
import time_machine
from sqlalchemy import select

from lms.accounts.models import Approval
from lms.audit.models import AuditEvent
from lms.extensions import db
from lms.jobs.services import enqueue, run_due
from lms.notices import jobs
from lms.notices.models import Bounce, Message
from tests.accounts.test_own_data import CANARY, dump, everything_done
from tests.factories import make_person, make_staff
from tests.pages import text_of

REASON = {"reason": "Asked for it in a letter."}
TRACES = ("anarey", "Канарей", "Zholty", "Жёлтый")


def ask(client, person) -> str:
    """Ask for the erasure; return the address of what waits."""
    assert client.post(f"/admin/users/{person.id}/erase", data=REASON).status_code == 303
    number = db.session.scalars(select(Approval.id).order_by(Approval.id.desc())).first()
    return f"/approvals/{number}"


def traces() -> list[str]:
    return [line for line in dump().splitlines() if any(trace in line for trace in TRACES)]


class TestErasePerson:
    def test_erases_when_a_second_one_agrees_and_tells_the_old_address(
        self, admin, administrator, client_of, outbox
    ):
        person, _seat = everything_done()
        second = make_staff("administrator")
        person_id, before = person.id, len(outbox())
        assert f"/admin/users/{person_id}/erase" in admin.get(f"/admin/users/{person_id}").text
        asked = ask(admin, person)
        assert "Erase the data of Kanarey Zholty" in text_of(client_of(second).get("/approvals"))
        assert traces()

        response = client_of(second).post(f"{asked}/approve")

        assert response.status_code == 303
        mails = {mail.to[0]: mail for mail in outbox()[before:]}
        assert mails.keys() == {CANARY["email"], second.email, administrator.email}
        assert "two administrators did it" in mails[CANARY["email"]].body
        db.session.remove()
        assert traces() == []
        assert set(db.session.scalars(select(Approval.reason))) == {""}
        events = db.session.scalars(select(AuditEvent).filter_by(action="erase_person")).all()
        assert [(one.object_id, one.actor_id, one.reason) for one in events] == [
            (str(person_id), second.id, REASON["reason"])
        ]
        page = text_of(admin.get(f"/admin/users/{person_id}"))
        assert "Somebody whose data was erased" in page
        assert not any(words in page for words in ("Erase the data", "Give a role", "Open again"))
        again = admin.post(f"/admin/users/{person_id}/erase", data=REASON)
        assert again.status_code == 409

    def test_leaves_nobody_who_could_get_a_role(self, admin, client_of):
        person, second = make_person(), client_of(make_staff("administrator"))
        role = {"role": "auditor all", "scope_object": "", **REASON}
        admin.post(f"/admin/users/{person.id}/roles", data=role)
        (waiting,) = db.session.scalars(select(Approval.id))
        second.post(f"{ask(admin, person)}/approve")

        late = second.post(f"/approvals/{waiting}/approve")
        again = admin.post(f"/admin/users/{person.id}/roles", data=role)

        assert (late.status_code, again.status_code) == (403, 403)
        db.session.refresh(person)
        assert person.grants == []

    @pytest.mark.parametrize("code", [550, 451])
    def test_keeps_no_address_that_takes_no_mail(self, admin, client_of, monkeypatch, code):
        person = make_person(**CANARY)

        def refuse(letter):
            raise SMTPRecipientsRefused({letter.to[0]: (code, b"no")})

        asked = ask(admin, person)
        run_due()
        monkeypatch.setattr(jobs, "_deliver", refuse)
        client_of(make_staff("administrator")).post(f"{asked}/approve")
        run_due()
        assert bool(db.session.scalars(select(Message).filter_by(kind="data_erased")).all()) is (
            code == 451
        )
        with time_machine.travel(datetime.now(UTC) + timedelta(days=4)):
            enqueue("forget_last_words")
            db.session.commit()
            run_due()

        assert db.session.scalars(select(Bounce).filter_by(address=CANARY["email"])).all() == []
        db.session.remove()
        assert traces() == []

    def test_needs_a_reason(self, admin):
        person = make_person()

        response = admin.post(f"/admin/users/{person.id}/erase", data={"reason": " "})

        assert response.status_code == 422
        assert "Write the reason" in text_of(response)
        assert db.session.scalars(select(Approval)).all() == []

    def test_is_neither_for_oneself_nor_for_the_last_administrator(
        self, admin, administrator, client_of
    ):
        other = make_staff("administrator")
        own = admin.post(f"/admin/users/{administrator.id}/erase", data=REASON)
        asked = ask(admin, other)
        by_themselves = client_of(other).post(f"{asked}/approve")
        other.active = False
        db.session.commit()
        third = make_person()

        last = admin.post(f"/admin/users/{administrator.id}/erase", data=REASON)

        assert (own.status_code, by_themselves.status_code, last.status_code) == (403, 404, 409)
        assert ask(admin, third) != asked
        db.session.refresh(other)
        assert other.erased_at is None
