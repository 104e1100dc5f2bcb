"""The extensions, made once and given to the application in ``create_app``; the base of every model."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import g, has_request_context, request
from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_mailman import Mail
from flask_migrate import Migrate
from flask_security import Security
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import DateTime, Engine, MetaData, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Refuses a naive datetime, returns an aware one on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, so that a migration can name it."""


class Base(DeclarativeBase):
    """The base of every model; a datetime is a moment in UTC."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES), type_annotation_map={datetime: UtcDateTime}
    )


db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

migrate = Migrate(render_as_batch=True, compare_type=True)
babel = Babel()
compress = Compress()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address)
mail = Mail()
security = Security()


class NotDurable(RuntimeError):
    """The database would confirm a commit before it is on the disk, so a receipt could be untrue."""


SQLITE_FULL = 2  # what PRAGMA synchronous=FULL reads as
POSTGRESQL_DURABLE = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    # The others wait for a second server besides, or for this one alone.
    "synchronous_commit": {"on", "local", "remote_write", "remote_apply"},
}


def require_durable(connection: Any, _record: Any = None) -> None:
    """Refuse a new connection to a database that may lose what it has confirmed."""
    if isinstance(connection, sqlite3.Connection):
        (found,) = connection.execute("PRAGMA synchronous").fetchone()
        if found != SQLITE_FULL:
            raise NotDurable(f"PRAGMA synchronous is {found}, not {SQLITE_FULL} (FULL)")
        return
    asked = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"
    found = dict(connection.execute(asked, (list(POSTGRESQL_DURABLE),)).fetchall())
    connection.rollback()
    wrong = [name for name, good in POSTGRESQL_DURABLE.items() if found.get(name) not in good]
    if wrong:
        raise NotDurable(", ".join(f"{name} is {found.get(name)}" for name in wrong))


@event.listens_for(Engine, "connect")
def set_sqlite_pragmas(connection: Any, _record: Any) -> None:
    """Make SQLite keep what it acknowledged, check foreign keys and wait for its turn."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # the driver begins nothing by itself: see below
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")
    require_durable(connection)


@event.listens_for(Engine, "begin")
def begin_sqlite(connection: Any) -> None:
    """Begin the transaction of anything that may write as IMMEDIATE; reading pages wait for nobody.

    A deferred transaction that reads and then writes fails at once with "locked" when another writer was in between;
    85 to 89 % of saves failed so with 300 people at once, none with IMMEDIATE and a busy timeout.
    """
    if connection.dialect.name == "sqlite":
        options = connection.get_execution_options()
        is_page = has_request_context() and request.method in {"GET", "HEAD"}
        is_reading = (is_page and "is_writing" not in g) or "is_reading" in options
        connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def begin_to_write() -> None:
    """End what a page has read, and begin anew: for the few pages that leave a trace in the audit log."""
    db.session.rollback()
    g.is_writing = True


def begin_snapshot() -> None:
    """End what was read, and begin anew: what is read now stays as it is, however long, and keeps nobody waiting."""
    db.session.rollback()
    is_postgresql = db.session.get_bind().dialect.name == "postgresql"
    options = {"isolation_level": "REPEATABLE READ"} if is_postgresql else {"is_reading": True}
    db.session.connection(execution_options=options)


def insert_once(model: type[Base], **values: Any) -> bool:
    """Insert a row unless its key is there already; tell whether it is new. Of two at once, one is."""
    insert = (
        postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    )
    statement = (
        insert(model)
        .values(**values)
        .on_conflict_do_nothing()
        .returning(*inspect(model).primary_key)
    )
    return db.session.execute(statement).first() is not None


def insert_many_once(model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Insert rows unless their keys are there already; the statement is written once for all of them."""
    insert = (
        postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    )
    db.session.connection().execute(insert(model).on_conflict_do_nothing(), rows)
