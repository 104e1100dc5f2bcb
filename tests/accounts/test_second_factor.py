"""One-time codes: set up, asked for, and never taken twice."""

from __future__ import annotations

import hmac
import html
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lms.accounts.models import AuthenticatorApp, RecoveryCode
from lms.accounts.services import factors, grant_role
from lms.audit.models import AuditEvent
from lms.extensions import db
from lms.lib import codes
from tests.factories import PASSWORD, make_person, make_staff
from tests.pages import text_of


def seed(person) -> bytes:
    return factors.seed_of(db.session.get_one(AuthenticatorApp, person.id))


def code(person, seconds: float = 0) -> str:
    """Return what the person's app shows, by RFC 6238."""
    step = int(time.time() + seconds) // 30
    digest = hmac.digest(seed(person), step.to_bytes(8, "big"), "sha1")
    number = int.from_bytes(digest[digest[-1] & 15 :][:4], "big") & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def with_app(person) -> list[str]:
    """Set the person's app up, a while ago, and return the recovery codes."""
    factors.begin_app(person)
    db.session.flush()
    app = db.session.get_one(AuthenticatorApp, person.id)
    made = factors.confirm_app(person, code(person))
    app.last_step = 0  # the code of now is not used up
    db.session.commit()
    return made


@pytest.fixture
def person(app):
    return make_person(password=PASSWORD)


@pytest.fixture
def half(client, person):
    """A client that knows the password and not the code."""
    with_app(person)
    response = client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    assert response.location == "/sign-in/code"
    return client


def is_signed_in(client) -> bool:
    return client.get("/account").status_code == 200


class TestSetUp:
    def test_shows_the_key_as_picture_and_text(self, client_of, person):
        client = client_of(person)

        client.post("/account/second-factor/begin")
        page = client.get("/account/second-factor").text

        assert 'src="data:image/svg+xml' in page
        assert codes.seed_text(seed(person)) in page.replace(" ", "")

    def test_counts_from_the_first_right_code_on(self, client_of, person):
        client = client_of(person)
        client.post("/account/second-factor/begin")
        db.session.expire_all()

        wrong = client.post("/account/second-factor/confirm", data={"code": "000000"})
        db.session.expire_all()
        assert db.session.get_one(AuthenticatorApp, person.id).confirmed_at is None
        right = client.post("/account/second-factor/confirm", data={"code": code(person)})

        assert (wrong.status_code, right.status_code) == (422, 200)
        shown = re.findall(r"[2-9a-z]{5}-[2-9a-z]{5}-[2-9a-z]{5}", text_of(right))
        assert len(set(shown)) == 10
        db.session.expire_all()
        assert db.session.get_one(AuthenticatorApp, person.id).confirmed_at is not None
        hashes = set(db.session.scalars(db.select(RecoveryCode.code_hash)))
        assert hashes == {codes.recovery_hash(one) for one in shown}
        assert "recovery codes left" in text_of(client.get("/account/second-factor"))

    def test_keeps_no_seed_that_a_copy_of_the_database_tells(self, person):
        with_app(person)

        plain, stored = seed(person), db.session.get_one(AuthenticatorApp, person.id).sealed_seed

        assert plain not in stored
        assert codes.seed_text(plain).encode() not in stored

    def test_ties_the_seed_to_its_person(self, client, person, half):
        thief = make_person(password=PASSWORD)
        with_app(thief)
        app = db.session.get_one(AuthenticatorApp, person.id)
        app.sealed_seed = db.session.get_one(AuthenticatorApp, thief.id).sealed_seed
        db.session.commit()

        response = half.post("/sign-in/code", data={"code": code(thief)})

        assert response.status_code == 422
        assert not is_signed_in(half)

    def test_shows_the_key_to_no_session_that_lies_open(self, client_of, person):
        client, left_open = client_of(person), client_of(person)
        with left_open.session_transaction() as session:
            session["proved_at"] = time.time() - 601
        client.post("/account/second-factor/begin")

        page = left_open.get("/account/second-factor")

        assert "Set up the app" in page.text
        assert codes.seed_text(seed(person))[:4] not in page.text
        assert "data:image" not in page.text

    def test_refuses_a_second_app_beside_the_first(self, client_of, person):
        with_app(person)
        before = seed(person)

        response = client_of(person).post("/account/second-factor/begin")

        assert response.status_code == 409
        db.session.expire_all()
        assert seed(person) == before


class TestHalfSignedIn:
    def test_opens_nothing(self, half):
        assert half.get("/account").location.startswith("/sign-in?")
        assert half.get("/learn").location.startswith("/sign-in?")
        assert half.post("/account/second-factor/remove").location.startswith("/sign-in?")

    def test_can_be_given_up(self, half):
        half.post("/sign-out")

        assert half.get("/sign-in/code").location == "/sign-in"

    def test_ends_after_ten_minutes(self, half, person):
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
            response = half.post("/sign-in/code", data={"code": code(person)})

        assert response.status_code == 303
        assert not is_signed_in(half)

    def test_is_asked_of_who_comes_by_link_too(self, client, person, outbox):
        with_app(person)
        client.post("/sign-in/link", data={"email": person.email})
        link = re.search(r"http://localhost(/sign-in/link/\S+)", outbox()[-1].body)[1]

        assert client.post(link).location == "/sign-in/code"
        assert not is_signed_in(client)


class TestSignInWithCode:
    def test_takes_the_code_of_the_app(self, half, person):
        response = half.post("/sign-in/code", data={"code": code(person)})

        assert (response.status_code, response.location) == (303, "/learn")
        assert is_signed_in(half)

    @pytest.mark.parametrize(
        ("seconds", "is_taken"), [(-30, True), (30, True), (-90, False), (90, False)]
    )
    def test_takes_it_half_a_minute_early_or_late(self, half, person, seconds, is_taken):
        half.post("/sign-in/code", data={"code": code(person, seconds)})

        assert is_signed_in(half) is is_taken

    @pytest.mark.parametrize(
        "written",
        [
            lambda code: code,
            lambda code: f" {code} ",
            lambda code: f"{code[:3]} {code[3:]}",
            lambda code: "".join(chr(ord(digit) + 0xFEE0) for digit in code),
            lambda code: "".join(chr(ord(digit) + 0x630) for digit in code),
        ],
        ids=["same", "space around", "space inside", "full-width", "Arabic"],
    )
    def test_takes_no_code_twice_however_it_is_written(self, app, half, person, written):
        used = code(person)
        half.post("/sign-in/code", data={"code": used})
        thief = app.test_client()
        thief.post("/sign-in", data={"email": person.email, "password": PASSWORD})

        response = thief.post("/sign-in/code", data={"code": written(used)})

        assert response.status_code == 422
        assert "This code is not right, or was used before." in html.unescape(response.text)
        assert not is_signed_in(thief)

    @pytest.mark.parametrize("digit", [0xFEE0, 0x630])
    def test_takes_plain_digits_only(self, half, person, digit):
        fresh = "".join(chr(ord(one) + digit) for one in code(person))

        assert half.post("/sign-in/code", data={"code": fresh}).status_code == 422
        assert not is_signed_in(half)

    def test_takes_a_recovery_code_once(self, app, client, person):
        spare = with_app(person)[3]
        answers = []
        for typed in (spare.upper().replace("-", " "), spare):
            fresh = app.test_client()
            fresh.post("/sign-in", data={"email": person.email, "password": PASSWORD})
            answers.append(fresh.post("/sign-in/code", data={"code": typed}).status_code)

        assert answers == [303, 422]
        used = db.session.scalars(db.select(AuditEvent).filter_by(action="use_recovery_code")).all()
        assert len(used) == 1

    def test_is_limited_for_each_account(self, half, person):
        tries = [
            half.post("/sign-in/code", data={"code": "000000"}).status_code for _try in range(6)
        ]

        assert tries == [422] * 5 + [429]
        assert half.post("/sign-in/code", data={"code": code(person)}).status_code == 429

    def test_counts_the_tries_of_every_page_together(self, client_of, half, person):
        for _try in range(5):
            half.post("/sign-in/code", data={"code": "000000"})

        response = client_of(person).post("/account/confirm", data={"proof_code": code(person)})

        assert response.status_code == 429


class TestProveWithCode:
    def test_asks_for_the_code_instead_of_the_password(self, client_of, person):
        with_app(person)
        client = client_of(person)

        by_password = client.post("/account/confirm", data={"proof_password": PASSWORD})
        by_code = client.post("/account/confirm", data={"proof_code": code(person)})

        assert (by_password.status_code, by_code.status_code) == (422, 303)


class TestRemove:
    def test_ends_all_other_sessions(self, client_of, person):
        with_app(person)
        client, other = client_of(person), client_of(person)

        response = client.post("/account/second-factor/remove")

        assert response.status_code == 303
        assert is_signed_in(client)
        assert not is_signed_in(other)
        assert db.session.get(AuthenticatorApp, person.id, populate_existing=True) is None

    def test_renews_recovery_codes(self, client_of, person):
        old = with_app(person)

        page = client_of(person).post("/account/second-factor/recovery-codes")

        shown = re.findall(r"[2-9a-z]{5}-[2-9a-z]{5}-[2-9a-z]{5}", text_of(page))
        assert len(shown) == 10
        assert not set(shown) & set(old)
        assert not factors.use_code(person, old[0])
        assert factors.use_code(person, shown[0])


@pytest.fixture
def required(app, monkeypatch):
    monkeypatch.setitem(app.config, "SECOND_FACTOR_REQUIRED", True)


@pytest.mark.usefixtures("required")
class TestRequired:
    @pytest.mark.parametrize(
        "grant",
        [("mentor", "cohort", "kz-1"), ("instructor", "all"), ("coordinator", "country", "KZ"),
         ("officer", "all"), ("administrator", "all"), ("auditor", "all")],
        ids=lambda grant: grant[0],
    )  # fmt: skip
    def test_leads_staff_to_the_set_up_page_first(self, client_of, grant):
        client = client_of(make_staff(*grant))

        assert client.get("/learn").location == "/account/second-factor?next=/learn"
        assert client.post("/account/password").location == "/account/second-factor"
        page = client.get("/account/second-factor")
        assert "They open as soon as the app is set up" in text_of(page)

    def test_opens_the_pages_after_setting_up(self, client_of):
        admin = make_staff("administrator")
        client = client_of(admin)
        client.post("/account/second-factor/begin")
        db.session.expire_all()

        client.post("/account/second-factor/confirm", data={"code": code(admin)})

        assert client.get("/admin/users").status_code == 200

    def test_opens_the_pages_after_signing_in_with_a_code(self, client):
        admin = make_staff("administrator", password=PASSWORD)
        with_app(admin)
        client.post("/sign-in", data={"email": admin.email, "password": PASSWORD})
        client.post("/sign-in/code", data={"code": code(admin)})

        assert client.get("/admin/users").status_code == 200

    def test_opens_the_pages_in_another_browser_for_the_code_alone(self, client_of):
        admin = make_staff("administrator", password=PASSWORD)
        other = client_of(admin)
        with_app(admin)

        asked = other.get("/admin/users")
        other.post("/account/confirm", data={"proof_code": code(admin)})

        assert asked.location == "/account/confirm?next=/admin/users"
        assert other.get("/admin/users").status_code == 200

    def test_is_not_made_up_for_by_a_new_password(self, app, client_of, monkeypatch):
        person = make_person(password=PASSWORD)
        client = client_of(person)
        with_app(person)

        client.post(
            "/account/password", data={"password": "x" + PASSWORD, "current_password": PASSWORD}
        )
        grant_role(None, person, "auditor", "all")
        db.session.commit()

        assert client.get("/admin/audit").location.startswith("/account/confirm")

    def test_asks_nothing_of_learners(self, client_of):
        assert client_of(make_person()).get("/learn").status_code == 200

    def test_leaves_public_pages_open(self, client_of):
        assert client_of(make_staff("administrator")).get("/help").status_code == 200


class TestConfig:
    def test_requires_it_in_production_alone(self, tmp_path):
        from lms.config import Config

        base = {"DATA_DIR": str(tmp_path)}
        secrets = {"SECRET_KEY": "k" * 40, "SECURITY_PASSWORD_SALT": "s" * 40}
        production = {**base, **secrets, "IS_PRODUCTION": "true", "DATABASE_URL": "sqlite:///x.db"}

        assert not Config.from_env(base).SECOND_FACTOR_REQUIRED
        assert Config.from_env(production).SECOND_FACTOR_REQUIRED
        waived = Config.from_env({**production, "SECOND_FACTOR_REQUIRED": "false"})
        assert not waived.SECOND_FACTOR_REQUIRED
