from __future__ import annotations

import hashlib

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.cohorts.models import Affiliation, Enrolment, Import, ImportRow
from lms.cohorts.services import imports
from lms.extensions import Base, db
from lms.jobs.services import run_due
from lms.lib.sheets import as_csv, as_xlsx
from lms.lib.tables import read_table
from tests.factories import (
    enrolled,
    make_cohort,
    make_institution,
    make_learner,
    make_person,
    make_staff,
)


@pytest.fixture
def address(cohort):
    return f"/delegations/kz/{cohort.slug}/people"


class TestExportPeople:
    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_has_the_columns_of_an_import(self, client_of, coordinator, cohort, address, kind):
        person, _seat = make_learner(cohort, given_name="=1+1", gender="f")
        body = make_institution("Ministry of Justice")
        db.session.add(Affiliation(person_id=person.id, institution_id=body.id, post="-Head"))
        make_learner(make_cohort("KZ"))

        table = read_table(client_of(coordinator).get(f"{address}.{kind}").data)

        assert table.header.cells[:2] == ["E-mail address", "Given name"]
        assert [row.cells for row in table.rows] == [[
            person.email, "=1+1", person.family_name, "Aigul", person.family_name_latin, "KZ", "en",
            "Ministry of Justice", "-Head", "f", cohort.slug, "digital-id",
        ]]  # fmt: skip

    def test_is_noted_with_rows_and_hash_and_given_once_an_hour(
        self, client_of, coordinator, cohort, address
    ):
        make_learner(cohort)
        client = client_of(coordinator)

        first, second = client.get(f"{address}.csv"), client.get(f"{address}.xlsx")

        assert (first.status_code, second.status_code) == (200, 429)
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "export")).one()
        assert (event.object_id, event.details["rows"]) == (cohort.slug, 1)
        assert event.details["sha256"] == hashlib.sha256(first.data).hexdigest()

    def test_leaves_out_whoever_has_left(self, client_of, coordinator, cohort, address):
        make_learner(cohort)
        enrolment = db.session.scalars(select(Enrolment)).one()
        enrolment.withdrawn_at = enrolment.enrolled_at
        db.session.commit()

        assert not read_table(client_of(coordinator).get(f"{address}.csv").data).rows


def contents() -> dict[str, list]:
    """Return every row of every table that an import may change; the import itself left out."""
    db.session.expire_all()
    own = {"imports", "import_rows", "audit_events", "jobs", "messages"}
    tables = [table for table in Base.metadata.sorted_tables if table.name not in own]
    return {
        table.name: sorted(map(repr, db.session.execute(select(table)).all())) for table in tables
    }


letters = st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"])
names = st.one_of(
    st.text(letters, max_size=20),
    st.sampled_from(
        ["=1+1", "'=1", "''@x", "-", '"', "a\nb", "a\r\nb", "שרה", "김민수", "O'ʻgʻli", ";", "\t"]
    ),
)


class TestExportAndImport:
    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(st.tuples(names, names, names, names), min_size=1, max_size=6), st.booleans())
    @example([("=1+1", "'=cmd", "a\nb", "\ufeffx")], False)
    @example([("김민수", "שרה", '"', ";")], True)
    def test_change_nothing(self, app, people, is_workbook):
        cohort = make_cohort("KZ")
        for given_name, family_name, given_latin, family_latin in people:
            person = make_person(
                "KZ", given_name=given_name, family_name=family_name,
                given_name_latin=given_latin, family_name_latin=family_latin,
            )  # fmt: skip
            enrolled(person, cohort)
        uploader = make_staff("coordinator", "country", "KZ")
        imports_before = contents()
        sheet = imports.people_sheet(cohort)

        written = as_xlsx(sheet) if is_workbook else as_csv(sheet)
        found = imports.upload(uploader, cohort, "people", written)
        db.session.commit()

        rows = select(ImportRow.state).where(ImportRow.import_id == found.id)
        assert list(db.session.scalars(rows)) == ["here"] * len(people)
        with pytest.raises(imports.NothingReady):
            imports.confirm(found)
        db.session.rollback()
        run_due()
        assert contents() == imports_before
        assert db.session.get_one(Import, found.id).finished_at is None
