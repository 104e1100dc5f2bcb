"""Faults of key terms: each is explained in every language, and everywhere in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lms.courses.folder import CourseFolder, Fault
from lms.courses.format import Term


def term_faults(folder: CourseFolder) -> Iterator[Fault]:
    """Find key terms that nobody explains, and explanations that no module names."""
    named = {term for module in folder.modules.values() for term in module.terms}
    for language, terms in folder.terms.items():
        file = f"{language}/terms.toml"
        for term in sorted(named - terms.keys()):
            yield Fault(file, 0, f"The term {term} is not explained.", f"Add [{term}].")
        for term in sorted(terms.keys() - named):
            line = folder.line_of(file, f"[{term}]")
            repair = "Name it in the terms of a module, or take it out."
            yield Fault(file, line, f"No module has the term {term}.", repair)


def differing_terms(folders: Sequence[CourseFolder]) -> list[tuple[str, Fault]]:
    """Return the terms, each with its course, that an earlier course explains in other words."""
    faults: list[tuple[str, Fault]] = []
    first: dict[tuple[str, str], tuple[str, Term]] = {}
    for folder in folders:
        for language, terms in folder.terms.items():
            for name, term in terms.items():
                course, before = first.setdefault((language, name), (folder.root.name, term))
                if before != term:
                    file = f"{language}/terms.toml"
                    what = f"{course} explains {name} in other words."
                    line = folder.line_of(file, f"[{name}]")
                    repair = "Use the same, or another id."
                    faults.append((folder.root.name, Fault(file, line, what, repair)))
    return faults
