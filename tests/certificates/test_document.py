"""The document itself: what readers of every kind find in the PDF, and that nothing else ever leaves the house."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import product

import pikepdf
import pytest
import segno
from PIL import Image
from sqlalchemy import select, update

from lms.certificates import document, drawing, keys
from lms.certificates.drawing import (
    LettersMissing,
    LinesTooLong,
    PrintedOtherwise,
    draw,
    printed_lines,
    read_back,
)
from lms.certificates.jobs import draw_certificate
from lms.certificates.models import Certificate, RegisterEntry
from lms.certificates.services import register
from lms.extensions import db
from lms.jobs.models import Job
from lms.jobs.services import run_due
from lms.lib import pdf, signing
from lms.lib.pdf_text import attachments_of, page_picture, text_of
from tests.certificates.conftest import files
from tests.certificates.printed import facts
from tests.factories import picture

LOGO = ("a" * 64, "Agency for Digital Government")
SIGNED = {"signatory_name": "Kim Min-jung", "signature": "5" * 64}
PRINTED = facts(logos=(LOGO,), **SIGNED)


def elements_of(opened):
    """List the elements of the page's structure in reading order."""
    found = []

    def walk(element):
        if isinstance(element, pikepdf.Array):
            for one in element:
                walk(one)
        elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
            found.append(element)
            walk(element.get("/K", pikepdf.Array()))

    walk(opened.Root.StructTreeRoot.K)
    return found


@pytest.fixture(scope="module")
def opened():
    """A page with everything that a page can have."""
    images = {LOGO[0]: picture(), SIGNED["signature"]: picture()}
    drawn = draw(PRINTED, pictures=images, attachments={"credential.json": b'{"a": 1}'})
    with pikepdf.open(BytesIO(drawn)) as opened:
        yield opened


class TestDrawn:
    def test_has_a_heading_paragraphs_and_described_figures_in_their_order(self, opened):
        elements = elements_of(opened)

        kinds = [str(element.S) for element in elements]
        assert kinds.count("/H1") == 1
        assert kinds.count("/P") >= 20
        assert kinds.index("/H1") < kinds.index("/Figure")
        described = [str(one.Alt) for one in elements if one.S == "/Figure"]
        assert sorted(described) == sorted(
            [f"QR code of {PRINTED.verify_url}", "Signature of Kim Min-jung", LOGO[1]]
        )

    def test_tells_the_language_of_the_page_and_of_each_line_in_another(self, opened):
        languages = [str(one.get("/Lang", "")) for one in elements_of(opened) if one.S == "/P"]

        assert opened.Root.Lang == "en"
        lines = printed_lines(PRINTED)
        assert languages.count("kk") == sum(
            name.endswith("_native") for name, text in lines.items() if text
        )
        assert opened.Root.ViewerPreferences.DisplayDocTitle

    def test_is_pdf_a_3a_with_the_credential_as_its_data(self, opened):
        with opened.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
            assert metadata["dc:title"].endswith(f"{PRINTED.number}: {PRINTED.name_latin}")
        (attached,) = opened.Root.AF
        assert attached.AFRelationship == "/Data"
        assert attached.UF == "credential.json"
        assert attached.EF.F.Subtype == "/application/json"
        assert "/OutputIntents" in opened.Root

    def test_embeds_the_letters_it_needs_of_every_font(self, opened):
        fonts = list(opened.pages[0].Resources.Font.values())

        assert len(fonts) >= 3
        for font in fonts:
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert re.match(r"/[A-Z]{6}\+", str(font.BaseFont))
            stream = descriptor.get("/FontFile2") or descriptor.get("/FontFile3")
            assert 500 < len(stream.read_raw_bytes()) < 30_000
            assert "/ToUnicode" in font


class TestQrCode:
    def test_is_drawn_module_by_module(self):
        matrix = segno.make_qr(PRINTED.verify_url, error="m", boost_error=False, mask=2).matrix
        left, top, side = 75, 164, 27  # mm, as the layout places it

        with Image.open(BytesIO(page_picture(draw(facts()), 2970))) as found:
            pixels = found.convert("L")

        module = 10 * side / len(matrix)
        for x, y in product(range(len(matrix)), repeat=2):
            place = (10 * left + (x + 0.5) * module, 10 * top + (y + 0.5) * module)
            assert (pixels.getpixel(tuple(map(int, place))) < 128) == bool(matrix[y][x])


class TestReadBack:
    def test_takes_a_page_that_says_what_it_should(self):
        read_back(facts(), draw(facts()))

    @pytest.mark.parametrize(
        ("change", "line"),  # "": the page has a letter more than it should
        [
            ({"name_latin": "Aigul Sarsenbayev"}, ""),
            ({"name_native": "Айгүл Сарсенбаева"}, "name_native"),
            ({"hours": 41}, "study_native"),
        ],
    )
    def test_names_what_differs(self, change, line):
        with pytest.raises(PrintedOtherwise, match=facts().number) as failure:
            read_back(facts(**change), draw(facts()))

        assert failure.value.line == line


class TestHostileText:
    @pytest.mark.parametrize(
        "text",
        [
            "</title><script>alert(1)</script>",
            '<img src="file:///etc/passwd">',
            '"><link rel=attachment href=file:///etc/passwd>',
            "<style>@import 'http://127.0.0.1:9/'</style>",
            "{{ 7 * 7 }} {% include '/etc/passwd' %}",
            "url(http://127.0.0.1:9/) &#x202E; &amp;",
            "X\u0323\u0301\u0302\u0303\u0304 Ann",
        ],
    )
    def test_is_printed_as_it_is_and_asks_for_nothing(self, text):
        hostile = facts(name_latin=text, course_title=text, cohort=text, programme="P")

        drawn = draw(hostile)

        read_back(hostile, drawn)
        assert attachments_of(drawn) == {}
        with pikepdf.open(BytesIO(drawn)) as opened:
            assert len(opened.pages) == 1
            assert str(opened.docinfo.Title).endswith(text)

    @pytest.mark.parametrize("fact", ["name_latin", "course_title", "cohort_native", "programme"])
    @pytest.mark.parametrize(
        ("letter", "name"),
        [("\u202e", "RIGHT-TO-LEFT OVERRIDE"), ("\x1b", "U\\+001B"), ("\u2066", "LEFT-TO-RIGHT")],
    )
    def test_is_refused_where_it_cannot_be_seen(self, fact, letter, name):
        with pytest.raises(LettersMissing, match=name):
            draw(facts(**{fact: f"Ann{letter}gnilggO"}))

    def test_is_refused_where_it_has_no_end(self):
        with pytest.raises(LinesTooLong):
            draw(facts(course_title="W" * 100_000))


class TestMade:
    def test_is_signed_and_says_what_the_register_says(self, holder, tmp_path):
        run_due()

        (file,) = files()
        certificate = holder.certificate
        assert file.sha256 == hashlib.sha256(file.pdf).hexdigest()
        assert file.size_bytes == len(file.pdf) <= 80_000
        assert attachments_of(file.pdf) == {"credential.json": file.credential.encode()}
        credential = json.loads(file.credential)
        assert credential["certificate"]["facts"] == certificate.facts
        text = "".join(text_of(file.pdf).split())
        lines = credential["certificate"]["lines"]
        lines.pop("qr")
        assert len(lines) >= 15
        assert all("".join(line.split()) in text for line in lines.values())
        (root,) = keys.certificates("root").values()
        signed = signing.check(file.pdf, [root])
        assert abs(signed.signed_at - file.drawn_at) < timedelta(seconds=30)
        with pikepdf.open(BytesIO(file.pdf)) as opened:
            assert opened.Root.MarkInfo.Marked
            with opened.open_metadata() as metadata:
                assert metadata.pdfa_status == "3A"
        if (qpdf := shutil.which("qpdf")) is not None:
            (tmp_path / "certificate.pdf").write_bytes(file.pdf)
            checked = subprocess.run(
                [qpdf, "--check", tmp_path / "certificate.pdf"],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert checked.returncode == 0, checked.stdout + checked.stderr

    def test_is_never_made_once_the_holder_is_erased(self, holder):
        certificate = holder.certificate
        certificate.erased_at = datetime.now(UTC)
        db.session.commit()

        draw_certificate(certificate.id)

        assert files() == []

    def test_is_drawn_anew_when_its_key_is_distrusted_meanwhile(self, holder, monkeypatch):
        real, used = document.made, []

        def distrust_meanwhile(draft):
            used.append(draft.key.id)
            if len(used) == 1:
                keys.distrust(draft.key.id, datetime.now(UTC), "A laptop was stolen.")
                db.session.commit()
            return real(draft)

        monkeypatch.setattr(document, "made", distrust_meanwhile)

        draw_certificate(holder.certificate.id)
        db.session.commit()

        roots = list(keys.certificates("root").values())
        signer = signing.check(files()[0].pdf, roots).signer
        assert signer == keys.current("document").certificate
        assert len(set(used)) == 2

    def test_is_not_kept_when_the_holder_is_erased_meanwhile(self, holder, monkeypatch):
        """While it is drawn nobody waits: another connection writes, on SQLite too."""
        real = document.made

        def erase_meanwhile(draft):
            with db.engine.begin() as elsewhere:
                elsewhere.execute(update(Certificate).values(erased_at=datetime.now(UTC)))
            return real(draft)

        monkeypatch.setattr(document, "made", erase_meanwhile)

        draw_certificate(holder.certificate.id)
        db.session.commit()

        assert files() == []

    def test_is_entered_in_the_register_when_it_is_older(self, finisher_in, monkeypatch):
        with monkeypatch.context() as before_the_register:
            before_the_register.setattr(register, "append", lambda *_entry, **_detail: None)
            certificate = finisher_in().certificate
        certificate.salt = None
        db.session.commit()

        run_due()

        (file,) = files()
        assert json.loads(file.credential)["register"]["size"] == 1
        assert db.session.scalar(select(RegisterEntry)).certificate_id == certificate.id

    def test_leaves_a_page_that_differs_unsigned(self, holder, monkeypatch):
        other = draw(facts())
        monkeypatch.setattr(document.drawing, "draw", lambda *_facts, **_files: other)

        run_due()

        assert files() == []
        job = db.session.scalar(select(Job).filter_by(handler="draw_certificate"))
        assert "PrintedOtherwise" in job.last_error
        assert holder.certificate.number in job.last_error
        assert job.finished_at is None

    def test_takes_nobody_with_it_when_it_always_ends_the_renderer(
        self, app, finisher_in, monkeypatch
    ):
        monkeypatch.setitem(app.config, "JOB_MAX_TRIES", 2)
        poisoned, *others = (finisher_in() for _holder in "123")
        real, number = drawing.draw, poisoned.certificate.number

        def draw_or_die(printed, **rest):
            if printed.number == number:
                return pdf.render("<html lang=en>" + "<div>" * 1500, "", assets={})
            return real(printed, **rest)

        monkeypatch.setattr(document.drawing, "draw", draw_or_die)
        for _try in "123":
            run_due()
            db.session.execute(update(Job).values(due_at=datetime.now(UTC)))
            db.session.commit()

        drawn = {file.certificate_id for file in files()}
        assert drawn == {other.certificate.id for other in others}
        dead = db.session.scalars(select(Job).where(Job.dead_at.is_not(None))).all()
        assert [job.arguments for job in dead] == [{"certificate_id": poisoned.certificate.id}]
        assert "RenderingFailed" in dead[0].last_error
