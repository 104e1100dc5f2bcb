"""Which public body is meant by what somebody typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum

from lms.accounts.rules import fold

SHORTEST_NAME_IN_TEXT = 10  # letters; NIA stands in too many other words


class Fit(IntEnum):
    """How well a name fits what was typed; the best first."""

    SAME = 0
    WHOLE = 1  # the whole name, with something around it
    BEGINNING = 2
    PART = 3
    WORDS = 4  # all its words, in another order


@dataclass(frozen=True)
class Named:
    """One of a body's names, folded."""

    institution_id: int
    country_code: str
    folded: str


@dataclass(frozen=True)
class Found:
    """A body that fits, by its best name."""

    institution_id: int
    fit: Fit
    folded: str


def words_of(text: str) -> list[str]:
    """Return the words of a search, folded."""
    return [folded for word in text.split() if (folded := fold(word))]


def fit_of(typed: str, words: Collection[str], name: str) -> Fit | None:
    """Tell how a folded name fits folded text, or None."""
    if name == typed:
        return Fit.SAME
    if len(name) >= SHORTEST_NAME_IN_TEXT and name in typed:
        return Fit.WHOLE
    if name.startswith(typed):
        return Fit.BEGINNING
    if typed in name:
        return Fit.PART
    if len(words) > 1 and all(word in name for word in words):
        return Fit.WORDS
    return None


def ranked(
    text: str, names: Iterable[Named], *, mentioned: Collection[str] = (), country: str = ""
) -> list[Found]:
    """Order the bodies that fit, the best first, each once.

    Args:
        text: as it was typed.
        names: candidates, from wherever.
        mentioned: codes of the countries that the text itself names.
        country: whose bodies come first among equals.

    Returns:
        A name that merely stands in the text counts only where no longer name covers it, and only for a country
        that the text names, where it names one.
    """
    typed, words = fold(text), words_of(text)
    best: dict[int, tuple[tuple[int, int, bool, int], Found]] = {}
    for name in names:
        fit = fit_of(typed, words, name.folded) if typed else None
        if fit is None or (fit is Fit.WHOLE and _is_elsewhere(name, mentioned)):
            continue
        length = -len(name.folded) if fit is Fit.WHOLE else len(name.folded)
        order = (fit, length, name.country_code != country, name.institution_id)
        found = Found(name.institution_id, fit, name.folded)
        if name.institution_id not in best or order < best[name.institution_id][0]:
            best[name.institution_id] = (order, found)
    in_order = [found for _order, found in sorted(best.values(), key=lambda pair: pair[0])]
    return [found for found in in_order if not _is_covered(found, in_order)]


def meant(found: list[Found]) -> list[Found]:
    """Narrow down to what the text names in full, if it names anything so."""
    for fit in (Fit.SAME, Fit.WHOLE):
        if whole := [one for one in found if one.fit is fit]:
            return whole
    return found


def _is_elsewhere(name: Named, mentioned: Collection[str]) -> bool:
    return bool(mentioned) and bool(name.country_code) and name.country_code not in mentioned


def _is_covered(found: Found, others: list[Found]) -> bool:
    """Tell whether a longer name that fits has this one inside it, as in "... and Security"."""
    return found.fit is Fit.WHOLE and any(
        other.fit <= Fit.WHOLE and other.folded != found.folded and found.folded in other.folded
        for other in others
    )


def may_add_bodies(roles: Collection[str], countries: Collection[str], country: str) -> bool:
    """Tell whether somebody may add and rename bodies of ``country``: administrators all, coordinators their own's."""
    return "administrator" in roles or (bool(country) and not {"*", country}.isdisjoint(countries))
