from __future__ import annotations

import csv
import hashlib
import io
import json

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from lms.audit import services as audit
from lms.audit.models import AuditEvent
from lms.audit.rules import first_broken
from lms.extensions import db
from tests.factories import make_person, make_staff


def export(client, file_format: str = "jsonl", query: str = ""):
    return client.post(f"/admin/audit/export?{query}", data={"format": file_format})


def exports() -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).filter_by(action="export")))


class TestExportLog:
    def test_gives_rows_whose_chain_anybody_can_check(self, admin):
        response = export(admin)

        rows = [json.loads(line) for line in response.text.splitlines()][::-1]
        chain = ((row["id"], row["previous_hash"], row["hash"], row) for row in rows)
        assert response.status_code == 200
        assert "attachment" in response.headers["Content-Disposition"]
        assert len(rows) == exports()[0].id - 1
        assert first_broken(chain) is None

    def test_gives_what_is_filtered(self, admin):
        audit.record("remind", "person", 1, country_code="GE")
        audit.record("remind", "person", 2, country_code="KZ")
        db.session.commit()

        response = export(admin, "csv", "action=remind&country=GE")

        text = response.data.decode("utf-8-sig")
        (row,) = csv.DictReader(io.StringIO(text), delimiter=";")
        assert (row["action"], row["object_id"], row["country_code"]) == ("remind", "1", "GE")

    def test_gives_a_workbook(self, admin):
        book = load_workbook(io.BytesIO(export(admin, "xlsx", "action=grant_role").data))

        header, *rows = book.worksheets[0].iter_rows(values_only=True)
        assert header[:4] == ("id", "at", "actor_id", "action")
        assert {row[3] for row in rows} == {"grant_role"}

    def test_logs_the_number_of_rows_and_the_hash_of_the_file(self, admin, administrator):
        response = export(admin, query="action=grant_role")

        (event,) = exports()
        assert (event.actor_id, event.object_type) == (administrator.id, "log")
        assert event.details["rows"] == len(response.text.splitlines()) > 0
        assert event.details["sha256"] == hashlib.sha256(response.data).hexdigest()
        assert event.details["filters"] == ["action"]

    def test_refuses_a_second_file_within_the_hour(self, admin):
        export(admin)

        response = export(admin, "csv")

        assert response.status_code == 429
        assert "less than an hour ago" in response.text
        assert len(exports()) == 1

    @pytest.mark.parametrize("file_format", ["csv", "xlsx", "jsonl"])
    def test_names_nobody(self, client_of, file_format):
        person, name = make_person(given_name_latin="Formername"), {"latin": "Formername"}
        audit.record("confirm_name", "person", person.id, before=name)
        audit.record("confirm_name", "person", person.id, personal={"after": name})
        db.session.commit()

        content = export(client_of(make_staff("auditor")), file_format).data

        if file_format == "xlsx":
            book = load_workbook(io.BytesIO(content))
            content = str(list(book.worksheets[0].iter_rows(values_only=True))).encode()
        assert b"confirm_name" in content
        assert b"Formername" not in content
        assert person.email.encode() not in content

    def test_gives_coordinators_their_own_country(self, client_of):
        for code in ("KZ", "GE"):
            audit.record("remind", "person", 1, country_code=code)
        db.session.commit()

        response = export(client_of(make_staff("coordinator", "country", "GE", country="GE")))

        rows = [json.loads(line) for line in response.text.splitlines()]
        assert {row["country_code"] for row in rows} == {"GE"}
        assert exports()[0].country_code == "GE"

    def test_gives_nothing_more_when_a_filter_cannot_be_read(self, admin):
        response = export(admin, query="since=yesterday")

        assert response.status_code == 303
        assert response.location == "/admin/audit?since=yesterday"
        assert exports() == []

    def test_refuses_more_rows_than_a_file_takes(self, admin, app, monkeypatch):
        monkeypatch.setitem(app.config, "LOG_EXPORT_ROWS", 1)

        response = export(admin)

        assert response.status_code == 422
        assert "filter, for example by month" in response.text
        assert exports() == []

    def test_knows_no_other_format(self, admin):
        assert export(admin, "pdf").status_code == 422
        assert exports() == []

    def test_needs_a_fresh_proof(self, admin):
        with admin.session_transaction() as session:
            session["proved_at"] = 0

        response = export(admin)

        assert response.status_code == 401
        assert exports() == []
