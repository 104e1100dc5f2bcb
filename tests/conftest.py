"""The application on both databases, and people who are signed in.

Each test gets a database of its own: a copy of one that was migrated and has the countries and the first course.
"""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from contextvars import Context
from pathlib import Path
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from lms import create_app
from lms.cohorts.cli import load_countries
from lms.config import ROOT, Config
from lms.courses.queries import forget_cached
from lms.courses.services import publish
from lms.extensions import db, limiter

POSTGRESQL = os.environ.get("TEST_DATABASE_URL")
DATABASES = ("sqlite", "postgresql")
SWEEPING = Path(__file__).with_name("sweeping.sql").read_text(encoding="utf-8")
EVERY_INPUT = bool(os.environ.get("EVERY_INPUT"))


def pytest_collection_modifyitems(config, items) -> None:
    """Give PostgreSQL the first of each test's inputs: the others tell of the code, not of the database.

    ``EVERY_INPUT=1`` gives it all of them.
    """
    seen: set[str] = set()
    left_out = []
    for item in items:
        callspec = getattr(item, "callspec", None)
        if EVERY_INPUT or callspec is None or callspec.params.get("database") != "postgresql":
            continue
        function = item.nodeid.partition("[")[0]
        if function in seen:
            left_out.append(item)
        seen.add(function)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def pytest_collection_finish() -> None:
    """Never look for garbage again in what was loaded: it stays until the end, and was looked at in every test."""
    gc.collect()
    gc.freeze()


def settings(uri: str, data_dir: Path) -> Config:
    return Config(
        SECRET_KEY="k" * 48,
        SECURITY_PASSWORD_SALT="s" * 48,
        SQLALCHEMY_DATABASE_URI=uri,
        DATA_DIR=data_dir,
        SIGNING_KEYS_DIR=data_dir / "signing-keys",
        PUBLIC_URL="http://localhost",
        MAIL_BACKEND="locmem",
        JOBS_WAKE_WORKER=False,
        LEARNER_IDLE_SECONDS=10**9,  # tests travel through hours with one client;
        STAFF_IDLE_SECONDS=10**9,  # tests/accounts/test_session.py sets them as they are
        LOG_LEVEL="CRITICAL",
        TESTING=True,
    )


class Database:
    """A prepared database, and fresh copies of it."""

    def __init__(self, kind: str, folder: Path, worker: str) -> None:
        self.kind, self.folder = kind, folder
        self.name = f"serai_{worker}_{uuid4().hex[:8]}"
        self.template = f"{self.name}_template"
        if kind == "postgresql":
            self.admin = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
            self.run(f"CREATE DATABASE {self.template}")

    def run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(statement))

    def uri(self, name: str) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.folder / name}.db"
        return make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)

    def renew(self, engine: Engine) -> None:
        """Make the database like new; ``engine`` is what the application reaches it by."""
        if self.kind == "sqlite":
            engine.dispose()
            for suffix in ("-wal", "-shm"):
                (self.folder / f"{self.name}.db{suffix}").unlink(missing_ok=True)
            shutil.copyfile(self.folder / f"{self.template}.db", self.folder / f"{self.name}.db")
        elif not self.is_swept(engine):
            engine.dispose()
            self.run(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
            self.run(f"CREATE DATABASE {self.name} TEMPLATE {self.template} STRATEGY file_copy")

    def is_swept(self, engine: Engine) -> bool:
        """Empty what the last test has filled: a tenth of the time of a new copy, on connections that know it.

        Answers False where that is not enough: nothing is there yet, what the template has was changed, or somebody
        holds a table still.
        """
        try:
            with engine.connect() as connection, connection.begin() as transaction:
                connection.execute(text("SET LOCAL lock_timeout = '1s'"))
                is_whole = bool(connection.scalar(text("SELECT kept.sweep()")))
                (transaction.commit if is_whole else transaction.rollback)()
                return is_whole
        except SQLAlchemyError:
            return False

    def close(self) -> None:
        if self.kind == "postgresql":
            for name in (self.name, self.template):
                self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            self.admin.dispose()


class IsolatedClient(FlaskClient):
    """A client whose requests share neither ``g`` nor the session with the test, as in real life."""

    def open(self, *args, **kwargs):
        db.session.commit()  # the test's own transaction would keep the request waiting
        kwargs["buffered"] = True  # what is written while it is sent, is written there
        return Context().run(super().open, *args, **kwargs)


def prepare(made: Database) -> None:
    """Bring the template up to date, with the countries and the first course in it."""
    app = create_app(settings(made.uri(made.template), made.folder))
    with app.app_context():
        upgrade()
        load_countries()
        publish(ROOT / "courses" / "digital-id")
        db.session.commit()
        if made.kind == "postgresql":
            db.session.connection().connection.cursor().execute(SWEEPING)
            db.session.commit()
        db.session.remove()
        db.engine.dispose()
    if made.kind == "sqlite":
        with closing(sqlite3.connect(made.folder / f"{made.template}.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.fixture(scope="session", params=DATABASES)
def database(request, tmp_path_factory, worker_id) -> Iterator[Database]:
    if request.param == "postgresql" and not POSTGRESQL:
        pytest.skip("PostgreSQL is not here: TEST_DATABASE_URL is not set")
    made = Database(request.param, tmp_path_factory.mktemp(request.param), worker_id)
    prepare(made)
    yield made
    made.close()


@pytest.fixture(scope="session")
def session_app(database):
    app = create_app(settings(database.uri(database.name), database.folder))
    app.config["WTF_CSRF_ENABLED"] = False  # test_csrf turns it on
    app.test_client_class = IsolatedClient
    return app


@pytest.fixture
def app(session_app, database):
    """The application on a fresh database, with its context for the test's own queries."""
    forget_cached()
    with session_app.app_context():
        database.renew(db.engine)
        limiter.reset()
        yield session_app
        db.session.remove()


@pytest.fixture
def client(app):
    """Somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def client_of(app):
    """Return a function that signs somebody in and gives their client."""

    def sign_in(person):
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = person.fs_uniquifier
            session["_fresh"] = True
            session["id"] = uuid4().hex
            # As after signing in; far ahead, because tests travel through hours with one client.
            session["proved_at"] = time.time() + 10 * 365 * 24 * 3600
        return client

    return sign_in


@pytest.fixture
def count_queries(app):
    """Return a context manager that collects the SQL statements of what runs inside."""
    from contextlib import contextmanager

    from sqlalchemy import event

    @contextmanager
    def counting():
        statements = []

        def note(_connection, _cursor, statement, *_rest):
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def outbox(app):
    """Run what is due, and return the e-mails that it sent."""
    from flask_mailman import Mail  # noqa: F401 - makes sure that the extension is there

    from lms.jobs.services import run_due

    mails = app.extensions["mailman"]

    def run():
        run_due()
        return list(getattr(mails, "outbox", []))

    mails.outbox = []
    return run
