import csv
import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.certificates.models import CertificateFile
from lms.extensions import db
from lms.jobs.services import run_due
from lms.lib.pdf_text import text_of
from tests.certificates.conftest import certificates, issue
from tests.factories import make_cohort, make_staff
from tests.pages import text_of as page_text

REGISTER = "/certificates/register/archive"
FORMULA = "=cmd"


def opened(response) -> tuple[list[dict[str, str]], dict[str, bytes]]:
    """Return the table of an archive, row by row, and its other files."""
    assert response.status_code == 200
    assert response.mimetype == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(response.data))
    assert archive.testzip() is None
    files = {name: archive.read(name) for name in archive.namelist()}
    table = files.pop("certificates.csv")
    assert table.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(table.decode("utf-8-sig").splitlines(), delimiter=";")), files


def taken(client, address, **query):
    return client.post(address, query_string=query)


@pytest.mark.usefixtures("officers_issue")
class TestTakeOutBatch:
    def test_gives_each_holder_one_file_with_their_own_name(self, finisher_in, officer):
        learners = [finisher_in(), finisher_in(given_name="Гүлнара", given_name_latin="Gulnara")]
        batch = issue(officer, *learners).request.path
        run_due()

        table, files = opened(taken(officer, f"{batch}/archive"))

        issued = certificates()
        assert len(issued) == len(table) == len(files) == 2
        learner_of = {learner.person.id: learner for learner in learners}
        for certificate, row in zip(issued, table, strict=True):
            learner = learner_of.pop(certificate.person_id)
            pdf = files[row["file"]]
            assert hashlib.sha256(pdf).hexdigest() == row["sha256"]
            text = text_of(pdf)
            assert learner.person.name_latin in text
            assert learner.person.name_native in text
            others = {one.person.name_latin for one in learners} - {learner.person.name_latin}
            assert not any(other in text for other in others)
            assert (row["number"], row["name_native"]) == (
                certificate.number,
                learner.person.name_native,
            )
            assert (row["kind"], row["standing"]) == ("completion", "valid")
            assert row["issued_on"] == certificate.issued_on.isoformat()
            assert row["cohort"] == learner.seat.cohort_title
            assert "@" not in "".join(row.values())
        event = db.session.scalars(select(AuditEvent).filter_by(action="export")).one()
        assert event.details["rows"] == 2
        assert taken(officer, f"{batch}/archive").status_code == 429

    def test_lists_what_has_no_pdf_yet_and_makes_no_formula_of_it(self, finisher_in, officer):
        learner = finisher_in(given_name_latin=FORMULA)
        batch = issue(officer, learner).request.path

        table, files = opened(taken(officer, f"{batch}/archive"))

        assert files == {}
        assert [(row["file"], row["sha256"]) for row in table] == [("", "")]
        assert table[0]["name_latin"].startswith("'=cmd")


class TestTakeOutRegister:
    @pytest.fixture
    def there(self, finisher_in) -> dict[str, str]:
        """Two certificates of Kazakhstan in different cohorts, and one of Georgia, all without a PDF."""
        cohort = make_cohort("KZ")
        return {
            name: finisher_in(country, **facts).certificate.number
            for name, country, facts in (
                ("one", "KZ", {"cohort": cohort}), ("two", "KZ", {}), ("abroad", "GE", {}),
            )
        } | {"cohort": cohort.slug}  # fmt: skip

    def test_takes_what_is_filtered_and_no_more(self, there, client_of):
        def numbers(**query) -> set[str]:
            officer = client_of(make_staff("officer", "country", "KZ"))
            table, _files = opened(taken(officer, REGISTER, **query))
            return {row["number"] for row in table}

        day = certificates()[0].issued_on

        assert numbers() == {there["one"], there["two"]}
        assert numbers(cohort=there["cohort"]) == {there["one"]}
        assert numbers(country="KZ", since=day, until=day) == {there["one"], there["two"]}
        assert numbers(until=day - timedelta(days=1)) == set()
        assert numbers(q=there["two"]) == {there["two"]}

    def test_takes_nothing_out_for_a_filter_that_cannot_be_read(self, there, officer):
        answer = taken(officer, REGISTER, since="yesterday", country="GE")

        assert answer.status_code == 303
        page = officer.get(answer.location)
        assert "Not a valid date value" in page.text
        assert db.session.scalars(select(AuditEvent).filter_by(action="export")).all() == []

    def test_is_refused_where_it_would_be_too_large(self, there, officer, monkeypatch):
        monkeypatch.setattr("lms.certificates.archives.LARGEST", 1)

        answer = taken(officer, REGISTER)

        assert answer.status_code == 422
        assert "too many rows for one file" in page_text(answer)


class TestTakeOutCohort:
    def test_gives_coordinators_those_of_their_delegation(self, finisher_in, client_of):
        own, other = finisher_in(), finisher_in()
        number = certificates()[0].number
        db.session.add(
            CertificateFile(
                certificate_id=certificates()[0].id, sha256="0" * 64, size_bytes=4,
                drawn_at=certificates()[0].issued_at, pdf=b"%PDF",
            )
        )  # fmt: skip
        db.session.commit()
        address = f"/delegations/kz/{own.seat.cohort_slug}/certificates.zip"
        coordinator = client_of(make_staff("coordinator", "cohort", own.seat.cohort_slug))
        stranger = client_of(make_staff("coordinator", "cohort", other.seat.cohort_slug))

        table, files = opened(taken(coordinator, address))

        assert [row["number"] for row in table] == [number]
        assert list(files.values()) == [b"%PDF"]
        assert address in coordinator.get(f"/delegations/kz/{own.seat.cohort_slug}/people").text
        assert taken(coordinator, address).status_code == 429
        assert taken(stranger, address).status_code == 404
