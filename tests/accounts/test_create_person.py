from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from lms.accounts import services
from lms.extensions import db
from tests.factories import make_person


class TestCreatePerson:
    def test_keeps_a_hash_of_the_password(self, app):
        person = services.create_person("Aigul@Example.org", password="a sentence nobody guesses")

        assert person.email == "aigul@example.org"
        assert person.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")

    def test_refuses_an_address_that_somebody_has(self, app):
        make_person(email="aigul@example.org")

        with pytest.raises(services.EmailTaken):
            services.create_person("AIGUL@example.org")
        assert services.create_person("other@example.org").id  # the transaction goes on

    def test_is_held_by_the_database_too(self, app):
        person = make_person()

        with pytest.raises(IntegrityError):
            db.session.execute(
                text("UPDATE people SET email = 'Upper@example.org' WHERE id = :id"),
                {"id": person.id},
            )
