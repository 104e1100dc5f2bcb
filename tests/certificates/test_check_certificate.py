"""The public's question: does this certificate hold?"""

import re
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO

import pytest
import time_machine
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from lms.extensions import db
from lms.jobs.services import run_due
from lms.lib.numbers import fault, new_number
from tests.certificates.conftest import certificates, files, pdf_text, revoke
from tests.factories import enrolment_of
from tests.pages import text_of

NOTE = "Her deputy sat the final for her."


@pytest.fixture
def number(holder) -> str:
    return holder.certificate.number


@pytest.fixture
def revoked(number, officer) -> str:
    form = {"reason": "rules_broken", "note": NOTE}
    revoke(number, form)
    return number


@contextmanager
def no_database():
    """Let every statement fail, as when the server is gone."""

    def fail(*_anything):
        raise OperationalError("SELECT", {}, Exception("the server is gone"))

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)


def squeezed(text: str) -> str:
    """Lines of a PDF break elsewhere than those of a page."""
    return "".join(text.split())


class TestCheckValid:
    def test_says_first_that_it_is_valid_and_when_that_was_looked_up(self, client, number):
        with time_machine.travel(datetime(2027, 11, 22, 10, 4, tzinfo=UTC), tick=False):
            response = client.get(f"/v/{number}")

        assert response.status_code == 200
        page = text_of(response)
        assert page.startswith("This certificate is valid")
        assert "Checked now, 22 November 2027, 10:04 (UTC)." in page
        assert f"<title>Valid certificate {number} – Serai</title>" in response.text

    @pytest.mark.parametrize("country", ["KZ", "GE", "AM", "UZ"])
    def test_shows_every_line_that_is_printed_in_the_pdf(self, client, finisher_in, country):
        learner = finisher_in(country, given_name="Zoë", family_name="Łukasz")
        run_due()
        (file,) = files()

        page = squeezed(text_of(client.get(f"/v/{learner.certificate.number}")))

        lines = [line for line in pdf_text(file.pdf).splitlines() if line.strip()]
        assert len(lines) > 10
        assert [line for line in lines if squeezed(line) not in page] == []

    @pytest.mark.parametrize(
        "write",
        [
            str.lower,
            lambda number: number.replace("-", ""),
            lambda number: number.replace("-", " ").lower(),
            lambda number: f" {number.replace('-', '–')} ",
        ],
        ids=["lower case", "no hyphens", "spaces", "dashes"],
    )
    def test_takes_the_number_as_people_type_it(self, client, number, write):
        typed = client.get("/en/verify", query_string={"number": write(number)})

        assert typed.status_code == 303
        assert text_of(client.get(typed.location)).startswith("This certificate is valid")
        assert client.get(f"/v/{write(number)}").status_code == 200

    def test_outlives_a_withdrawal(self, client, holder, officer):
        enrolment_of(holder.seat).withdrawn_at = datetime.now(UTC)
        db.session.commit()
        run_due()
        number = holder.certificate.number

        assert text_of(client.get(f"/v/{number}")).startswith("This certificate is valid")
        assert number in text_of(holder.open_certificate())
        assert holder.client.get(f"/certificates/{number}.pdf").status_code == 200
        assert number in officer.get("/certificates").text

    def test_tells_the_same_as_json(self, client, number):
        response = client.get(f"/v/{number.lower()}.json")

        assert response.status_code == 200
        assert response.json["status"] == "valid"
        assert response.json["number"] == number
        assert response.json["facts"] == certificates()[0].facts
        assert "reason" not in response.json


class TestCheckRevoked:
    def test_says_first_that_it_is_revoked_since_when_and_why(self, client, revoked):
        response = client.get(f"/v/{revoked}")

        assert response.status_code == 200
        page = text_of(response)
        assert page.startswith("This certificate was revoked Since ")
        assert f"{certificates()[0].revoked_at:%-d %B %Y}" in page
        assert "Please do not accept it." in page
        assert "The rules of the assessment were broken" in page
        assert certificates()[0].facts["name_latin"] in page

    def test_never_shows_the_note(self, client, revoked):
        assert NOTE not in client.get(f"/v/{revoked}").text
        assert NOTE not in client.get(f"/v/{revoked}.json").text

    def test_tells_the_same_as_json(self, client, revoked):
        body = client.get(f"/v/{revoked}.json").json

        assert body["status"] == "revoked"
        assert body["reason"] == "rules_broken"
        assert datetime.fromisoformat(body["revoked_at"]).tzinfo is not None


class TestCheckUnknown:
    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("KZ-2026-7Q3M-W8KD-R4TN-9HXO", "Check the marked character"),
            ("KZ-2026-7Q3M-W8KD-R4T1-9HXO", "Check the 2 marked characters"),
            ("KZ-2026-7Q3M-W8KD-R4T1-9HXO", "Marked: 1, O."),
            ("KZ-2026-7Q3M-W8KD-R4TN-9H", "You typed 20 letters and digits, and a number has 22."),
            ("K", "You typed 1 letter or digit, and a number has 22."),
            ("KZ-2026-7Q3M-W8KD-R4TN-9HXH", "One character is wrong, or two have changed places."),
            ("KZ-2026-7Q3M-W8KD-R4TN-9HXG", "we have issued none like it"),
        ],
    )
    def test_says_which_characters_to_check(self, client, typed, words):
        response = client.get(f"/v/{typed}")

        assert response.status_code == 404
        page = text_of(response)
        assert page.startswith("No certificate has this number")
        assert words in page
        assert f'value="{typed}"' in response.text

    def test_marks_the_characters(self, client):
        response = client.get("/v/KZ-2026-7Q3M-W8KD-R4TN-9HXO")

        assert re.findall(r'<li class="bad">(.)</li>', response.text) == ["O"]

    def test_repeats_no_markup_and_no_long_text(self, client):
        response = client.get("/v/<script>alert(1)</script>" + "x" * 500)

        assert response.status_code == 404
        assert "<script>alert" not in response.text
        assert "X" * 50 not in response.text

    @pytest.mark.parametrize("typed", ["%", "'", "😀", "ß" * 22, "."])
    def test_takes_any_text(self, client, typed):
        assert client.get(f"/en/verify/{typed}").status_code in {404, 308}

    def test_gives_nothing_away_to_whoever_tries_numbers(self, client, number):
        bodies = set()
        with time_machine.travel(datetime.now(UTC), tick=False):
            for _ in range(5):
                tried = new_number("KZ", 2026)
                assert fault(tried) is None
                response = client.get(f"/v/{tried}")
                assert response.status_code == 404
                body = re.sub(r"(?s)<ol class=\"chars.*?</ol>", "", response.text)
                bodies.add(body.replace(tried, ""))

        assert len(bodies) == 1

    def test_tells_the_same_as_json(self, client):
        response = client.get("/v/KZ-2026-7Q3M-W8KD-R4TN-9HXG.json")

        assert response.status_code == 404
        assert response.json["status"] == "unknown"
        assert "facts" not in response.json


class TestCannotCheck:
    @pytest.mark.parametrize("path", ["/v/{}", "/en/verify/{}"])
    def test_says_so_and_nothing_else_when_the_database_fails(self, client, number, path):
        with no_database():
            response = client.get(path.format(number))

        assert response.status_code == 503
        assert response.headers["Retry-After"] == "60"
        page = text_of(response)
        assert page.startswith("We cannot check right now")
        assert "This says nothing about the certificate" in page
        assert "valid" not in page
        assert "revoked" not in page

    def test_says_so_to_somebody_who_is_signed_in_too(self, holder, number):
        with no_database():
            response = holder.client.get(f"/v/{number}")

        assert response.status_code == 503
        assert text_of(response).startswith("We cannot check right now")

    def test_says_so_as_json(self, client, number):
        with no_database():
            response = client.get(f"/v/{number}.json")

        assert response.status_code == 503
        assert response.json["status"] == "cannot-check"
        assert response.headers["Retry-After"] == "60"

    def test_says_so_of_a_file_and_of_proofs_too(self, client, number):
        with no_database():
            file = client.post("/verify/file", data={"file": (BytesIO(b"%PDF-1.7"), "a.pdf")})
            proofs = client.get(f"/v/{number}/proof.json")

        assert text_of(file).startswith("We cannot check right now")
        assert proofs.json["status"] == "cannot-check"
        assert file.status_code == proofs.status_code == 503
        assert file.headers["Retry-After"] == proofs.headers["Retry-After"] == "60"

    def test_still_shows_the_form(self, client):
        with no_database():
            response = client.get("/en/verify")

        assert response.status_code == 200


class TestWithoutCookie:
    @pytest.mark.parametrize(
        "path",
        [
            "/verify",
            "/en/verify",
            "/en/verify?number=",
            "/en/verify?number=KZ",
            "/ru/verify/{}",
            "/v/{}",
            "/v/{}.json",
            "/v/KZ",
        ],
    )
    def test_sets_none(self, client, holder, number, path):
        for caller in (client, holder.client):
            response = caller.get(path.format(number))

            assert "Set-Cookie" not in response.headers

    def test_runs_no_script_and_loads_nothing_from_elsewhere(self, client, number):
        response = client.get(f"/v/{number}")

        assert "<script" not in response.text
        assert "script-src 'none'" in response.headers["Content-Security-Policy"]
        loaded = re.findall(r'(?:src|href)="(https?:[^"]+)"', response.text)
        assert [address for address in loaded if "localhost" not in address] == []


class TestLanguage:
    @pytest.mark.parametrize(
        ("wish", "spoken"), [("ru-RU,ru;q=0.9", "ru"), ("kk", "ru"), ("de,en;q=0.5", "en")]
    )
    def test_is_the_browsers(self, client, number, wish, spoken):
        response = client.get(f"/v/{number}", headers={"Accept-Language": wish})

        assert f'<html lang="{spoken}"' in response.text

    def test_can_be_switched_without_a_cookie(self, client, number):
        response = client.get(f"/v/{number}")

        assert f'href="/ru/verify/{number}"' in response.text
        assert '<html lang="ru"' in client.get(f"/ru/verify/{number}").text

    def test_keeps_the_printed_lines_as_they_are_printed(self, client, number):
        facts = certificates()[0].facts

        page = text_of(client.get(f"/ru/verify/{number}"))

        assert "Certificate of completion" in page
        assert facts["name_latin"] in page
        assert facts["name_native"] in page

    def test_marks_foreign_lines_with_their_language(self, client, number):
        response = client.get(f"/v/{number}")

        assert '<span lang="kk">' in response.text

    def test_goes_to_the_form_in_the_browsers_language(self, client):
        response = client.get("/verify", headers={"Accept-Language": "ka"})

        assert response.location == "/ka/verify"


class TestForm:
    @pytest.mark.parametrize("typed", ["", "  ", "-/-"])
    def test_asks_for_a_number_when_there_is_none(self, client, typed):
        response = client.get("/en/verify", query_string={"number": typed})

        assert response.status_code == 422
        assert "Type the number as it is printed on the certificate." in text_of(response)
        assert "<title>Error:" in response.text

    def test_takes_the_whole_address_too(self, client, number):
        asked = {"number": f"http://localhost/v/{number}"}

        response = client.get("/en/verify", query_string=asked)

        assert response.location == f"/en/verify/{number}"

    def test_says_when_somebody_asks_too_often(self, client):
        answers = [client.get("/v/KZ").status_code for _ in range(61)]

        assert answers[:60] == [404] * 60
        assert answers[60] == 429
