from __future__ import annotations

import io
import re
from contextvars import Context

import pytest

from lms.web.headers import csp_nonce
from tests.factories import make_person

PAGES = ("/", "/sign-in", "/language", "/help", "/status", "/nowhere", "/learn")


@pytest.mark.parametrize("path", PAGES)
class TestEveryPage:
    def test_runs_nothing_that_is_not_ours(self, client, path):
        policy = client.get(path).headers["Content-Security-Policy"]

        rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
        assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
        assert rules["form-action"] == rules["style-src"] == rules["connect-src"] == "'self'"
        assert "unsafe" not in policy

    def test_is_kept_by_nobody(self, client_of, path):
        assert client_of(make_person()).get(path).headers["Cache-Control"] == "no-store"

    def test_tells_browsers_to_be_strict(self, client, path):
        headers = client.get(path).headers

        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        for power in ("camera", "microphone", "geolocation"):
            assert f"{power}=()" in headers["Permissions-Policy"]

    def test_has_an_id_of_its_own(self, client, path):
        first, second = (client.get(path).headers["X-Request-Id"] for _time in range(2))

        assert re.fullmatch(r"[0-9a-f]{16}", first)
        assert first != second

    def test_carries_no_style_or_script_inside(self, client_of, path):
        page = client_of(make_person()).get(path).text

        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
        assert all("nonce=" in tag for tag in re.findall(r"<script[^>]*>", page))


class TestNonce:
    def test_is_named_only_where_a_page_asked_for_it(self, app, client):
        assert "script-src 'none'" in client.get("/help").headers["Content-Security-Policy"]

    def test_is_the_same_for_one_response_and_new_for_the_next(self, app):
        def nonces():
            with app.test_request_context():
                first, again = csp_nonce(), csp_nonce()
                policy = app.process_response(app.make_response("")).headers
                return first, again, policy["Content-Security-Policy"]

        first, again, policy = Context().run(nonces)

        assert first == again
        assert f"script-src 'nonce-{first}'" in policy
        assert len(first) >= 22  # 128 bits
        assert Context().run(nonces)[0] != first


class TestSecureConnection:
    def test_is_asked_for_only_over_one(self, client):
        plain = client.get("/help")
        secure = client.get("/help", base_url="https://localhost")

        assert "Strict-Transport-Security" not in plain.headers
        assert secure.headers["Strict-Transport-Security"].startswith("max-age=63072000")


class TestCookies:
    def test_keep_the_session_from_scripts_and_other_sites(self, client):
        response = client.get("/sign-in")

        (cookie,) = response.headers.getlist("Set-Cookie")
        assert cookie.startswith("sid=")
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))

    @pytest.mark.parametrize("path", ["/en/", "/help", "/en/courses", "/en/verify"])
    def test_are_not_set_for_whoever_only_reads(self, client, path):
        assert client.get(path).headers.getlist("Set-Cookie") == []


class TestJson:
    def test_is_taken_by_no_form(self, client):
        for body in ({"email": 5, "password": ["x"]}, ["email"], {"email": "a\x00b@example.org"}):
            assert client.post("/sign-in", json=body).status_code == 415


class TestNul:
    """The one character that PostgreSQL cannot keep in a text."""

    @pytest.mark.parametrize("path", ["/en/courses/a%00b", "/v/%00", "/en/courses?q=%00"])
    def test_is_refused_in_an_address(self, client, path):
        assert client.get(path).status_code == 400

    def test_is_refused_in_a_form(self, client):
        response = client.post("/sign-in", data={"email": "a\x00b@example.org", "password": "x"})

        assert response.status_code == 400

    @pytest.mark.parametrize(
        "fields",
        [
            {"theme": ["dark", "\x00"]},
            {"theme": "dark", "\x00": ""},
            {"theme": "dark", "file": (io.BytesIO(b"x"), "a\x00.csv")},
        ],
        ids=["in a second value", "in a name", "in the name of a file"],
    )
    def test_is_refused_wherever_it_hides(self, client, fields):
        assert client.post("/theme", data=fields).status_code == 400
