"""A number, close enough to the right one."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from flask_babel import lazy_gettext as _l
from pydantic import BeforeValidator, Field, WithJsonSchema

from lms.quizzes.items.contract import (
    ItemStructure,
    ItemText,
    ItemType,
    NoKey,
    NonBlank,
    Quantity,
    Response,
    Table,
    Words,
)
from lms.quizzes.items.faults import Fault
from lms.quizzes.items.submitted import Submitted, as_typed, typed_line

SIGNED = re.compile(r"(?P<sign>[-+]?) ?(?P<digits>[0-9.,].*)")
PLAIN = re.compile(r"(?P<whole>[0-9]*)(?:[.,](?P<part>[0-9]+))?")
GROUPED = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?P<mark>[ .,'])[0-9]{3}(?:(?P=mark)[0-9]{3})*)"
    r"(?:(?!(?P=mark))[.,](?P<part>[0-9]+))?"
)
MINUS_SIGNS = dict.fromkeys(map(ord, "\N{MINUS SIGN}\N{EN DASH}\N{NON-BREAKING HYPHEN}"), "-")
APOSTROPHES = dict.fromkeys(map(ord, "\N{RIGHT SINGLE QUOTATION MARK}"), "'")


def _as_written(value: Any) -> Any:
    """Take 0.1 for the number that the author wrote, not for the binary one next to it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return value


Number = Annotated[Decimal, BeforeValidator(_as_written), WithJsonSchema({"type": "number"})]


class NumericStructure(ItemStructure):
    """The right number, and how far from it an answer may be."""

    type: Literal["numeric"]
    correct: Number  # in the unit that the text names
    tolerance: Annotated[Number, Field(ge=0)] = Decimal(0)
    tolerance_kind: Literal["absolute", "relative"] = "absolute"  # relative: a share of `correct`


class NumericText(ItemText):
    """The unit is shown with the input, so nobody has to type it."""

    unit: NonBlank | None = None


class Numeric(ItemType[NumericStructure, NumericText]):
    """The response is what was typed, so that a better reader can mark it again."""

    structure_model = NumericStructure
    text_model = NumericText
    nothing_given = _l("Write an answer")

    def structure_faults(self, structure: NumericStructure) -> Iterable[Fault]:
        if structure.tolerance_kind == "absolute":
            return
        if structure.tolerance >= 1:
            what = "A relative tolerance of 1 or more accepts almost everything."
            yield Fault("structure", "tolerance", what, "Write a share: 0.05 for 5 %.")
        if structure.correct == 0:
            what = "A share of 0 is 0, so nothing is tolerated."
            yield Fault("structure", "tolerance_kind", what, 'Write "absolute".')

    def parse(self, structure: Table, submitted: Submitted) -> str | None:
        return typed_line(submitted)

    def as_typed(self, submitted: Submitted) -> str:
        return as_typed(submitted)

    def mark(
        self, structure: Table, response: Response | None, texts: Sequence[Table] = ()
    ) -> float:
        """Accept a number close enough to the right one, the two ends included.

        Text that is not a number is a wrong answer, not an error. One that can be read in two
        ways ("2,840") is right when one of them is: it is never the learner's fault that
        languages write numbers differently.

        Source: QTI 3.0, ``qti-equal`` with ``tolerance-mode`` "absolute" or "relative".
        """
        if not isinstance(response, str):
            return 0.0
        item = self.read_structure(structure)
        correct, allowed = Fraction(item.correct), Fraction(item.tolerance)
        if item.tolerance_kind == "relative":
            allowed *= abs(correct)
        units = [unit for text in texts if (unit := self.read_text(text).unit)]
        found = readings(response, units)
        return float(any(abs(Fraction(number) - correct) <= allowed for number in found))

    def correct_response(self, structure: Table) -> str:
        return f"{self.read_structure(structure).correct:f}"

    def with_key(self, structure: Table, response: Response) -> Table:
        """Read the number as ``mark`` would; of two readings the one without thousands."""
        found = readings(response) if isinstance(response, str) else set()
        if not found:
            raise NoKey
        return {**structure, "correct": float(min(found, key=abs))}

    def describe(self, structure: Table, text: Table, response: Response | None) -> list[Words]:
        if not isinstance(response, str):
            return []
        unit = self.read_text(text).unit
        if unit is None or _without_unit(_plain(response), [unit]) != _plain(response):
            return [response]
        return [f"{response}\N{NO-BREAK SPACE}{unit}"]

    def describe_correct(self, structure: Table, text: Table) -> list[Words]:
        return [Quantity(self.read_structure(structure).correct, self.read_text(text).unit)]


def readings(typed: str, units: Sequence[str] = ()) -> set[Decimal]:
    """Read a number as people of eight countries write it.

    Args:
        typed: digits with a decimal point or comma; thousands may be apart by any space, a
            point, a comma or an apostrophe.
        units: what may stand before or after the number, in any case.

    Returns:
        Each number it can mean: two for "2,840", none for text that is no number.
    """
    signed = SIGNED.fullmatch(_without_unit(_plain(typed), units))
    if signed is None:
        return set()
    matches = [pattern.fullmatch(signed["digits"]) for pattern in (PLAIN, GROUPED)]
    return {
        Decimal(f"{signed['sign']}{re.sub('[^0-9]', '', match['whole'])}.{match['part'] or '0'}")
        for match in matches
        if match
    }


def _plain(text: str) -> str:
    """Make letters small and narrow, every space a simple one, and take off a full stop.

    Only wide and narrow forms are changed: NFKC as a whole would read "10²" as 102.
    """
    narrow = "".join(
        unicodedata.normalize("NFKC", char)
        if unicodedata.decomposition(char).startswith(("<wide>", "<narrow>"))
        else char
        for char in text.translate(MINUS_SIGNS | APOSTROPHES)
    )
    return " ".join(narrow.casefold().split()).rstrip(". ")


def _without_unit(text: str, units: Iterable[str]) -> str:
    for unit in sorted(filter(None, map(_plain, units)), key=len, reverse=True):
        if text.endswith(unit):
            return text.removesuffix(unit).rstrip()
        if text.startswith(unit):
            return text.removeprefix(unit).lstrip()
    return text
