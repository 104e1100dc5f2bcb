"""A PDF that somebody was sent, beside the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from difflib import SequenceMatcher
from io import BytesIO

import pikepdf
import pytest

from lms.certificates import comparing, drawing, keys
from lms.certificates.models import Certificate
from lms.extensions import db
from lms.jobs.services import run_due
from lms.lib import signing
from lms.lib.numbers import new_number
from tests.certificates.conftest import files
from tests.certificates.printed import facts
from tests.pages import text_of


@pytest.fixture
def certificate(finisher_in) -> Certificate:
    """One whose PDF is drawn."""
    made = finisher_in("KZ").certificate
    run_due()
    return made


def send(client, address: str, pdf: bytes):
    return client.post(address, data={"file": (BytesIO(pdf), "sent.pdf")})


def signed(pdf: bytes) -> bytes:
    key = keys.current("document")
    db.session.commit()
    now = datetime.now(UTC).replace(microsecond=0)
    return signing.sign(pdf, key.private, key.certificate, [key.root], reason="", signed_at=now)


def forged(certificate: Certificate, **changes: object) -> bytes:
    """Draw what a forger would: the same page with another line."""
    return drawing.draw(replace(drawing.from_json(certificate.facts), **changes))


def written(document: pikepdf.Pdf, **options: object) -> bytes:
    target = BytesIO()
    document.save(target, **options)
    return target.getvalue()


class TestCompareFile:
    def test_knows_the_very_file_with_its_number_and_without(self, client, certificate):
        pdf = files()[0].pdf

        for address in (f"/v/{certificate.number}/file", "/verify/file"):
            response = send(client, address, pdf)

            page = text_of(response)
            assert response.status_code == 200
            assert page.startswith("The file is the one that was issued under this number. This ")
            assert "This certificate is valid" in page
            assert "Set-Cookie" not in response.headers

    def test_shows_a_changed_line_beside_the_registers(self, client, certificate):
        address = f"/v/{certificate.number}/file"
        fake = forged(certificate, name_latin="Nurlan Abdrakhmanov", hours=99)
        ours = signed(fake)

        unsigned, sound, changed = (
            text_of(send(client, address, pdf)) for pdf in (fake, ours, ours + b"\n% more")
        )

        assert "The file is not one of ours: we have not signed it." in unsigned
        assert "We signed this file, and nothing of it has changed since." in sound
        assert "The file was changed after it was signed." in changed
        for page in (unsigned, sound, changed):
            table = page.partition("Where the file differs")[2].partition("What is printed")[0]
            assert f"Name {certificate.facts['name_latin']} Nurlan Abdrakhmanov" in table
            assert "99 hours of study" in table
            assert certificate.facts["course_title"] not in table

    def test_believes_no_key_that_others_may_have(self, client, certificate):
        ours = signed(forged(certificate, name_latin="Nurlan Abdrakhmanov"))
        pdf, key = files()[0].pdf, keys.current("document")
        keys.distrust(key.id, datetime.now(UTC), "A laptop was stolen.")
        certificate.are_details_hidden = True  # nobody sees that another name is in the register
        db.session.commit()

        answers = [
            text_of(send(client, address, ours))
            for address in (f"/v/{certificate.number}/file", "/verify/file")
        ]
        issued = text_of(send(client, f"/v/{certificate.number}/file", pdf))

        for page in answers:
            assert "Others may have the key that signed this file" in page
            assert "We signed this file" not in page
        assert "The file is the one that was issued under this number." in issued

    def test_says_of_every_other_file_what_it_is(self, client, certificate):
        blank, many = pikepdf.new(), pikepdf.new()
        blank.add_blank_page()
        for _page in range(21):
            many.add_blank_page()
        lock = pikepdf.Encryption(user="secret", owner="secret")
        words = {
            "No file was chosen.": b"",
            "it is a picture, such as a scan or a photo": written(blank),
            "The file is locked with a password": written(blank, encryption=lock),
            "The file is no PDF, or it is damaged.": b"%PDF-1.7 of no kind",
            "The file takes too long to be read.": written(many),
            "This file has another number: GE-2026-": drawing.draw(
                facts(number=new_number("GE", 2026))
            ),
        }
        for said, pdf in words.items():
            response = send(client, f"/v/{certificate.number}/file", pdf)

            assert said in text_of(response)
            assert "This certificate is valid" in text_of(response)

        nameless = send(client, "/verify/file?lang=en", written(blank))
        assert nameless.status_code == 422
        assert "No certificate number can be read in this file." in text_of(nameless)

    def test_tells_nobody_who_guesses_what_the_holder_hides(self, client, certificate):
        pdf = files()[0].pdf
        certificate.are_details_hidden = True
        db.session.commit()
        address = f"/v/{certificate.number}/file"

        right = text_of(send(client, address, forged(certificate, hours=99)))
        wrong = text_of(send(client, address, forged(certificate, hours=99, name_latin="Nurlan")))
        real = text_of(send(client, address, pdf))

        assert right == wrong
        assert "The file is not one of ours" in right
        assert certificate.facts["name_latin"] not in right
        assert "The file is the one that was issued under this number." in real


class TestCompare:
    def test_does_not_mind_where_rows_break(self):
        lines = {"name": "Ani Mnatsakanyan", "course": "Digital identity in seven steps"}
        file = comparing.File(text="Digital identity in\nseven steps\r\nAni\u00a0Mnatsakanyan\n")

        assert comparing.compare(lines, file) == comparing.Comparison()

    def test_finds_no_short_line_inside_another(self):
        lines = {"name": "Ani", "course": "The animal and the Ani car"}
        file = comparing.File(text="Bob\nThe animal and the Ani car")

        found = comparing.compare(lines, file)

        assert found.differences == (comparing.Difference("name", "Ani", "Bob"),)

    def test_takes_no_part_that_no_page_can_show(self):
        held = '{"certificate": {"lines": {"name": "%s"}, "facts": {"number": "KZ"}}}'

        assert comparing._attached(held % "Ani")["lines"] == {"name": "Ani"}
        assert comparing._attached(held % "\\ud800")["lines"] == {}

    def test_looks_closely_only_at_what_a_line_may_have_become(self, monkeypatch):
        """A file of many long rows that are alike would take seconds."""
        looked_at = []

        class Counted(SequenceMatcher):
            def ratio(self):
                looked_at.append(len(self.a) * len(self.b))
                return super().ratio()

        monkeypatch.setattr(comparing, "SequenceMatcher", Counted)
        lines = {f"line {place}": "to be compared " * 4 for place in range(10)}

        comparing.compare(lines, comparing.File(text="\n".join(["x" * 300] * 60)))

        assert sum(looked_at) < 60 * 10 * 60 * 301

    def test_tells_what_was_added_and_what_is_attached(self):
        lines = {"name": "Ani", "course": "Digital identity", "hours": "14 hours", "role": ""}
        file = comparing.File(
            text="Ani\nDigital identity and\nmuch more\n14 hours\nwith distinction",
            attached={"name": "Anna", "course": "Digital identity", "hours": "14 hours"},
        )

        found = comparing.compare(lines, file)

        assert found.differences == (comparing.Difference("name", "Ani", "Ani", "Anna"),)
        assert found.others == ("and", "much more", "with distinction")
