"""Migrations go up and down on both databases with rows in the tables, and end where the models are."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from lms.certificates.jobs import sign_head
from lms.config import ROOT
from lms.extensions import db
from tests.factories import complete, make_learner

REVISIONS = [
    script.revision
    for script in ScriptDirectory(str(ROOT / "migrations"), version_locations=[]).walk_revisions()
]
"""Newest first."""


def rows() -> dict[str, int]:
    """Count the rows of every table but Alembic's own."""
    with db.engine.connect() as connection:
        return {
            table: connection.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - names from the schema
            for table in inspect(connection).get_table_names()
            if table != "alembic_version"
        }


@pytest.fixture
def filled(app):
    """Fill the tables with what a learner leaves behind, up to a signed head of the register."""
    _person, seat = make_learner()
    complete(seat)
    sign_head()
    db.session.commit()
    db.session.remove()
    return rows()


class TestMigrations:
    def test_end_where_the_models_are(self, app):
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})

            assert compare_metadata(context, db.metadata) == []

    def test_let_certificates_end_where_their_cohorts_are(self, filled):
        def ends() -> list[str]:
            with db.engine.connect() as connection:
                return [
                    str(one)
                    for one in connection.scalars(text("SELECT expires_at FROM certificates"))
                ]

        with db.engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE certificates SET expires_on = '2028-03-31', expires_at = '2028-03-31 12:00:00+00:00'"
                )
            )

        downgrade(revision="0012_kept_keys")
        upgrade()

        assert [one[:19] for one in ends()] == ["2028-03-31 18:59:59"]

    def test_go_down_and_up_again_with_rows_in_the_tables(self, filled):
        for older in [*REVISIONS[1:], "base"]:
            downgrade(revision=older)
            left = rows()
            assert left == {table: filled[table] for table in left}, (
                f"rows were lost on the way to {older}"
            )
        assert rows() == {}

        upgrade()

        assert rows().keys() == filled.keys()
