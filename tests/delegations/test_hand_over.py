from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.accounts.models import Approval
from lms.accounts.services import grant_role
from lms.audit.models import AuditEvent
from lms.cohorts.services import find_invitation, invite, state_of
from lms.extensions import db
from tests.factories import make_person, make_staff
from tests.pages import text_of


@pytest.fixture
def successor(app):
    return make_person("KZ", signed_in_at=datetime.now(UTC))


def form(coordinator, successor, **changes):
    return {
        "grants": [str(grant.id) for grant in coordinator.grants],
        "email": successor.email,
        "reason": "Leaves the agency.",
        **changes,
    }


class TestHandOver:
    def test_moves_roles_and_invitations_and_tells_both(
        self, client_of, coordinator, successor, cohort, outbox
    ):
        invite(coordinator, cohort, "new@example.org", "en")
        db.session.commit()
        link = next(word for word in outbox()[-1].body.split() if "/invite/" in word)
        token = link.rpartition("/")[2].partition("?")[0]

        response = client_of(coordinator).post(
            "/delegations/hand-over", data=form(coordinator, successor)
        )

        assert response.status_code == 303
        db.session.expire_all()
        assert not coordinator.holds("coordinator", "country", "KZ")
        assert successor.holds("coordinator", "country", "KZ")
        assert client_of(successor).get(f"/delegations/kz/{cohort.slug}").status_code == 200
        assert {mail.to[0] for mail in outbox()[1:]} == {coordinator.email, successor.email}
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "hand_over")).one()
        assert (event.details["before"], event.details["after"]) == (coordinator.id, successor.id)
        coordinator.active = False
        db.session.commit()
        opened = find_invitation(token)
        assert state_of(opened) == "open"
        assert opened.invitation.invited_by_id == successor.id

    def test_gives_a_role_for_as_long_as_it_was_given_and_none_that_has_ended(
        self, client_of, coordinator, successor, cohort
    ):
        now = datetime.now(UTC)
        season, ended = now + timedelta(days=9), now - timedelta(days=1)
        grant_role(None, coordinator, "coordinator", "cohort", cohort.slug, expires_at=season)
        grant_role(
            None, coordinator, "coordinator", "programme", cohort.programme.slug, expires_at=ended
        )
        db.session.commit()
        with_ended = form(coordinator, successor)
        client = client_of(coordinator)

        refused = client.post("/delegations/hand-over", data=with_ended)
        open_ids = [str(grant.id) for grant in coordinator.open_grants]
        client.post("/delegations/hand-over", data={**with_ended, "grants": open_ids})

        assert refused.status_code == 422
        db.session.expire_all()
        given = {(one.scope, one.expires_at) for one in successor.grants}
        assert given == {("country", None), ("cohort", season)}

    @pytest.mark.parametrize("kind", ["unknown", "oneself", "another country", "suspended", "new"])
    def test_refuses_whoever_cannot_follow(self, client_of, coordinator, successor, kind):
        address = {
            "unknown": "nobody@example.org",
            "oneself": coordinator.email,
            "another country": make_person("GE", signed_in_at=datetime.now(UTC)).email,
            "suspended": successor.email,
            "new": make_person("KZ").email,
        }[kind]
        successor.active = kind != "suspended"
        db.session.commit()

        response = client_of(coordinator).post(
            "/delegations/hand-over", data=form(coordinator, successor, email=address)
        )

        assert response.status_code == 422
        db.session.expire_all()
        assert coordinator.holds("coordinator", "country", "KZ")
        assert not successor.holds("coordinator", "country", "KZ")

    def test_offers_the_own_roles_alone(self, client_of, coordinator, successor):
        other = make_staff("coordinator", "country", "GE")

        response = client_of(coordinator).post(
            "/delegations/hand-over",
            data=form(coordinator, successor, grants=[str(other.grants[0].id)]),
        )

        assert response.status_code == 422
        db.session.expire_all()
        assert other.holds("coordinator", "country", "GE")
        assert "Country: Kazakhstan" in text_of(response)


class TestHandOverForAnother:
    def test_moves_roles_once_a_second_administrator_agrees(
        self, client_of, coordinator, successor, outbox
    ):
        administrator, second = make_staff("administrator"), make_staff("administrator")
        address = f"/delegations/hand-over/{coordinator.id}"
        coordinator.active = False
        db.session.commit()
        admin = client_of(administrator)
        assert address in admin.get(f"/admin/users/{coordinator.id}").text
        assert "Country: Kazakhstan" in text_of(admin.get(address))

        asked = admin.post(address, data=form(coordinator, successor))

        assert asked.status_code == 303
        db.session.expire_all()
        assert not successor.holds("coordinator", "country", "KZ")
        (number,) = db.session.scalars(select(Approval.id))
        assert client_of(second).post(f"/approvals/{number}/approve").status_code == 303
        db.session.expire_all()
        assert successor.holds("coordinator", "country", "KZ")
        assert not coordinator.holds("coordinator", "country", "KZ")
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "hand_over")).one()
        assert (event.actor_id, event.reason) == (second.id, "Leaves the agency.")
        mails = {
            mail.to[0]: mail for mail in outbox() if "over" in mail.subject or "KZ" in mail.subject
        }
        assert mails.keys() == {coordinator.email, successor.email}
        assert mails[coordinator.email].subject == "Handed over for you: KZ"
        assert administrator.email in mails[successor.email].body
        assert f"to {successor.name_latin}: KZ" in text_of(admin.get("/approvals"))

    def test_gives_no_administrator_a_role_alone(self, client_of, coordinator):
        administrator = make_staff("administrator", signed_in_at=datetime.now(UTC))
        admin, address = client_of(administrator), f"/delegations/hand-over/{coordinator.id}"

        response = admin.post(address, data=form(coordinator, administrator))

        assert response.status_code == 422
        assert "No other person" in text_of(response)
        assert db.session.scalars(select(Approval)).all() == []

    def test_is_refused_when_the_roles_changed_meanwhile(self, client_of, coordinator, successor):
        admin, second = (client_of(make_staff("administrator")) for _ in range(2))
        address = f"/delegations/hand-over/{coordinator.id}"
        admin.post(address, data=form(coordinator, successor))
        (number,) = db.session.scalars(select(Approval.id))
        client_of(coordinator).post("/delegations/hand-over", data=form(coordinator, successor))

        response = second.post(f"/approvals/{number}/approve")

        assert response.status_code == 409
        assert "The roles have changed" in text_of(response)

    def test_is_for_administrators_and_for_coordinators_alone(self, client_of, coordinator):
        somebody = make_person("KZ")
        address = "/delegations/hand-over"

        assert client_of(coordinator).get(f"{address}/{coordinator.id}").status_code == 403
        admin = client_of(make_staff("administrator"))
        assert admin.get(f"{address}/{somebody.id}").status_code == 404
        assert admin.post(f"{address}/999999").status_code == 404
