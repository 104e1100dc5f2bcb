"""A form whose page was signed out, or has an old token: what was typed is in its field again."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from lms.extensions import db
from lms.quizzes.models import KeptAnswer
from lms.quizzes.services.kept import LONGEST_FORM
from tests.factories import PASSWORD
from tests.quizzes.conftest import QUIET
from tests.quizzes.reading import answers_of, words_of

TYPED = "attempt/1/5"
ALMOST = "You were signed out before this answer was saved."


@pytest.fixture
def learner(learner_in):
    return learner_in(password=PASSWORD)


def field(page, name):
    return re.search(rf'name="{name}"\s+value="([^"]*)"', page.text)[1]


@pytest.fixture
def page(learner, mixed):
    """The page of the question with a typed answer, as it was before the sign-in ended."""
    return learner.get(TYPED)


@pytest.fixture
def browser(client):
    """The same browser without its session."""
    return client


@pytest.fixture
def send(learner, page, browser):
    """Return a function that presses Save on the old page."""

    def press(answer="<verifier>", **form):
        fields = {"answer": answer, "page": field(page, "page"), "client_id": "of the page"}
        return browser.post(learner.url(TYPED), data=fields | form)

    return press


def next_of(response):
    """Return where the sign-in page that a response leads to will lead."""
    return parse_qs(urlsplit(response.location).query)["next"][0]


def sign_in(browser, learner, response):
    """Follow the way to the sign-in page and through it."""
    target = browser.get(response.location)
    assert "Your answer is kept for an hour" in words_of(target)
    form = {"email": learner.person.email, "password": PASSWORD, "next": next_of(response)}
    return browser.get(browser.post("/sign-in", data=form).location)


class TestKeepTyped:
    def test_has_it_in_its_field_after_the_sign_in(self, learner, browser, send, mixed):
        back = sign_in(browser, learner, send(flagged="on"))

        assert back.status_code == 200
        assert 'value="&lt;verifier&gt;"' in back.text
        assert re.search(r'name="flagged"\s+checked', back.text)
        assert ALMOST in words_of(back)
        assert back.text.count("<h1") == 1
        assert answers_of(mixed) == []

    def test_saves_it_when_save_is_pressed_and_forgets_it(self, learner, browser, send, mixed):
        sign_in(browser, learner, send())

        browser.post(f"{learner.url(TYPED)}?kept=1", data={"answer": "<verifier>", "then": "next"})

        assert [answer.response for answer in answers_of(mixed)] == ["<verifier>"]
        assert db.session.query(KeptAnswer).count() == 0
        assert ALMOST not in words_of(browser.get(f"{learner.url(TYPED)}?kept=1"))

    def test_leads_back_by_an_emailed_link_too(self, learner, browser, send, outbox):
        form = {"email": learner.person.email, "next": next_of(send())}
        browser.post("/sign-in/link", data=form)
        [mail] = outbox()
        [link] = re.findall(r"/sign-in/link/\S+", mail.body)

        back = browser.get(browser.post(link).location)

        assert 'value="&lt;verifier&gt;"' in back.text

    def test_is_for_the_learner_whose_page_it_was(self, learner, learner_in, send):
        send()
        other = learner_in()

        assert other.client.get(f"{learner.url(TYPED)}?kept=1").status_code == 404

    def test_keeps_the_last_of_several_tries(self, learner, browser, send):
        send("issuer")

        assert 'value="holder"' in sign_in(browser, learner, send("holder")).text
        assert db.session.query(KeptAnswer).count() == 1

    def test_keeps_it_for_an_hour(self, learner, send):
        send()
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
            learner.client.post("/sign-in", data={"email": learner.person.email})
            assert ALMOST not in words_of(learner.get(f"{TYPED}?kept=1"))

    @pytest.mark.parametrize(
        "form",
        [{"page": ""}, {"page": "WzEsIml0ZW0iXQ.forged"}, {"answer": "x" * LONGEST_FORM}],
        ids=["without a mark", "with a forged mark", "too long"],
    )
    def test_says_so_when_it_cannot_be_kept(self, browser, send, form):
        target = browser.get(send(**form).location)

        assert "Press Back to find it in its field." in words_of(target)
        assert db.session.query(KeptAnswer).count() == 0

    def test_keeps_nothing_of_an_attempt_that_was_handed_in(self, learner, send):
        learner.post("attempt/1/submit")
        send()

        assert db.session.query(KeptAnswer).count() == 0

    def test_stops_whoever_tries_too_often(self, send):
        for _try in range(60):
            assert send().status_code == 303

        assert send().status_code == 429

    def test_tells_the_script_alone_that_nobody_is_signed_in(self, learner, page, browser):
        form = {"answer": "verifier", "page": field(page, "page")}
        response = browser.post(learner.url(TYPED), data=form, headers=QUIET)

        assert (response.status_code, response.json) == (401, {"error": "sign-in"})
        assert db.session.query(KeptAnswer).count() == 0


@pytest.fixture
def checks_tokens(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


@pytest.mark.usefixtures("checks_tokens")
class TestOldToken:
    def test_shows_the_question_with_what_was_typed(self, learner, mixed):
        response = learner.post(TYPED, answer="<verifier>", csrf_token="old", flagged="on")

        assert response.status_code == 400
        assert 'value="&lt;verifier&gt;"' in response.text
        assert re.search(r'name="flagged"\s+checked', response.text)
        assert "press Save again" in words_of(response)
        assert answers_of(mixed) == []

        token = field(response, "csrf_token")
        assert learner.post(TYPED, answer="<verifier>", csrf_token=token).status_code == 303
        assert [answer.response for answer in answers_of(mixed)] == ["<verifier>"]

    def test_keeps_a_choice(self, learner, mixed, options):
        response = learner.post("attempt/1/1", answer=options[2])

        assert re.search(rf'value="{options[2]}"\s+checked', response.text)

    def test_shows_what_came_of_an_attempt_that_was_handed_in(self, app, learner, mixed):
        app.config["WTF_CSRF_ENABLED"] = False
        learner.post("attempt/1/submit")
        app.config["WTF_CSRF_ENABLED"] = True

        assert learner.post(TYPED, answer="x").location == learner.url("attempt/1/result")

    def test_tells_the_script(self, learner, mixed):
        response = learner.post(TYPED, quiet=True, answer="verifier", csrf_token="old")

        assert response.status_code == 400
        assert response.json["csrf"] is True
        assert answers_of(mixed) == []

    def test_comes_after_the_sign_in(self, learner, mixed, client):
        response = client.post(learner.url(TYPED), data={"answer": "x"}, headers=QUIET)

        assert response.status_code == 401

    def test_does_not_open_the_attempts_of_others(self, learner, learner_in, mixed):
        assert learner_in().client.post(learner.url(TYPED), data={"answer": "x"}).status_code == 404
