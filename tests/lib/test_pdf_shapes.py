from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageChops

from lms.lib.pdf import render
from lms.lib.pdf_shapes import shapes_of
from lms.lib.pdf_text import page_picture

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80" viewBox="-4 -4 40 40">'
PLAIN = (
    '<rect x="1" y="2" width="9" height="5" fill="#0a5a66"/>',
    '<rect x="3" y="3" width="26" height="20" rx="5" fill="none" stroke="#B32" stroke-width="3"/>',
    '<path d="M1 1L20 4H30V20L2 30Z"/>',
    '<path d="M0 16Q16 -8 32 16C32 30 20 30 16 32" fill="none" stroke="#123456" stroke-width="2"/>',
    (
        '<g fill="none" stroke="#0F252B"><g transform="rotate(30 16 16)"><path d="M-9 16L40 16"'
        ' stroke-width="4" stroke-dasharray="6 3" stroke-dashoffset="2"/></g></g>'
    ),
    (
        '<g transform="scale(2)"><path transform="translate(3 4)" d="M0 0L8 0" fill="none"'
        ' stroke="#000" stroke-width="3" stroke-linecap="square"/></g>'
    ),
)


def picture_of(svg):
    css = "@page { size: 21mm; margin: 0 } img { display: block }"
    page = '<html lang="en"><title>a</title><img src="asset:a.svg" alt="a">'
    with Image.open(BytesIO(page_picture(render(page, css, assets={"a.svg": svg}), 210))) as found:
        return found.convert("L")


class TestShapesOf:
    def test_draws_as_weasyprint_does(self, monkeypatch):
        drawing = (HEAD + "".join(PLAIN) + "</svg>").encode()
        ours = picture_of(drawing)

        assert shapes_of(drawing) is not None
        monkeypatch.setattr("lms.lib.pdf.shapes_of", lambda _svg: None)
        theirs = picture_of(drawing)

        difference = ImageChops.difference(ours, theirs)
        # Its upper right corner is no quarter of a circle; ours is.
        assert sum(difference.histogram()[64:]) < 40
        assert theirs.getextrema()[0] < 50

    @pytest.mark.parametrize(
        "part",
        [
            "<text>a</text>",
            '<image href="file:///etc/passwd"/>',
            '<path d="m1 1l2 2"/>',
            '<path d="M1 1A2 2 0 0 0 3 3"/>',
            '<path d="M1 1" fill="red"/>',
            '<path d="M1 1" fill="url(#a)"/>',
            '<path d="M1 1" fill-opacity=".5"/>',
            '<path d="M1 1 2 2"/>',
            '<path d="H1"/>',
            '<g transform="skewX(3)"/>',
            "<g",
        ],
    )
    def test_leaves_to_weasyprint_what_is_not_plain(self, part):
        assert shapes_of(f"{HEAD}{part}</svg>".encode()) is None

    def test_needs_a_size(self):
        assert shapes_of(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>') is None
        assert shapes_of(b"<g/>") is None
