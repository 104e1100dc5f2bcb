"""The picture of an achievement: drawn once for each, and the same for everybody who has it."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any, NamedTuple

from flask import current_app
from markupsafe import Markup

from lms.certificates.models import BadgeImage, Certificate
from lms.certificates.rules import Kind
from lms.extensions import db
from lms.lib import fonts, lattice, pdf, pdf_text

PNG_WIDTH = 640  # pixels
PNG_COLOURS = 64
FAMILIES = ("Noto Sans", "Noto Sans Armenian", "Noto Sans Georgian", "NanumGothic")
ROOM = 324  # for a line of the title, of the picture's 360
ROOM_BESIDE_SEAL = 252
TITLE_SIZES = ((52, 2), (46, 3), (36, 4), (29, 5), (24, 6), (20, 7))
"""Sizes of the title in the picture's own units, and how many lines of each there is room for."""

ISSUER_SIZES = ((26, 1), (22, 2), (18, 2), (14, 2), (11, 2))
PAGE = "<!DOCTYPE html><html lang='en'><title>Badge</title><img src='asset:badge.svg' alt='Badge'>"
CSS = (
    "@page {size: 90mm; margin: 0} body {margin: 0} img {display: block; width: 90mm; height: 90mm}"
)


class Achievement(NamedTuple):
    """What the picture shows, and so who has the same."""

    title: str
    issuer: str
    kind: str

    @property
    def key(self) -> str:
        """The fingerprint of the picture."""
        return hashlib.sha256("\0".join(self).encode()).hexdigest()

    @property
    def is_drawn(self) -> bool:
        """Whether the picture is there."""
        return db.session.get(BadgeImage, self.key) is not None


def achievement_of(certificate: Certificate) -> Achievement:
    title, issuer = certificate.facts["course_title"], current_app.config["ISSUER_NAME"]
    return Achievement(title, issuer, certificate.kind)


def key_of(certificate: Certificate) -> str:
    """Return the fingerprint of the picture of a certificate's achievement."""
    return achievement_of(certificate).key


def key_in(credential: dict[str, Any]) -> str:
    """Return the fingerprint of the picture that a credential names."""
    address: str = credential["credentialSubject"]["achievement"]["image"]["id"]
    return address.rpartition("/")[2].removesuffix(".png")


def drawn(shown: Achievement) -> dict[str, Any]:
    """Return the row with the picture of an achievement, without asking the database; for workers only."""
    svg = picture(shown.title, shown.issuer, has_seal=shown.kind == Kind.COMPLETION)
    page = pdf.render(PAGE, CSS, assets={"badge.svg": svg.encode()})
    return {"key": shown.key, "svg": svg, "png": _png(page)}


def _png(page: bytes) -> bytes:
    """Return the page as PNG in so few colours that it takes a fifth of the bytes."""
    from PIL import Image

    png = BytesIO()
    picture = Image.open(BytesIO(pdf_text.page_picture(page, PNG_WIDTH))).convert("RGB")
    picture.quantize(PNG_COLOURS).save(png, format="PNG", optimize=True)
    return png.getvalue()


def picture(title: str, issuer: str, *, has_seal: bool) -> str:
    """Return the SVG of an achievement.

    Args:
        title: of the course; where it is longer than there is room for, it ends in an ellipsis.
        issuer: its name.
        has_seal: what was completed bears the seal of the printed certificate.
    """
    size, lines = _broken(title, TITLE_SIZES, ROOM)
    issuer_size, issuer_lines = _broken(issuer, ISSUER_SIZES, ROOM_BESIDE_SEAL)
    return current_app.jinja_env.get_template("certificates/badge.svg").render(
        title=title,
        issuer=issuer,
        size=size,
        lines=lines,
        issuer_size=issuer_size,
        issuer_lines=issuer_lines,
        has_seal=has_seal,
        families=", ".join(FAMILIES),
        bars=Markup(lattice.woven_bars(360, 96, "#4FA6AE")),  # noqa: S704 # nosec B704 - plain geometry
        star=lattice.star_path(180, 48, 80),
    )


def _broken(text: str, steps: tuple[tuple[int, int], ...], width: int) -> tuple[int, list[str]]:
    """Choose the largest size at which a text fits with its words whole, and break it into lines."""
    longest = max((fonts.width_em(word, FAMILIES) for word in text.split()), default=0.0)
    for size, room in steps:
        lines = _lines(text, width / size)
        if len(lines) <= room and longest * size <= width:
            return size, lines
    return size, lines if len(lines) <= room else [*lines[: room - 1], lines[room - 1][:-1] + "…"]


def _lines(text: str, width: float) -> list[str]:
    """Fill lines of a width in em word by word; a longer word is broken."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if fonts.width_em(joined, FAMILIES) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and fonts.width_em(lines[-1] + letter, FAMILIES) > width:
                lines.append("")
            lines[-1] += letter
    return lines
