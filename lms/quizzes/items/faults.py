"""Faults of an item as it is written, for ``flask lms courses check``."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Part: TypeAlias = Literal["structure", "text"]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and how to mend it."""

    part: Part  # in items/<bank>.toml or in <language>/items/<bank>.toml
    field: str  # "correct", "options.c"; empty for the item as a whole
    what: str
    repair: str


REPAIRS = {
    "bool_type": "Write true or false, without quotation marks.",
    "dict_type": "Write a table of its own, one line for each option.",
    "extra_forbidden": "Correct its spelling, or remove it.",
    "finite_number": "Write an ordinary number.",
    "greater_than_equal": "Write a larger number.",
    "is_instance_of": "Write a number, without quotation marks.",
    "int_type": "Write a whole number, without quotation marks.",
    "less_than_equal": "Write a smaller number.",
    "list_type": 'Write a list: ["a", "b"].',
    "literal_error": "Write one of the values named.",
    "missing": "Add it.",
    "string_pattern_mismatch": "Write it as docs/course-format.md shows; it cannot be blank.",
    "string_type": "Write text in quotation marks.",
    "too_long": "Remove what is too much.",
    "too_short": "Add what is missing.",
}

ModelT = TypeVar("ModelT", bound=BaseModel)


def read(
    part: Part, model: type[ModelT], table: Mapping[str, Any]
) -> tuple[ModelT | None, list[Fault]]:
    """Read a table with its model; give the faults instead when it does not fit."""
    try:
        return model.model_validate(table), []
    except ValidationError as error:
        return None, [_fault(part, found) for found in error.errors(include_url=False)]


def repeated(field: str, values: Iterable[str], part: Part = "structure") -> list[Fault]:
    """Find what a list names more than once."""
    return [
        Fault(part, field, f'"{value}" stands {times} times.', "Keep one of them.")
        for value, times in Counter(values).items()
        if times > 1
    ]


def _fault(part: Part, found: ErrorDetails) -> Fault:
    field = ".".join(str(step) for step in found["loc"])
    repair = REPAIRS.get(found["type"], "Write it as docs/course-format.md shows.")
    return Fault(part, field, f"{found['msg']}.", repair)
