from __future__ import annotations

from itertools import product

import pytest
from flask import Flask

from lms.web.access import Policy, Role, own_path
from tests.factories import PASSWORD, make_person

HOSTS = (
    "evil.example", "evil.example/", "evil.example:443/path", "user@evil.example", "localhost.evil.example",
    "xn--80ak6aa92e.com", "аpple.com", "[::1]", "127.1", "2130706433",
)  # fmt: skip
PREFIXES = (
    "//", "///", "////", "/\\", "\\\\", "\\/", "/\\/", "http://", "https://", "HTTPS://", "http:", "https:/", "//\\",
    "http:\\\\", "ftp://", "/\t/", "\t//", "/\n/", "\r\n//", " //", "\x00//", "/ /", "//user@",
)  # fmt: skip
OTHERS = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x",
    "mailto:a@b.c", "evil.example", "@evil.example", "?next=/learn", "#top", ".", "..", "learn",
    "http://localhost.evil.example/", "http://localhost@evil.example/", "http://localhost:80//evil.example",
    "http://localhost//evil.example", "http://localhost/\\evil.example", "https://localhost/learn",
    "/learn\nSet-Cookie: a=b", "/learn\r\n\r\n<script>",
)  # fmt: skip
FOREIGN = [prefix + host for prefix, host in product(PREFIXES, HOSTS)] + list(OTHERS)


@pytest.fixture(scope="module")
def bare_app():
    return Flask(__name__)


class TestOwnPath:
    def test_refuses_whatever_may_lead_elsewhere(self, bare_app):
        assert len(FOREIGN) > 200
        with bare_app.test_request_context():
            led = [target for target in FOREIGN if own_path(target, "/learn") != "/learn"]

        assert led == []

    @pytest.mark.parametrize(
        ("target", "path"),
        [
            ("/learn", "/learn"),
            ("/", "/"),
            (
                "/learn/kz-2026/digital-id?page=2&q=%D0%B6",
                "/learn/kz-2026/digital-id?page=2&q=%D0%B6",
            ),
            ("/courses/цифровой", "/courses/цифровой"),
            ("/a//b", "/a//b"),
            ("/sign-in?next=https://evil.example", "/sign-in?next=https://evil.example"),
            ("http://localhost/learn?x=1", "/learn?x=1"),
            ("http://localhost/", "/"),
        ],
    )
    def test_keeps_the_paths_of_this_site(self, bare_app, target, path):
        with bare_app.test_request_context():
            assert own_path(target) == path

    def test_has_a_default_for_nothing(self, bare_app):
        with bare_app.test_request_context():
            assert own_path(None) == own_path("") == ""


class TestRedirectAfterSignIn:
    @pytest.mark.parametrize("target", [one for one in FOREIGN if one[0] in "/\\h"][::7])
    def test_stays_on_the_site(self, client, target):
        person = make_person(password=PASSWORD)
        form = {"email": person.email, "password": PASSWORD, "next": target}

        assert client.post("/sign-in", data=form).location == "/learn"


class Nobody:
    is_authenticated = False
    role_names = frozenset()


class Somebody:
    is_authenticated = True

    def __init__(self, *roles):
        self.role_names = frozenset(roles)


class TestPolicy:
    @pytest.mark.parametrize(
        ("policy", "person", "is_allowed"),
        [
            (Policy(is_public=True), Nobody(), True),
            (Policy(), Nobody(), False),
            (Policy(), Somebody(), True),
            (Policy(roles=frozenset({Role.OFFICER})), Nobody(), False),
            (Policy(roles=frozenset({Role.OFFICER})), Somebody(), False),
            (Policy(roles=frozenset({Role.OFFICER})), Somebody("learner", "administrator"), False),
            (Policy(roles=frozenset({Role.OFFICER})), Somebody("learner", "officer"), True),
        ],
    )
    def test_opens_to_one_of_its_roles(self, policy, person, is_allowed):
        assert policy.allows(person) is is_allowed


class TestDoor:
    def test_stays_shut_where_nobody_declared_a_policy(self, app, client, monkeypatch):
        monkeypatch.delattr(app.view_functions["site.robots"], "access_policy")

        assert client.get("/robots.txt").status_code == 404

    def test_asks_strangers_to_sign_in_and_come_back(self, client):
        response = client.get("/account/name?lang=ru")

        assert response.status_code == 303
        assert response.location == "/sign-in?next=/account/name?lang%3Dru"

    def test_comes_back_to_the_page_of_a_form(self, client):
        response = client.post(
            "/account/name", headers={"Referer": "http://localhost/welcome/name"}
        )

        assert response.location == "/sign-in?next=/welcome/name"

    def test_does_not_follow_the_form_of_another_site(self, client):
        response = client.post("/account/name", headers={"Referer": "https://evil.example/form"})

        assert response.location in {"/sign-in", "/sign-in?next="}

    def test_tells_scripts_plainly(self, client):
        response = client.get("/account", headers={"Accept": "application/json"})

        assert (response.status_code, response.json) == (401, {"error": "sign-in"})

    def test_tells_people_without_the_role(self, client_of):
        response = client_of(make_person()).get("/admin/users")

        assert response.status_code == 403
        assert "Your role does not open this page." in response.text
