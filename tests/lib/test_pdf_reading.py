"""Reading a file that was made to do harm."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest

from lms.lib import pdf_reading


def page_with(content: bytes, **attached: bytes) -> bytes:
    document, target = pikepdf.new(), BytesIO()
    document.add_blank_page()
    document.pages[0].Contents = pikepdf.Stream(document, content)
    for name, value in attached.items():
        document.attachments[f"{name}.json"] = value
    document.save(target)
    return target.getvalue()


class TestRead:
    def test_stops_what_takes_too_much_time(self):
        slow = page_with(b"q 1 0 0 1 0 0 cm Q\n" * 8_000_000)
        assert len(slow) < 800_000

        with pytest.raises(pdf_reading.PdfRefused, match="too-much"):
            pdf_reading.read(slow, cpu_seconds=1)

    def test_returns_the_attached_credential_and_no_other_file(self):
        found = pdf_reading.read(page_with(b"", other=b"no", credential=b'{"number": "KZ"}'))

        assert found == pdf_reading.Reading(text="", credential='{"number": "KZ"}')

    def test_gives_up_where_everybody_reads(self, monkeypatch):
        monkeypatch.setattr(pdf_reading, "LONGEST_WAIT", 0.01)
        for _place in range(pdf_reading.AT_ONCE):
            pdf_reading._places.acquire()
        try:
            with pytest.raises(pdf_reading.PdfRefused, match="busy"):
                pdf_reading.read(b"%PDF")
        finally:
            for _place in range(pdf_reading.AT_ONCE):
                pdf_reading._places.release()
