import json
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from lms.lib.badges import NothingBaked, bake_png, bake_svg, unbaked

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>A &amp; B</title></svg>'
HOSTILE = {
    "name": "]]></openbadges:credential><script>alert(1)</script>]]>",
    "other": 'Қ ქ 길 & < > "\\ \u0000\u007f\u202e\ufffe\uffff\U0001f600',
}


def png():
    picture = BytesIO()
    Image.new("RGB", (9, 9), "#B3271C").save(picture, "PNG")
    return picture.getvalue()


class TestBake:
    def test_puts_a_credential_into_a_png_that_still_is_one(self):
        text = json.dumps(HOSTILE, ensure_ascii=False)

        baked = bake_png(png(), text)

        assert unbaked(baked) == text
        picture = Image.open(BytesIO(baked))
        picture.load()
        assert picture.text["openbadgecredential"] == text
        assert picture.getpixel((4, 4)) == (0xB3, 0x27, 0x1C)

    def test_puts_a_credential_right_after_the_first_tag_of_an_svg(self):
        text = json.dumps(HOSTILE, ensure_ascii=False)

        baked = bake_svg(SVG, text)

        assert json.loads(unbaked(baked.encode())) == HOSTILE
        tags = [child.tag for child in ET.fromstring(baked)]  # noqa: S314
        assert tags == [
            "{https://purl.imsglobal.org/ob/v3p0}credential",
            "{http://www.w3.org/2000/svg}title",
        ]
        assert "<![CDATA[" in baked


class TestUnbaked:
    @pytest.mark.parametrize(
        "picture",
        [
            b"",
            b"%PDF-1.7",
            png(),
            png()[:20],
            SVG.encode(),
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
        ],
    )
    def test_refuses_what_carries_none(self, picture):
        with pytest.raises(NothingBaked):
            unbaked(picture)
