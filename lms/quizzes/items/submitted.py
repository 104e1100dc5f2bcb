"""What a form sent, read with care: the browser may be somebody's script."""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from werkzeug.datastructures import MultiDict

Submitted: TypeAlias = MultiDict[str, str] | Mapping[str, list[str]]  # request.form, or plain

MAX_ANSWER_CHARS = 200  # of a typed answer; the inputs in templates carry the same limit
# Controls, lone surrogates and line separators: no database or page wants them in one line.
UNWANTED = {"Cc", "Cs", "Zl", "Zp"}


class BadResponseReason(StrEnum):
    """What a form can send that the inputs of its item cannot."""

    UNKNOWN_OPTION = "unknown_option"
    SEVERAL_ANSWERS = "several_answers"
    TOO_LONG = "too_long"


class BadResponse(ValueError):
    """The form holds an answer that this item cannot have; what was saved before stays."""

    def __init__(self, reason: BadResponseReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def filled_values(submitted: Submitted) -> list[str]:
    """List the values of the field ``answer`` that are not blank."""
    return [value for value in _values(submitted) if value.strip()]


def chosen_option(submitted: Submitted, options: list[str]) -> str | None:
    """Read the one option that was chosen; None when none was."""
    chosen = chosen_options(submitted, options)
    if len(chosen) > 1:
        raise BadResponse(BadResponseReason.SEVERAL_ANSWERS)
    return chosen[0] if chosen else None


def chosen_options(submitted: Submitted, options: list[str]) -> list[str]:
    """Read the options that were chosen, each once, in the order of ``options``."""
    chosen = set(filled_values(submitted))
    if chosen - set(options):
        raise BadResponse(BadResponseReason.UNKNOWN_OPTION)
    return [option for option in options if option in chosen]


def typed_line(submitted: Submitted) -> str | None:
    """Read what was typed, as typed but on one line; None when nothing is left to see."""
    values = filled_values(submitted)
    if len(values) > 1:
        raise BadResponse(BadResponseReason.SEVERAL_ANSWERS)
    line = "".join(
        " " if unicodedata.category(char) in UNWANTED else char for char in "".join(values)
    ).strip()
    if len(line) > MAX_ANSWER_CHARS:
        raise BadResponse(BadResponseReason.TOO_LONG)
    return line or None


def _values(submitted: Submitted) -> list[str]:
    if isinstance(submitted, MultiDict):  # its get() gives the first value and drops the others
        return submitted.getlist("answer")
    return submitted.get("answer", [])
