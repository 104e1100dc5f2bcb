"""What a web page shows of a certificate: its printed lines as text, and its drawn parts as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

import segno

from lms.certificates import drawing
from lms.certificates.drawing import PrintedFacts
from lms.lib import lattice

PANEL_SIZE = (220, 840)  # units of the picture, 4 a millimetre of the paper


@dataclass(frozen=True)
class Picture:
    """One certificate. ``lines`` are named as in `drawing.printed_lines`; what is not printed is empty."""

    facts: PrintedFacts
    lines: dict[str, str]
    panel: str  # both made here, of nothing that anybody typed as markup
    qr: str

    def language_of(self, line: str) -> str:
        """Return the code of the language in which a line is written."""
        if line == "name_native":
            return self.facts.native_language or self.facts.second_language
        return self.facts.second_language if line.endswith("_native") else "en"


def picture_of(kept: Mapping[str, Any]) -> Picture:
    """Return what to show of the facts that the register keeps."""
    facts = drawing.from_json(kept)
    return Picture(
        facts=facts,
        lines=drawing.printed_lines(facts),
        panel=_panel(facts.number),
        qr=_qr_code(facts.verify_url),
    )


@lru_cache(maxsize=256)
def _panel(number: str) -> str:
    return lattice.panel(number, *PANEL_SIZE)


@lru_cache(maxsize=256)
def _qr_code(url: str) -> str:
    """Return a QR code as the inside of an SVG, 108 units wide."""
    svg = BytesIO()
    # As in the PDF: any mask can be read, and trying all eight takes most of the time.
    code = segno.make_qr(url, error="m", boost_error=False, mask=2)
    code.save(
        svg,
        kind="svg",
        xmldecl=False,
        svgns=False,
        nl=False,
        border=0,
        omitsize=True,
        svgclass=None,
        lineclass=None,
        dark="#0f252b",
    )
    return svg.getvalue().decode().replace("<svg", '<svg width="108" height="108"', 1)
