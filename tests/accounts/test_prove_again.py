"""The door in front of what matters: who proved minutes ago who is at the keyboard passes, nobody else."""

from __future__ import annotations

import html
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lms.audit.models import AuditEvent
from lms.extensions import db
from tests.factories import PASSWORD, make_cohort, make_learner, make_person, make_staff

REASON = {"percent": "50", "reason": "certificate of the doctor, seen on 3 November"}


@pytest.fixture
def csrf(app):
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


def stale(client):
    """Return the client as it is when the last proof is long ago."""
    with client.session_transaction() as session:
        session["proved_at"] = 0
    return client


def waiting(response) -> dict[str, str]:
    """Return the fields of the page's last form, as a browser sends them."""
    form = response.text.rpartition('action="/account/confirm"')[2].partition("</form>")[0]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)[1]
        value = re.search(r'value="([^"]*)"', tag)
        fields[name] = html.unescape(value[1]) if value else ""
    return fields


def sent_on(client, fields):
    """Send the proof, then the same fields to where the answer says, as browsers do after 307."""
    answer = client.post("/account/confirm", data=fields)
    assert answer.status_code == 307, answer.text
    return client.post(answer.location, data=fields)


def suspending(person):
    return f"/admin/users/{person.id}/state"


def administrator(**facts):
    return make_staff("administrator", password=PASSWORD, **facts)


class TestDoor:
    def test_lets_through_whoever_proved_just_now(self, client_of):
        person = make_person()

        response = client_of(administrator()).post(
            suspending(person), data={"reason": "left", "was_active": "y"}
        )

        assert response.status_code == 303
        db.session.refresh(person)
        assert not person.active

    def test_asks_whoever_proved_long_ago_and_changes_nothing(self, client_of):
        person = make_person()

        response = stale(client_of(administrator())).post(
            suspending(person), data={"reason": "left", "was_active": "y"}
        )

        assert response.status_code == 401
        assert "Confirm that it is you" in response.text
        db.session.refresh(person)
        assert person.active

    @pytest.mark.parametrize(("minutes", "status"), [(9, 303), (11, 401)])
    def test_counts_ten_minutes_from_signing_in(self, client, minutes, status):
        person, admin = make_person(), administrator()
        client.post("/sign-in", data={"email": admin.email, "password": PASSWORD})

        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes)):
            response = client.post(suspending(person), data={"reason": "left", "was_active": "y"})

        assert response.status_code == status

    def test_tells_a_script_plainly(self, client_of):
        response = stale(client_of(administrator())).post(
            suspending(make_person()), headers={"Accept": "application/json"}
        )

        assert (response.status_code, response.json["proof"]) == (401, True)

    def test_says_no_first_to_whoever_may_not_at_all(self, client_of):
        response = stale(client_of(make_person())).post(suspending(make_person()))

        assert response.status_code == 403

    def test_keeps_nothing_that_another_site_has_sent(self, client_of, csrf):
        response = stale(client_of(administrator())).post(
            suspending(make_person()), data={"reason": "left", "was_active": "y"}
        )

        assert response.status_code == 400
        assert "left" not in response.text

    def test_opens_after_password_was_changed_no_longer_than_before(self, client):
        admin = administrator()
        client.post("/sign-in", data={"email": admin.email, "password": PASSWORD})
        stale(client)

        client.post(
            "/account/password",
            data={"current_password": PASSWORD, "password": "another sentence to know"},
        )

        assert client.post(suspending(make_person())).status_code == 401


class TestProveAgain:
    def test_sends_on_what_was_entered(self, client_of, csrf):
        person, admin = make_person(), administrator()
        client = client_of(admin)
        page = client.get(f"/admin/users/{person.id}").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
        typed = 'left the "Service"\r\non 1 October, <b>'
        asked = stale(client).post(
            suspending(person), data={"reason": typed, "was_active": "y", "csrf_token": token}
        )

        fields = {**waiting(asked), "proof_password": PASSWORD}
        response = sent_on(client, fields)

        assert response.status_code == 303
        db.session.refresh(person)
        assert not person.active
        event = db.session.scalars(db.select(AuditEvent).filter_by(action="suspend")).one()
        assert event.reason.splitlines() == typed.splitlines()
        assert db.session.scalars(db.select(AuditEvent).filter_by(action="prove_identity")).one()

    def test_keeps_what_was_entered_after_a_wrong_password(self, client_of):
        client, person = client_of(administrator()), make_person()
        asked = stale(client).post(
            suspending(person), data={"reason": "left the service", "was_active": "y"}
        )

        refused = client.post(
            "/account/confirm", data={**waiting(asked), "proof_password": "not this sentence"}
        )

        assert refused.status_code == 422
        assert "This is not your password." in refused.text
        assert "not this sentence" not in refused.text
        assert waiting(refused)["reason"] == "left the service"
        db.session.refresh(person)
        assert person.active

    def test_ends_the_old_cookie(self, app, client):
        admin = administrator()
        client.post("/sign-in", data={"email": admin.email, "password": PASSWORD})
        stolen = app.test_client()
        with client.session_transaction() as session:
            values = dict(session)
        with stolen.session_transaction() as session:
            session.update(values)
        assert stolen.get("/account").status_code == 200

        client.post("/account/confirm", data={"proof_password": PASSWORD})

        assert stolen.get("/account").status_code == 303
        assert client.get("/account").status_code == 200

    def test_leads_to_the_page_that_asked(self, client_of):
        client = client_of(administrator())

        response = client.post(
            "/account/confirm",
            data={"proof_password": PASSWORD, "proof_target": "/admin/users?q=a"},
        )

        assert (response.status_code, response.location) == (303, "/admin/users?q=a")

    @pytest.mark.parametrize("target", ["//evil.example/x", "https://evil.example/", "/\\evil"])
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_never_leads_to_another_site(self, client_of, target, method):
        response = client_of(administrator()).post(
            "/account/confirm",
            data={"proof_password": PASSWORD, "proof_target": target, "proof_method": method},
        )

        assert response.location == "/account"

    def test_is_limited_for_each_account(self, client_of):
        victim, other = client_of(administrator()), client_of(administrator())
        tries = [
            victim.post("/account/confirm", data={"proof_password": f"guess {number}"}).status_code
            for number in range(11)
        ]

        assert tries == [422] * 10 + [429]
        response = other.post("/account/confirm", data={"proof_password": PASSWORD})
        assert response.status_code == 303

    def test_tells_who_chose_a_file_to_choose_it_again(self, client_of):
        client = stale(client_of(administrator()))

        response = client.post(
            suspending(make_person()),
            data={"reason": "left", "list": (io.BytesIO(b"a;b"), "people.csv")},
            headers={"Referer": "http://localhost/admin/users"},
        )

        assert response.status_code == 401
        assert "choose the file again there" in response.text
        assert waiting(response)["proof_target"] == "/admin/users"
        assert "reason" not in waiting(response)

    def test_takes_a_link_from_whoever_has_no_password(self, client_of, outbox, csrf):
        cohort = make_cohort("KZ")
        learner, _seat = make_learner(cohort)
        coordinator = make_staff("coordinator", "country", "KZ")
        client = client_of(coordinator)
        address = f"/delegations/kz/{cohort.slug}/people/{learner.id}"
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).text)[1]
        asked = stale(client).post(f"{address}/extra-time", data={**REASON, "csrf_token": token})
        assert asked.status_code == 401

        early = client.post("/account/confirm", data=waiting(asked))
        client.post("/account/confirm/link", data=waiting(asked))
        link = re.search(r"http://localhost(/sign-in/link/\S+)", outbox()[-1].body)[1]
        page = client.get(link).text
        client.post(
            link, data={"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1]}
        )
        late = sent_on(client, waiting(early))

        assert early.status_code == 422
        assert "Open the link in the e-mail first" in early.text
        assert late.status_code == 303
        event = db.session.scalars(db.select(AuditEvent).filter_by(action="grant_extra_time")).one()
        assert event.actor_id == coordinator.id
