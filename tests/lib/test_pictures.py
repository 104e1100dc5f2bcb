from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile

from lms.lib.pictures import NotAPicture, TooManyPixels, draw_logo
from tests.factories import picture


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


class TestDrawLogo:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_makes_a_small_png_of_what_was_sent(self, kind):
        drawn = draw_logo(picture((3000, 1500), kind))

        assert (drawn.width, drawn.height) == (400, 200)
        assert opened(drawn.png).format == "PNG"
        assert opened(drawn.png).size == (400, 200)

    def test_leaves_a_small_picture_as_large_as_it_is(self):
        assert (draw_logo(picture((90, 30))).width) == 90

    def test_puts_white_behind_what_is_transparent(self):
        written = BytesIO()
        Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(written, "PNG")

        assert (
            opened(draw_logo(written.getvalue()).png).convert("RGB").getpixel((5, 5)) == (255,) * 3
        )

    def test_keeps_nothing_that_was_written_into_the_file(self):
        written = BytesIO()
        made = Image.new("RGB", (50, 50), "navy")
        made.save(written, "JPEG", comment=b"<script>alert(1)</script>")

        assert b"script" in written.getvalue()
        assert b"script" not in draw_logo(written.getvalue() + b"<script>").png

    def test_stays_below_its_size_with_a_photograph(self):
        noise = Image.effect_noise((600, 200), 120).convert("RGB")
        written = BytesIO()
        noise.save(written, "PNG")

        assert len(draw_logo(written.getvalue()).png) <= 200_000

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"MZ",
            b"<svg xmlns='http://www.w3.org/2000/svg'></svg>",
            b"\x89PNG\r\n\x1a\n",
            picture()[:60],
            picture(kind="GIF"),
            picture(kind="TIFF"),
        ],
        ids=["nothing", "a program", "SVG", "a beginning", "half of one", "GIF", "TIFF"],
    )
    def test_refuses_what_is_no_picture(self, content):
        with pytest.raises(NotAPicture):
            draw_logo(content)

    def test_refuses_half_of_one_also_where_certificates_were_printed(self, monkeypatch):
        monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
        whole = picture((300, 300))

        with pytest.raises(NotAPicture):
            draw_logo(whole[: len(whole) // 2])

    def test_refuses_what_would_unpack_too_large(self):
        written = BytesIO()
        Image.new("1", (8000, 6000)).save(written, "PNG")

        assert len(written.getvalue()) < 20_000
        with pytest.raises(TooManyPixels):
            draw_logo(written.getvalue())

    @given(st.binary(max_size=200), st.integers(0, 400))
    def test_never_fails_otherwise(self, noise, at):
        content = picture()
        broken = content[:at] + noise + content[at + len(noise) :]

        try:
            drawn = draw_logo(broken)
        except (NotAPicture, TooManyPixels):
            return
        assert opened(drawn.png).format == "PNG"
