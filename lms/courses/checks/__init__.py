"""Everything that can be wrong with a course, each with the file, the line and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lms.courses.checks.guessing import guessing_faults
from lms.courses.checks.items import bank_faults
from lms.courses.checks.languages import language_faults
from lms.courses.checks.structure import source_faults, structure_faults
from lms.courses.checks.terms import differing_terms, term_faults
from lms.courses.checks.translations import translation_faults
from lms.courses.folder import Fault, read

__all__ = ["check", "check_together"]


def check(root: Path) -> list[Fault]:
    """Return every fault of the course in ``root``, in the order of files and lines; empty when it may be published."""
    folder = read(root)
    if folder.course is not None:
        for find in (structure_faults, source_faults, bank_faults, term_faults):
            folder.faults.extend(find(folder))
        for language in folder.texts:
            for find_in in (language_faults, guessing_faults, translation_faults):
                folder.faults.extend(find_in(folder, language))
    return sorted(set(folder.faults))


def check_together(roots: Iterable[Path]) -> list[tuple[str, Fault]]:
    """Return the faults of all these courses with the course of each: a term means the same in all of them."""
    folders = [(root, check(root)) for root in roots]
    faults = [(root.name, fault) for root, found in folders for fault in found]
    return faults + differing_terms([read(root) for root, _found in folders])
