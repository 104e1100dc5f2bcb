from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from lms.lib.pdf import render
from lms.lib.pdf_text import PdfUnreadable, attachments_of, page_picture, text_of

CSS = "@page { size: 100mm 50mm } p { font-family: 'Noto Serif' } .thin { width: 1mm }"


@pytest.fixture(scope="module")
def document():
    body = '<p>Әсел Қожахметқызы<p>Ann-Marie<p class="thin">one-two'
    page = f'<html lang="kk"><title>Сынақ</title><body>{body}'
    return render(page, CSS, assets={})


class TestTextOf:
    def test_gives_each_line_as_it_was_printed(self, document):
        assert text_of(document).startswith("Әсел Қожахметқызы\nAnn-Marie\n")

    def test_keeps_a_hyphen_at_the_end_of_a_line(self, document):
        assert "".join(text_of(document).split()).endswith("one-two")

    def test_refuses_what_is_no_pdf(self):
        with pytest.raises(PdfUnreadable):
            text_of(b"%PDF-1.7 nothing")


class TestPagePicture:
    def test_is_as_wide_as_asked(self, document):
        with Image.open(BytesIO(page_picture(document, 500))) as picture:
            assert picture.size == (500, 250)
            assert picture.format == "PNG"
            assert picture.convert("L").getextrema()[0] < 100


class TestAttachmentsOf:
    def test_gives_the_bytes_by_name(self, document):
        with pikepdf.open(BytesIO(document)) as opened:
            opened.attachments["a.json"] = b'{"a": "\xd3\x98"}'
            changed = BytesIO()
            opened.save(changed)

        assert attachments_of(changed.getvalue()) == {"a.json": b'{"a": "\xd3\x98"}'}
        assert attachments_of(document) == {}

    def test_refuses_what_is_no_pdf(self):
        with pytest.raises(PdfUnreadable):
            attachments_of(b"nothing")
