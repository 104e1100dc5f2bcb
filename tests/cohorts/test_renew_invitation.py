from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from lms.accounts import services as accounts
from lms.accounts.queries import person_by_email
from lms.cohorts import services
from lms.cohorts.models import Invitation
from lms.cohorts.queries import open_invitations
from lms.extensions import db
from tests.factories import make_cohort, make_staff

ADDRESS = "aigul@mdai.example"


@pytest.fixture
def coordinator(app):
    return make_staff("coordinator", "country", "KZ")


@pytest.fixture
def cohort(app):
    return make_cohort("KZ")


@pytest.fixture
def path(coordinator, cohort, outbox):
    """Return the path of an invitation that has expired."""
    made = services.invite(coordinator, cohort, ADDRESS, "kk")
    db.session.commit()
    (mail,) = outbox()
    made.expires_at = datetime.now(UTC) - timedelta(days=1)
    db.session.commit()
    return re.search(r"http://localhost(/invite/[^?\s]+)", mail.body)[1]


def all_invitations() -> list[Invitation]:
    return list(db.session.scalars(db.select(Invitation).order_by(Invitation.id)))


class TestRenewInvitation:
    def test_sends_a_new_one_to_the_same_address(self, client, path, outbox):
        response = client.post(f"{path}/renew", data={"email": "thief@example.org"})

        assert response.status_code == 200
        assert f"It goes to {ADDRESS} and works until" in response.text
        old, new = all_invitations()
        assert new.email == old.email == ADDRESS
        assert new.expires_at > datetime.now(UTC) + timedelta(days=13)
        assert new.token_hash != old.token_hash
        assert [mail.to for mail in outbox()] == [[ADDRESS], [ADDRESS]]

    def test_keeps_the_old_link_closed(self, client, path, outbox):
        client.post(f"{path}/renew")
        new = re.search(r"http://localhost(/invite/[^?\s]+)", outbox()[-1].body)[1]

        assert client.post(path, data={}).status_code == 410
        assert client.post(new, data={}).status_code == 303

    def test_sends_whoever_has_accepted_to_sign_in(self, app, client, path, outbox):
        client.post(f"{path}/renew")
        client.post(re.search(r"http://localhost(/invite/[^?\s]+)", outbox()[-1].body)[1])

        response = app.test_client().post(f"{path}/renew")

        assert response.status_code == 410
        assert "This invitation was accepted already" in response.text
        assert len(all_invitations()) == 2

    def test_is_not_needed_while_the_link_works(self, client, path, outbox):
        all_invitations()[0].expires_at = datetime.now(UTC) + timedelta(days=1)
        db.session.commit()

        response = client.post(f"{path}/renew")

        assert response.status_code == 409
        assert "This invitation still works." in response.text
        assert "Accept invitation" in response.text
        assert len(outbox()) == 1

    @pytest.mark.parametrize("loss", ["role", "account"])
    def test_needs_an_inviter_who_may_still_invite(self, client, path, coordinator, outbox, loss):
        if loss == "role":
            accounts.withdraw_role(coordinator.grants[0])
        else:
            accounts.set_active(coordinator, is_active=False, reason="left")
        db.session.commit()

        response = client.post(f"{path}/renew")

        assert response.status_code == 410
        assert "Ask your coordinator for a new one." in response.text
        assert len(outbox()) == 1

    def test_brings_nobody_back_whom_a_coordinator_has_ended(
        self, app, client, cohort, coordinator, outbox
    ):
        for address in ("left@example.org", "withdrawn@example.org", "mended@example.org"):
            services.invite(coordinator, cohort, address, "en")
            services.invite(coordinator, cohort, address, "en")
        db.session.commit()
        paths = [re.search(r"http://localhost(/invite/[^?\s]+)", mail.body)[1] for mail in outbox()]
        client.post(paths[1])
        learner = person_by_email("left@example.org")
        sent = all_invitations()
        services.withdraw(coordinator, learner, cohort, "Has another post.")
        services.withdraw_invitation(sent[3])
        services.mend_invitation(coordinator, sent[5], "right@example.org")
        db.session.commit()

        answers = [app.test_client().post(f"{path}/renew") for path in paths[::2]]

        assert [answer.status_code for answer in answers] == [410, 410, 410]
        assert len(all_invitations()) == 7

    def test_stops_after_three_times_an_hour(self, client, path):
        statuses = [client.post(f"{path}/renew").status_code for _time in range(4)]

        assert statuses[-1] == 429

    def test_can_be_reloaded(self, client, path):
        assert client.get(f"{path}/renew").location == path

    def test_knows_only_real_invitations(self, client):
        assert client.post("/invite/nothing/renew").status_code == 404


class TestOpenInvitations:
    def test_lists_each_address_once(self, client, path, cohort, coordinator):
        client.post(f"{path}/renew")
        services.invite(coordinator, cohort, "nare@mdai.example", "hy")
        db.session.commit()

        listed = open_invitations(cohort)

        assert [one.email for one in listed] == [ADDRESS, "nare@mdai.example"]
        assert all(one.expires_at > datetime.now(UTC) for one in listed)

    def test_leaves_out_whoever_has_accepted(self, client, path, cohort, outbox):
        client.post(f"{path}/renew")
        client.post(re.search(r"http://localhost(/invite/[^?\s]+)", outbox()[-1].body)[1])

        assert open_invitations(cohort) == []
