"""What people see while the database is locked or restarts, and that it passes by itself."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, event, text

from lms import create_app
from lms.extensions import NotDurable, db, require_durable
from tests.conftest import POSTGRESQL, settings
from tests.factories import make_learner, start
from tests.quizzes.conftest import Learner

ANSWER = "attempt/1/1"


@pytest.fixture
def learner(app, client_of):
    person, seat = make_learner()
    start(seat)
    return Learner(person, seat, client_of(person))


@contextmanager
def locked(database):
    """Let another program hold the SQLite file; ours waits for a moment only."""

    def be_impatient(connection, _record):
        connection.execute("PRAGMA busy_timeout=50")

    db.session.commit()
    db.engine.dispose()
    event.listen(db.engine, "connect", be_impatient)
    other = sqlite3.connect(database.folder / f"{database.name}.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()
        event.remove(db.engine, "connect", be_impatient)
        db.engine.dispose()


@contextmanager
def restarting(database):
    """Let PostgreSQL end our connection in the middle of a request, as a restart does."""
    engine = db.engine
    admin = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")

    def end_it(connection, *_arguments):
        event.remove(engine, "before_cursor_execute", end_it)
        pid = connection.connection.dbapi_connection.info.backend_pid
        with admin.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    event.listen(engine, "before_cursor_execute", end_it)
    yield
    admin.dispose()


@pytest.fixture
def away(database):
    """Return a context manager in which the database fails."""
    return lambda: (locked if database.kind == "sqlite" else restarting)(database)


class TestDatabaseAway:
    def test_asks_the_script_to_try_again_and_then_saves(self, learner, away):
        with away():
            response = learner.post(ANSWER, quiet=True, flagged_shown="1")

        assert response.status_code == 503
        assert response.headers["Retry-After"] == "2"
        assert "does not answer just now" in response.json["error"]
        assert learner.post(ANSWER, quiet=True, flagged_shown="1").status_code == 200

    def test_says_it_in_words(self, learner, away):
        with away():
            response = learner.post(ANSWER, then="next")

        assert response.status_code == 503
        assert response.headers["Retry-After"] == "2"
        assert "Wait a few seconds, then load this page again" in response.text

    def test_finds_a_server_that_was_started_anew_by_itself(self, app, database, learner):
        if database.kind == "sqlite":
            pytest.skip("SQLite has no server")
        learner.get(ANSWER)
        admin = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
        with admin.connect() as other:
            others = (
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :name"
            )
            other.execute(text(others), {"name": database.name})
        admin.dispose()

        assert learner.client.get(learner.url(ANSWER)).status_code == 200

    def test_is_no_excuse_for_a_wrong_statement(self, app, learner):
        db.session.execute(text("ALTER TABLE answers RENAME TO other_answers"))

        assert learner.get(ANSWER).status_code == 500


class TestDurableSettings:
    def test_are_looked_at_on_every_sqlite_connection(self, app, database):
        if database.kind != "sqlite":
            pytest.skip("of SQLite")
        with sqlite3.connect(":memory:") as connection:
            connection.execute("PRAGMA synchronous=NORMAL")

            with pytest.raises(NotDurable, match="synchronous is 1"):
                require_durable(connection)
        assert db.session.execute(text("PRAGMA synchronous")).scalar_one() == 2

    @pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
    def test_of_postgresql_are_all_needed(self, name):
        found = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
        require_durable(Postgres(found))

        with pytest.raises(NotDurable, match=f"^{name} is off$"):
            require_durable(Postgres(found | {name: "off"}))

    def test_stop_the_start_in_production(self, app, database):
        if database.kind == "sqlite":
            pytest.skip("SQLite is told what to do")
        admin = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {database.name} SET synchronous_commit = off"))
        admin.dispose()

        with pytest.raises(SystemExit, match=r"synchronous_commit is off$"):
            create_app(in_production(database))

    def test_let_a_sound_database_start(self, app, database):
        if (
            database.kind == "postgresql"
            and db.session.execute(text("SHOW fsync")).scalar() == "off"
        ):
            pytest.skip("this server is a fast one for tests, not a durable one")

        assert create_app(in_production(database))

    def test_let_the_start_wait_for_a_database_that_is_away(self, app, database):
        away = in_production(database, "postgresql+psycopg://nobody@127.0.0.1:1/nothing")

        assert create_app(away).test_client().get("/en/").status_code == 503


class Postgres:
    """A connection that answers with these settings."""

    def __init__(self, found):
        self.found = found

    def execute(self, _statement, _values):
        return self

    def fetchall(self):
        return list(self.found.items())

    def rollback(self):
        pass


def in_production(database, uri=""):
    config = settings(uri or database.uri(database.name), database.folder)
    return replace(config, IS_PRODUCTION=True)
