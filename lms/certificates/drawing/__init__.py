"""The printed page of a certificate: its words, its sizes, its pictures, and the PDF of them.

Knows no request and no database. Each layout is a folder of ``templates/certificates/layouts``; the
facts name theirs.
"""

from __future__ import annotations

from lms.certificates.drawing.facts import PREVIEW, PrintedFacts, from_json, to_json
from lms.certificates.drawing.layouts import layout, layouts, layouts_of, size_step
from lms.certificates.drawing.lines import credit_lines, printed_lines
from lms.certificates.drawing.page import (
    LettersMissing,
    LinesTooLong,
    draw,
    faults_of_lines,
    missing_letters,
    missing_letters_of,
    overlong_lines_of,
    second_languages,
)
from lms.certificates.drawing.reading import PrintedOtherwise, read_back

__all__ = [
    "PREVIEW",
    "LettersMissing",
    "LinesTooLong",
    "PrintedFacts",
    "PrintedOtherwise",
    "credit_lines",
    "draw",
    "faults_of_lines",
    "from_json",
    "layout",
    "layouts",
    "layouts_of",
    "missing_letters",
    "missing_letters_of",
    "overlong_lines_of",
    "printed_lines",
    "read_back",
    "second_languages",
    "size_step",
    "to_json",
]
