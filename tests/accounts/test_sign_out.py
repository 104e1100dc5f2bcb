from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lms.accounts.models import EndedSession
from lms.audit.models import AuditEvent
from lms.extensions import db
from tests.factories import PASSWORD, make_person


def signed_in(app, person):
    client = app.test_client()
    client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    return client


def copy_of(app, client):
    """Return another browser with the same cookie."""
    copy = app.test_client()
    copy.set_cookie("sid", client.get_cookie("sid").value)
    return copy


class TestSignOut:
    def test_ends_the_session(self, app):
        client = signed_in(app, make_person(password=PASSWORD))

        response = client.post("/sign-out")

        assert (response.status_code, response.location) == (303, "/")
        assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert client.get("/account").location == "/sign-in?next=/account"
        assert db.session.scalars(db.select(AuditEvent).filter_by(action="sign_out")).one()

    def test_ends_it_for_every_copy_of_the_cookie(self, app):
        client = signed_in(app, make_person(password=PASSWORD))
        copy = copy_of(app, client)
        assert copy.get("/account").status_code == 200

        client.post("/sign-out")

        assert copy.get("/account").status_code == 303

    def test_leaves_other_devices_signed_in(self, app):
        person = make_person(password=PASSWORD)
        office, phone = signed_in(app, person), signed_in(app, person)

        office.post("/sign-out")

        assert phone.get("/account").status_code == 200

    def test_forgets_what_has_expired_by_itself(self, app):
        long_ago = datetime.now(UTC) - timedelta(days=1)
        db.session.add(EndedSession(session_hash="0" * 64, expires_at=long_ago))
        db.session.commit()

        signed_in(app, make_person(password=PASSWORD)).post("/sign-out")

        (ended,) = db.session.scalars(db.select(EndedSession))
        assert ended.expires_at > datetime.now(UTC)

    def test_needs_a_button(self, app):
        client = signed_in(app, make_person(password=PASSWORD))

        assert client.get("/sign-out").status_code == 405
        assert client.get("/account").status_code == 200

    def test_does_no_harm_to_whoever_is_signed_out(self, client):
        assert client.post("/sign-out").status_code == 303
