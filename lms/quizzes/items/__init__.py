"""The types of quiz items. A new type is a file here, its line below, its template and its test."""

from typing import Any

from pydantic.json_schema import models_json_schema

from lms.quizzes.items.categorise import Categorise
from lms.quizzes.items.cloze import Cloze
from lms.quizzes.items.contract import (
    Feedback,
    ItemType,
    MarkedPart,
    NoKey,
    Quantity,
    Remark,
    Response,
    Table,
    Words,
)
from lms.quizzes.items.essay import Essay
from lms.quizzes.items.faults import Fault
from lms.quizzes.items.file_upload import FileUpload
from lms.quizzes.items.hotspot import Hotspot
from lms.quizzes.items.likert import Likert
from lms.quizzes.items.matching import Matching
from lms.quizzes.items.multiple_response import MultipleResponse
from lms.quizzes.items.numeric import Numeric
from lms.quizzes.items.ordering import Ordering
from lms.quizzes.items.reflection import Reflection
from lms.quizzes.items.short_text import ShortText
from lms.quizzes.items.single_choice import SingleChoice
from lms.quizzes.items.submitted import (
    MAX_ANSWER_CHARS,
    BadResponse,
    BadResponseReason,
    Submitted,
    Upload,
    as_form,
    uploads,
)
from lms.quizzes.items.true_false import TrueFalse

__all__ = [
    "MAX_ANSWER_CHARS",
    "TYPES",
    "BadResponse",
    "BadResponseReason",
    "Fault",
    "Feedback",
    "FileUpload",
    "ItemType",
    "MarkedPart",
    "NoKey",
    "Quantity",
    "Remark",
    "Response",
    "Submitted",
    "Table",
    "Upload",
    "Words",
    "as_form",
    "check",
    "is_scored",
    "structure_schema",
    "text_schema",
    "uploads",
]

TYPES: dict[str, ItemType[Any, Any]] = {
    "single_choice": SingleChoice(),
    "multiple_response": MultipleResponse(),
    "true_false": TrueFalse(),
    "numeric": Numeric(),
    "short_text": ShortText(),
    "matching": Matching(),
    "ordering": Ordering(),
    "categorise": Categorise(),
    "cloze": Cloze(),
    "essay": Essay(),
    "file_upload": FileUpload(),
    "hotspot": Hotspot(),
    "likert": Likert(),
    "reflection": Reflection(),
}


def check(structure: Table, text: Table) -> list[Fault]:
    """Find every fault of an item of any type, and of its words in one language."""
    name = structure.get("type")
    item_type = TYPES.get(name) if isinstance(name, str) else None
    if item_type is None:
        what = f"There is no item type {name!r}." if name else "The item has no type."
        return [Fault("structure", "type", what, f"Write one of: {', '.join(TYPES)}.")]
    return item_type.check(structure, text)


def is_scored(structure: Table) -> bool:
    """Say whether an item can earn points; one of an unknown type is refused elsewhere."""
    item_type = TYPES.get(str(structure.get("type")))
    return item_type is None or item_type.is_scored


def structure_schema() -> dict[str, Any]:
    """Describe ``items/<bank>.toml`` as a JSON Schema, for editors."""
    models = [item_type.structure_model for item_type in TYPES.values()]
    refs, schema = _schemas(models)
    items = {"type": "array", "items": {"oneOf": refs}}
    return schema | {"properties": {"items": items}, "required": ["items"]}


def text_schema() -> dict[str, Any]:
    """Describe ``<language>/items/<bank>.toml`` as a JSON Schema, for editors."""
    refs, schema = _schemas([item_type.text_model for item_type in TYPES.values()])
    return schema | {"additionalProperties": {"anyOf": refs}}


def _schemas(models: list[Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    different = list(dict.fromkeys(models))
    refs, definitions = models_json_schema([(model, "validation") for model in different])
    base = {"type": "object", "additionalProperties": False, **definitions}
    return [refs[model, "validation"] for model in different], base
