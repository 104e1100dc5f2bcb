"""Uploading a file of people and mending what the check finds: nothing is added before the confirmation."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.cohorts.models import Enrolment, Import, Invitation
from lms.extensions import db
from lms.jobs.services import run_due
from lms.lib.tables import read_table
from tests.delegations.imported import FILE, rows, states
from tests.factories import enrolled, make_cohort, make_institution, make_person
from tests.pages import text_of


@pytest.fixture
def address(cohort):
    return f"/delegations/kz/{cohort.slug}/import"


@pytest.fixture
def upload(client_of, coordinator, address):
    """Return a function that uploads a file and gives the import and the client."""
    client = client_of(coordinator)

    def send(content: str | bytes = FILE, name: str = "people.csv"):
        data = content if isinstance(content, bytes) else content.encode()
        response = client.post(address, data={"file": (io.BytesIO(data), name)})
        assert response.status_code == 303, text_of(response)
        return db.session.scalars(select(Import).order_by(Import.id.desc())).first(), client

    return send


def kinds(found: Import) -> list[str]:
    return [one["kind"] for _number, row in sorted(rows(found).items()) for one in row.problems]


def people_count() -> int:
    return db.session.scalar(select(func.count()).select_from(Person))


class TestUploadImport:
    def test_checks_every_row_and_adds_nobody(self, upload, address):
        before = people_count()

        found, client = upload()

        assert states(found) == ["ready", "fix", "fix", "fix", "duplicate"]
        assert found.content is None
        page = text_of(client.get(f"{address}/{found.id}"))
        assert "E-mail address: there are two @ signs." in page
        assert "Country: use KZ, not Kazakhstan." in page
        assert "Language: “kaz” is not on the list. Did you mean kk?" in page
        assert "Same e-mail as row 2. Row 2 is kept." in page
        assert "1 ready." in page
        assert "Nothing has been added yet." in page
        assert people_count() == before

    def test_shows_the_rows_of_one_state(self, upload, address):
        found, client = upload()

        page = text_of(client.get(f"{address}/{found.id}?show=duplicate"))

        assert "Again" in page
        assert "Serik" not in page
        assert client.get(f"{address}/{found.id}?show=nothing").status_code == 404

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"Name\nAigul\n", "No column is headed “E-mail address”"),
            (b"email\n", "There is only one row"),
            (b'email\n"a@b.example\n', "Quotation marks do not match in row 2"),
            (b"%PDF-1.7", "This is no table"),
        ],
    )
    def test_says_why_a_file_cannot_be_read(self, upload, address, content, said):
        found, client = upload(content)

        assert said in text_of(client.get(f"{address}/{found.id}"))
        assert not rows(found)

    def test_asks_for_a_file(self, client_of, coordinator, address):
        for data in ({}, {"file": (io.BytesIO(b" \n"), "empty.csv")}):
            response = client_of(coordinator).post(address, data=data)

            assert response.status_code == 422
            assert 'href="#file"' in response.text
        assert db.session.scalars(select(Import)).all() == []

    def test_tells_of_a_file_that_is_too_large_beside_the_field(
        self, client_of, coordinator, address
    ):
        kind = "multipart/form-data; boundary=x"

        response = client_of(coordinator).post(address, data=b"x" * 2_100_000, content_type=kind)

        assert response.status_code == 413
        assert "This file is too large" in text_of(response)

    def test_reads_large_files_in_the_background(self, upload, address):
        lines = "\n".join(f"p{number}@b.example" for number in range(250))

        found, client = upload(f"email\n{lines}\n")

        assert "The file is being read" in text_of(client.get(f"{address}/{found.id}"))
        run_due()
        assert states(found) == ["ready"] * 250
        assert found.content is None

    def test_costs_no_more_statements_for_more_rows(self, upload, count_queries):
        counts = []
        for size in (5, 150):
            lines = "\n".join(f"p{number}@b.example" for number in range(size))
            with count_queries() as statements:
                upload(f"email\n{lines}\n")
            counts.append(len(statements))

        assert counts[0] == counts[1]

    def test_hides_other_countries(self, client_of, coordinator):
        other = make_cohort("GE")

        response = client_of(coordinator).post(
            f"/delegations/ge/{other.slug}/import", data={"file": (io.BytesIO(b"email\n"), "a.csv")}
        )

        assert response.status_code == 404
        assert db.session.scalars(select(Import)).all() == []


class TestCheck:
    def test_knows_who_is_here(self, upload, cohort):
        person = make_person("KZ")
        enrolled(person, cohort)

        found, _client = upload(f"email\n{person.email.upper()}\n")

        assert (states(found), kinds(found)) == (["here"], ["here"])

    def test_tells_of_an_account_and_a_name_that_stay(self, upload):
        person = make_person("KZ")

        found, _client = upload(f"email;given_name\n{person.email};Other\n")

        assert (states(found), kinds(found)) == (["ready"], ["elsewhere", "name_differs"])

    def test_says_nothing_of_people_of_other_countries(self, upload):
        person = make_person("GE")

        found, _client = upload(f"email;given_name\n{person.email};Other\nnew@b.example;Other\n")

        assert (states(found), kinds(found)) == (["ready", "ready"], [])

    def test_takes_no_people_of_another_country_and_no_foreign_cohort(self, upload):
        other = make_cohort("GE")

        found, _client = upload(
            f"email;country;cohort\na@b.example;GE;\nb@b.example;;{other.slug}\nc@b.example;;nowhere\n"
        )

        assert states(found) == ["fix"] * 3
        assert kinds(found) == ["country_other", "cohort_unknown", "cohort_unknown"]

    def test_finds_institutions_by_any_name(self, upload):
        make_institution("Ministry of Digital Development", "MDD")

        found, _client = upload(
            "email;institution\na@b.example;mdd\nb@b.example;Ministry of Digital Develpment\nc@b.example;Bakery\n"
        )

        assert states(found) == ["ready", "fix", "fix"]
        assert kinds(found) == ["institution_near", "institution_unknown"]
        assert rows(found)[3].problems[0]["repair"] == "Ministry of Digital Development"

    def test_shows_letters_that_were_lost(self, upload):
        content = "email;Имя;Фамилия\na@b.example;Айгүл;Сәрсенбаева\nb@b.example;Иван;Петров\n"

        found, _client = upload(content.encode("cp1251", "replace"))

        assert states(found) == ["fix", "ready"]
        assert kinds(found) == ["lost_letter", "lost_letter"]

    def test_names_cells_right_of_the_headings(self, upload):
        found, _client = upload("email;post\na@b.example;Head;of unit\n")

        assert kinds(found) == ["extra_cells"]


class TestMatchColumns:
    def test_gives_a_column_another_field_and_checks_again(self, upload, address):
        found, client = upload("email;Contact;Name\nnobody;a@b.example;Aigul\n")
        assert states(found) == ["fix"]

        response = client.post(
            f"{address}/{found.id}/columns",
            data={"email": "", "?2": "email", "given_name": "given_name"},
        )

        assert response.status_code == 303
        assert states(found) == ["ready"]
        assert rows(found)[2].values == {
            "?1": "nobody",
            "email": "a@b.example",
            "given_name": "Aigul",
        }
        db.session.refresh(found)
        assert found.columns == {"?1": "email", "email": "Contact", "given_name": "Name"}


class TestConfirmImport:
    def test_adds_in_the_background_and_shows_how_far(self, upload, address, cohort):
        found, client = upload()

        response = client.post(f"{address}/{found.id}/confirm")

        assert response.status_code == 303
        assert "0 of 1 rows are done" in text_of(client.get(f"{address}/{found.id}"))
        run_due()
        assert states(found) == ["added", "fix", "fix", "fix", "duplicate"]
        assert "1 person was added." in text_of(client.get(f"{address}/{found.id}"))
        assert db.session.scalar(select(func.count()).where(Enrolment.cohort_id == cohort.id)) == 1

    def test_adds_nobody_twice_when_it_is_pressed_twice(self, upload, address):
        found, client = upload()

        answers = [client.post(f"{address}/{found.id}/confirm").status_code for _time in range(2)]
        run_due()

        assert answers == [303, 409]
        assert states(found).count("added") == 1

    def test_needs_a_row_that_is_ready(self, upload, address):
        found, client = upload("email\nnobody\n")

        assert client.post(f"{address}/{found.id}/confirm").status_code == 409
        db.session.refresh(found)
        assert found.confirmed_at is None

    def test_never_removes_anybody(self, upload, address, cohort):
        person = make_person("KZ")
        enrolled(person, cohort)
        found, client = upload()

        client.post(f"{address}/{found.id}/confirm")
        run_due()

        enrolment = db.session.scalars(select(Enrolment).filter_by(person_id=person.id)).one()
        assert enrolment.withdrawn_at is None
        assert db.session.scalars(select(Invitation)).all() == []


class TestImportFile:
    def test_gives_the_other_rows_with_their_reasons(self, upload, address):
        found, client = upload()

        response = client.get(f"{address}/{found.id}/rest.csv")

        table = read_table(response.data)
        assert table.header.cells[-3:] == ["Row", "Result", "Reason"]
        assert [row.cells[-3] for row in table.rows] == ["3", "4", "5", "6"]
        assert table.rows[1].cells[-1] == "Country: use KZ, not Kazakhstan."
        again, _client = upload(response.data)
        assert states(again) == ["fix", "fix", "fix", "ready"]

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_tells_what_became_of_each_row(self, upload, address, kind):
        found, client = upload()
        client.post(f"{address}/{found.id}/confirm")
        run_due()

        table = read_table(client.get(f"{address}/{found.id}/result.{kind}").data)

        assert [row.cells[-2] for row in table.rows] == ["Added", "Fix", "Fix", "Fix", "Duplicate"]

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    @pytest.mark.parametrize("language", ["en", "ru"])
    def test_gives_a_template_that_is_understood(
        self, upload, address, client_of, coordinator, kind, language
    ):
        response = client_of(coordinator).get(f"{address}/template.{kind}?lang={language}")
        header = read_table(response.data).header.cells

        found, _client = upload(";".join(header) + "\na@b.example\n")

        assert not [column for column in found.columns if column.startswith("?")]
        assert states(found) == ["ready"]
