from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.cohorts import jobs
from lms.cohorts.models import Import, ImportRow
from lms.cohorts.services import imports
from lms.extensions import db
from lms.jobs.models import Job
from lms.jobs.services import run_due
from tests.factories import make_cohort, make_import


def age(found: Import, days: int) -> None:
    found.uploaded_at = datetime.now(UTC) - timedelta(days=days)
    db.session.commit()


def forget() -> None:
    jobs.forget_imports()
    db.session.commit()
    db.session.expire_all()


class TestForgetImports:
    @pytest.mark.parametrize(("days", "is_kept"), [(29, True), (31, False)])
    def test_deletes_what_nobody_confirmed(self, app, days, is_kept):
        age(make_import(make_cohort("KZ").slug), days)

        forget()

        assert (db.session.scalars(select(Import)).first() is not None) == is_kept
        assert (db.session.scalars(select(ImportRow)).first() is not None) == is_kept

    def test_keeps_of_others_only_how_many_were_added(self, app):
        found = make_import(make_cohort("KZ").slug)
        imports.confirm(found)
        db.session.commit()
        run_due()
        age(found, 31)

        forget()

        row = db.session.scalars(select(ImportRow)).one()
        assert (row.state, row.values, row.problems) == ("added", {}, [])

    def test_leaves_one_that_is_being_added(self, app):
        found = make_import(make_cohort("KZ").slug)
        imports.confirm(found)
        age(found, 31)

        forget()

        assert db.session.scalars(select(ImportRow)).one().values

    def test_ends_one_that_broke_off_and_that_nobody_tried_again(self, app):
        found = make_import(make_cohort("KZ").slug)
        imports.confirm(found)
        db.session.scalars(
            select(Job).filter_by(handler="add_imported")
        ).one().dead_at = datetime.now(UTC)
        age(found, 31)

        forget()

        row = db.session.scalars(select(ImportRow)).one()
        assert (row.state, row.values) == ("failed", {})
        assert found.finished_at is not None
