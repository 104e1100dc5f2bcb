"""People from a file: uploaded, checked, mended in place, confirmed, added. Nothing here commits."""

from lms.cohorts.services.imports.adding import NothingReady, add_some, confirm, counts_of, write_to
from lms.cohorts.services.imports.checking import check
from lms.cohorts.services.imports.editing import (
    AlreadyConfirmed,
    RepairGone,
    alike,
    change_row,
    match_columns,
    repair_all,
)
from lms.cohorts.services.imports.exporting import people_sheet
from lms.cohorts.services.imports.fields import FIELDS, HELP, LABELS, label
from lms.cohorts.services.imports.forgetting import forget_imports
from lms.cohorts.services.imports.reading import NotReadable, read, upload
from lms.cohorts.services.imports.resuming import broken_off, try_again
from lms.cohorts.services.imports.sheets import (
    rest_sheet,
    result_sheet,
    state_words,
    template_sheet,
)
from lms.cohorts.services.imports.words import fault_words, problem_words

__all__ = [
    "FIELDS",
    "HELP",
    "LABELS",
    "AlreadyConfirmed",
    "NotReadable",
    "NothingReady",
    "RepairGone",
    "add_some",
    "alike",
    "broken_off",
    "change_row",
    "check",
    "confirm",
    "counts_of",
    "fault_words",
    "forget_imports",
    "label",
    "match_columns",
    "people_sheet",
    "problem_words",
    "read",
    "repair_all",
    "rest_sheet",
    "result_sheet",
    "state_words",
    "template_sheet",
    "try_again",
    "upload",
    "write_to",
]
