"""What a web page shows of a certificate: its printed lines as text, and its drawn parts as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from textwrap import wrap
from typing import Any

import segno
from flask_babel import lazy_gettext as _l

from lms.certificates import drawing
from lms.certificates.drawing import PrintedFacts
from lms.lib import lattice

OFFICE_LETTERS = 26  # in one row of who signs
GROUPS = (
    (_l("Name"), ("name", "name_native")),
    (_l("Document"), ("title", "title_native")),
    (_l("Earned by"), ("completed", "completed_native")),
    (_l("Course"), ("course", "course_native")),
    (_l("Study"), ("study", "study_native")),
    (_l("Date"), ("issued", "issued_native")),
    (_l("Valid until"), ("valid_until", "valid_until_native")),
    (_l("Certificate number"), ("number",)),
    (_l("Where to check it"), ("check_at", "check_at_native", "verify_page")),
    (_l("Signed by"), ("signatory", "role", "programme")),
    (_l("Issued by"), ("brand", "tagline")),
    (_l("Programme paid and carried by"), ("funding", "credit")),
)
"""What the printed lines say, in the order of a page that lists them."""
_OTHERS = _l("Also printed")
_UNSEEN = {"qr"}  # words for whoever hears the document


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

    @property
    def printed_lines(self) -> dict[str, str]:
        """Return the lines that can be read on the page itself."""
        return {name: line for name, line in self.lines.items() if line and name not in _UNSEEN}

    @property
    def arrangement(self) -> str:
        """Return where its parts stand: landscape, portrait or centred."""
        return str(drawing.layout(self.facts.layout).settings["arrangement"])

    @property
    def office(self) -> list[str]:
        """Return who signs, row by row."""
        rows = (self.lines["signatory"], self.lines["role"])
        return [*filter(None, rows), *wrap(self.lines["programme"], OFFICE_LETTERS)]

    @property
    def groups(self) -> list[tuple[str, list[str]]]:
        """Return every printed line by what it says: label and names. A line of no group comes last."""
        grouped = [(str(label), list(names)) for label, names in GROUPS]
        known = {name for _label, names in grouped for name in names} | _UNSEEN
        grouped.append((str(_OTHERS), [name for name in self.lines if name not in known]))
        printed = ((label, [n for n in names if self.lines.get(n)]) for label, names in grouped)
        return [(label, names) for label, names in printed if names]


def label_of(line: str) -> str:
    """Return what a printed line says, in a word or two."""
    return str(next((label for label, names in GROUPS if line in names), _OTHERS))


def picture_of(kept: Mapping[str, Any]) -> Picture:
    """Return what to show of the facts that the register keeps."""
    facts = drawing.from_json(kept)
    return Picture(
        facts=facts,
        lines=drawing.printed_lines(facts),
        panel=_panel(facts.number, facts.layout),
        qr=_qr_code(facts.verify_url),
    )


@lru_cache(maxsize=256)
def _panel(number: str, layout: str) -> str:
    return lattice.panel(number, **drawing.layout(layout).settings["panel"])


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
