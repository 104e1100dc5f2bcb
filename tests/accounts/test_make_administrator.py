from __future__ import annotations

from lms.accounts.queries import person_by_email
from tests.factories import make_person


class TestMakeAdministrator:
    def test_makes_an_account_and_sends_a_link(self, app, outbox):
        result = app.test_cli_runner().invoke(
            args=["lms", "people", "administrator", "first@example.org"]
        )

        assert result.exit_code == 0, result.output
        assert person_by_email("first@example.org").role_names == {"administrator"}
        assert outbox()[-1].to == ["first@example.org"]

    def test_adds_the_role_to_an_account_that_is_there(self, app):
        person = make_person()

        result = app.test_cli_runner().invoke(args=["lms", "people", "administrator", person.email])

        assert result.exit_code == 0, result.output
        assert person_by_email(person.email).role_names == {"administrator"}
