from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
import time_machine
from flask_login import login_user
from sqlalchemy import select

from lms.audit import services
from lms.audit.exports import limit_exports
from lms.audit.models import AuditEvent
from lms.extensions import db
from tests.factories import make_staff


@pytest.fixture
def taken_by(app):
    """Return a function with which somebody takes a table out."""

    @limit_exports("people")
    def take(content: bytes) -> bytes:
        return content

    def run(
        person, kind: str = "people", content: bytes = b"table", *, is_checked: bool = True
    ) -> None:
        with app.test_request_context():
            login_user(person)
            if is_checked and kind == "people":
                take(content)
            services.note_export(kind, "cohort", 1, content, row_count=3, country_code="KZ")
            db.session.commit()

    return run


def exports() -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).filter_by(action="export")))


class TestNoteExport:
    def test_logs_who_took_how_many_rows_and_the_hash_of_the_file(self, taken_by):
        person = make_staff("coordinator", "country", "KZ")

        taken_by(person, content=b"a;b")

        (event,) = exports()
        assert (event.actor_id, event.country_code) == (person.id, "KZ")
        assert event.details == {
            "kind": "people",
            "rows": 3,
            "sha256": hashlib.sha256(b"a;b").hexdigest(),
        }

    @pytest.mark.parametrize("is_checked", [True, False])
    def test_refuses_a_second_one_within_the_hour(self, taken_by, is_checked):
        person = make_staff("coordinator", "country", "KZ")
        taken_by(person)

        with pytest.raises(services.ExportedLately) as refusal:
            taken_by(person, is_checked=is_checked)

        assert refusal.value.status == 429
        assert len(exports()) == 1

    def test_takes_another_kind_and_another_person(self, taken_by):
        person = make_staff("coordinator", "country", "KZ")
        taken_by(person)

        taken_by(person, "nominations")
        taken_by(make_staff("coordinator", "country", "KZ"))

        assert len(exports()) == 3

    def test_takes_another_one_after_an_hour(self, taken_by):
        person = make_staff("coordinator", "country", "KZ")
        taken_by(person)
        later = exports()[0].at + timedelta(hours=1, seconds=1)

        with time_machine.travel(later, tick=False):
            taken_by(person)

        assert len(exports()) == 2
