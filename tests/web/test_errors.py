from __future__ import annotations

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from lms import errors
from lms.extensions import db
from tests.factories import make_person


@pytest.fixture
def broken_database(app):
    """Let every statement fail from here on."""

    def fail(*_arguments):
        raise OperationalError("SELECT", {}, Exception("the server is away"))

    def break_it():
        event.listen(db.engine, "before_cursor_execute", fail)

    engine = db.engine
    yield break_it
    event.remove(engine, "before_cursor_execute", fail)


class TestErrorPages:
    def test_say_in_words_that_something_failed(self, client_of, broken_database):
        client = client_of(make_person(language="ru"))
        broken_database()

        response = client.get("/learn")

        assert response.status_code == 503
        assert response.headers["X-Request-Id"] in response.text
        assert response.headers["Retry-After"] == "2"

    def test_leave_what_opens_an_account_out_of_the_log(self, client, broken_database, monkeypatch):
        logged = []
        monkeypatch.setattr(errors.log, "warning", lambda _event, **facts: logged.append(facts))
        broken_database()

        client.get("/sign-in/link/s3cret")

        assert [facts["path"] for facts in logged] == ["/sign-in/link/…"]
        assert "s3cret" not in str(logged)

    def test_keep_the_way_back_for_an_unknown_page(self, client):
        response = client.get("/no/such/page")

        assert response.status_code == 404
        assert 'href="/"' in response.text

    def test_answer_a_script_in_json(self, client):
        response = client.get("/no/such/page", headers={"Accept": "application/json"})

        assert response.status_code == 404
        assert response.json["request_id"] == response.headers["X-Request-Id"]

    def test_name_what_is_allowed_for_a_wrong_method(self, client):
        response = client.put("/sign-in")

        assert response.status_code == 405
        assert "POST" in response.headers["Allow"]
