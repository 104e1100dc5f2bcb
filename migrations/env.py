"""How Alembic reaches the database: through the application's own engine, with its own models."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Connection

database = current_app.extensions["migrate"].db


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


with database.engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        # SQLite changes a table by making it anew. With foreign keys on, dropping the old one
        # would take along what hangs on it.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    run(connection)
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
