from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from lms.audit import services
from lms.audit.models import AuditEvent
from lms.extensions import db

TRIGGERS = {
    "sqlite": (
        "DROP TRIGGER audit_events_no_update",
        "DROP TRIGGER audit_events_no_delete",
    ),
    "postgresql": ("DROP TRIGGER audit_events_are_kept ON audit_events",),
}


@pytest.fixture
def log(app) -> list[int]:
    """Write five rows; return the ids of all rows."""
    for number in range(5):
        services.record("sign_in", "person", number, way="password", personal={"name": "Айгүл"})
    db.session.commit()
    return list(db.session.scalars(select(AuditEvent.id).order_by(AuditEvent.id)))


@pytest.fixture
def open_log(log, database) -> list[int]:
    """The same rows, in a database whose own guard somebody took away."""
    for statement in TRIGGERS[database.kind]:
        db.session.execute(text(statement))
    db.session.commit()
    return log


def change(statement: str, **values) -> None:
    db.session.execute(text(statement), values)
    db.session.commit()


@pytest.fixture
def verify(app):
    """Return a function that runs the command, and gives its exit code and what it says."""

    def run() -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=["lms", "audit", "verify"])
        return result.exit_code, result.output

    return run


class TestDatabaseGuard:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_events SET reason = 'other' WHERE id = :id",
            "UPDATE audit_events SET actor_id = NULL",
            "UPDATE audit_events SET hash = previous_hash WHERE id = :id",
            "DELETE FROM audit_events WHERE id = :id",
            "DELETE FROM audit_events",
        ],
    )
    def test_refuses_to_change_or_delete_a_row(self, log, statement):
        values = {"id": log[2]} if ":id" in statement else {}

        with pytest.raises(DBAPIError, match="kept as they are"):
            db.session.execute(text(statement), values)
        db.session.rollback()

        assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == len(log)
        assert services.verify() is None

    def test_refuses_two_rows_after_the_same_one(self, log):
        row = db.session.get_one(AuditEvent, log[2])

        db.session.add(
            AuditEvent(
                at=row.at,
                action="forged",
                object_type="person",
                object_id="1",
                previous_hash=row.previous_hash,
                hash="f" * 64,
            )
        )
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


class TestVerify:
    def test_finds_the_log_whole(self, log, verify):
        assert verify() == (0, "The audit log is whole.\n")

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_events SET reason = 'other' WHERE id = :id",
            "UPDATE audit_events SET actor_id = 4711 WHERE id = :id",
            "UPDATE audit_events SET object_id = '4711' WHERE id = :id",
            "UPDATE audit_events SET country_code = 'GE' WHERE id = :id",
            "UPDATE audit_events SET at = '2020-01-01 00:00:00.000000+00:00' WHERE id = :id",
            """UPDATE audit_events SET details = '{"way": "link"}' WHERE id = :id""",
        ],
    )
    def test_names_the_row_that_was_changed(self, open_log, database, verify, statement):
        if database.kind == "sqlite":
            statement = statement.replace("+00:00", "")
        change(statement, id=open_log[2])

        code, said = verify()

        assert code == 1
        assert f"The chain breaks at row {open_log[2]}." in said

    @pytest.mark.parametrize(
        "statement",
        [
            """UPDATE audited_values SET "values" = '{"name": "Nobody"}' WHERE event_id = :id""",
            "UPDATE audited_values SET salt = 'other' WHERE event_id = :id",
        ],
    )
    def test_names_the_row_whose_personal_values_were_changed(self, log, verify, statement):
        change(statement, id=log[-2])

        code, said = verify()

        assert code == 1
        assert f"The chain breaks at row {log[-2]}." in said

    def test_names_a_row_that_personal_values_were_added_to(self, log, verify):
        change(
            "INSERT INTO audited_values (event_id, salt, \"values\") VALUES (:id, 'salt', '{}')",
            id=log[0],
        )

        code, said = verify()

        assert code == 1
        assert f"The chain breaks at row {log[0]}." in said

    def test_finds_the_log_whole_after_personal_values_were_erased(self, log, verify):
        change("DELETE FROM audited_values WHERE event_id = :id", id=log[-2])

        assert verify() == (0, "The audit log is whole.\n")

    def test_names_the_first_of_two_rows_that_changed_places(self, open_log, verify):
        first, second = open_log[1:3]
        change("DELETE FROM audited_values WHERE event_id IN (:one, :two)", one=first, two=second)
        change("UPDATE audit_events SET id = 1000000 WHERE id = :one", one=first)
        change("UPDATE audit_events SET id = :one WHERE id = :two", one=first, two=second)
        change("UPDATE audit_events SET id = :two WHERE id = 1000000", two=second)

        code, said = verify()

        assert code == 1
        assert f"The chain breaks at row {first}." in said

    @pytest.mark.parametrize("gone", [0, 2])
    def test_names_the_row_after_one_that_is_gone(self, open_log, verify, gone):
        change("DELETE FROM audited_values WHERE event_id = :id", id=open_log[gone])
        change("DELETE FROM audit_events WHERE id = :id", id=open_log[gone])

        code, said = verify()

        assert code == 1
        assert f"The chain breaks at row {open_log[gone + 1]}." in said

    def test_names_a_row_that_was_written_past_the_program(self, log, verify):
        change(
            "INSERT INTO audit_events (id, at, action, object_type, object_id, country_code, "
            "details, reason, request_id, previous_hash, hash) SELECT id + 1, at, 'forged', "
            "object_type, object_id, country_code, details, reason, request_id, hash, :hash "
            "FROM audit_events WHERE id = :id",
            hash="f" * 64,
            id=log[-1],
        )

        code, said = verify()

        assert code == 1
        assert f"The chain breaks at row {log[-1] + 1}." in said
