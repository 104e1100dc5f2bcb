"""Reading a drawn page back: what it says is what it should say, or nobody gets it."""

from __future__ import annotations

from lms.certificates.drawing.facts import PrintedFacts
from lms.certificates.drawing.lines import printed_lines
from lms.lib import pdf_text


class PrintedOtherwise(RuntimeError):
    """The text of the drawn page is not what it should say; ``line`` is the first that differs.

    Nothing is signed then. ``line`` is "" where there is more text than should be.
    """

    def __init__(self, number: str, line: str, text: str) -> None:
        what = f"lacks its line {line!r}" if line else "says more than it should"
        super().__init__(f"The page of {number} {what}: {text!r}")
        self.line = line


def read_back(facts: PrintedFacts, page: bytes) -> None:
    """Compare the text of a page with every line that it should have, letter by letter, without the spaces.

    Raises:
        PrintedOtherwise: a line is missing, or there is something else.
    """
    lines = printed_lines(facts)
    missing, rest = pdf_text.differences(lines, pdf_text.text_of(page))
    if missing:
        raise PrintedOtherwise(facts.number, missing[0], lines[missing[0]])
    if rest:
        raise PrintedOtherwise(facts.number, "", rest)
