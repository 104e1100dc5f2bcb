"""What a form sent, read with care: the browser may be somebody's script."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from werkzeug.datastructures import MultiDict

Submitted: TypeAlias = MultiDict[str, Any] | Mapping[str, list[Any]]  # request.form, or plain

MAX_ANSWER_CHARS = 200  # of a typed answer; the inputs in templates carry the same limit
MAX_TEXT_CHARS = 20_000  # of a long text
PART = "answer."  # before the name of a part, where an answer has several
# Controls, lone surrogates and line separators: no database or page wants them within a line.
UNWANTED = {"Cc", "Cs", "Zl", "Zp"}


@dataclass(frozen=True)
class Upload:
    """A file as the browser sent it; its name and what it says it is may be anything."""

    name: str
    content: bytes


class BadResponseReason(StrEnum):
    """What a form can send that the inputs of its item cannot."""

    UNKNOWN_OPTION = "unknown_option"
    SEVERAL_ANSWERS = "several_answers"
    TOO_LONG = "too_long"
    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_OF_OTHER_KIND = "file_of_other_kind"


class BadResponse(ValueError):
    """The form holds an answer that this item cannot have; what was saved before stays."""

    def __init__(self, reason: BadResponseReason, **limits: str) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.limits = limits  # of the item, for the sentence that says what it takes


def filled_values(submitted: Submitted, field: str = "answer") -> list[str]:
    """List the texts of a field that are not blank."""
    return [
        value for value in _values(submitted, field) if isinstance(value, str) and value.strip()
    ]


def uploads(submitted: Submitted) -> list[Upload]:
    """List the files of the field ``answer``."""
    return [value for value in _values(submitted, "answer") if isinstance(value, Upload)]


def chosen_option(submitted: Submitted, options: list[str], field: str = "answer") -> str | None:
    """Read the one option that was chosen; None when none was."""
    chosen = chosen_options(submitted, options, field)
    if len(chosen) > 1:
        raise BadResponse(BadResponseReason.SEVERAL_ANSWERS)
    return chosen[0] if chosen else None


def chosen_options(submitted: Submitted, options: list[str], field: str = "answer") -> list[str]:
    """Read the options that were chosen, each once, in the order of ``options``."""
    chosen = set(filled_values(submitted, field))
    if chosen - set(options):
        raise BadResponse(BadResponseReason.UNKNOWN_OPTION)
    return [option for option in options if option in chosen]


def typed_line(submitted: Submitted, field: str = "answer") -> str | None:
    """Read what was typed, as typed but on one line; None when nothing is left to see."""
    line = _printable(_only_value(submitted, field)).strip()
    if len(line) > MAX_ANSWER_CHARS:
        raise BadResponse(BadResponseReason.TOO_LONG, most=str(MAX_ANSWER_CHARS))
    return line or None


def typed_text(submitted: Submitted, field: str = "answer") -> str | None:
    """Read what was typed in several lines; None when nothing is left to see.

    Every kind of line break becomes the simple one: a browser sends two characters for each, and
    nobody should lose room for words to that.
    """
    lines = _only_value(submitted, field).splitlines()
    text = "\n".join(_printable(line).rstrip() for line in lines).strip()
    if len(text) > MAX_TEXT_CHARS:
        raise BadResponse(BadResponseReason.TOO_LONG, most=str(MAX_TEXT_CHARS))
    return text or None


def as_typed(submitted: Submitted, field: str = "answer") -> str:
    """Give what was typed, to show it again; of several answers the first."""
    return next(iter(filled_values(submitted, field)), "")


def as_form(response: Any) -> MultiDict[str, str]:
    """Write a response as the page's form would send it."""
    if isinstance(response, dict):
        fields = [
            (PART + part, value) for part, given in response.items() for value in _each(given)
        ]
        return MultiDict(fields)
    return MultiDict([("answer", value) for value in _each(response)])


def _each(given: Any) -> list[str]:
    if given is None:
        return []
    values = given if isinstance(given, list) else [given]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in values]


def _only_value(submitted: Submitted, field: str) -> str:
    if len(filled_values(submitted, field)) > 1:
        raise BadResponse(BadResponseReason.SEVERAL_ANSWERS)
    return as_typed(submitted, field)


def _printable(text: str) -> str:
    return "".join(" " if unicodedata.category(char) in UNWANTED else char for char in text)


def _values(submitted: Submitted, field: str) -> list[Any]:
    if isinstance(submitted, MultiDict):  # its get() gives the first value and drops the others
        return submitted.getlist(field)
    return submitted.get(field, [])
