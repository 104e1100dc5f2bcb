"""Reading what people paste: addresses from a mail program, lines from a table."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from lms.accounts.rules import is_email, normal_email

LONGEST_NAME = 100  # characters of a given or family name
LONGEST_TEXT = 200  # of an institution or a post
MOST_PARTS = 5


class LineProblem(StrEnum):
    """Why a pasted line cannot be taken."""

    NO_ADDRESS = "no_address"
    BAD_ADDRESS = "bad_address"
    TWO_ADDRESSES = "two_addresses"
    TOO_MANY_PARTS = "too_many_parts"
    NO_NAME = "no_name"
    TOO_LONG = "too_long"
    BAD_LANGUAGE = "bad_language"
    REPEATED = "repeated"


@dataclass(frozen=True)
class PastedAddress:
    """One address to invite, or a line in which none could be read."""

    line: int
    text: str  # as it was pasted
    email: str = ""
    language: str = ""
    problem: LineProblem | None = None


@dataclass(frozen=True)
class Nominee:
    """Whom a focal point proposes, as it was written."""

    email: str
    given_name: str
    family_name: str
    language: str
    institution: str = ""
    post: str = ""


@dataclass(frozen=True)
class PastedNominee:
    """One pasted line: a nominee, or why there is none in it."""

    line: int
    text: str
    nominee: Nominee | None = None
    problem: LineProblem | None = None


def pasted_addresses(text: str, language: str, languages: Collection[str]) -> list[PastedAddress]:
    """Read addresses as people paste them: one or several on a line, in angle brackets or not.

    A line may name its language by a code (``kk``); names around an address are passed over.
    """
    found: list[PastedAddress] = []
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            found += _addresses_in(number, line.strip(), language, languages, seen)
    return found


def _addresses_in(
    number: int, line: str, language: str, languages: Collection[str], seen: set[str]
) -> list[PastedAddress]:
    words = [word.strip("<>()[]\"'") for word in re.split(r"[\s,;]+", line)]
    own = next((word.lower() for word in words if word.lower() in languages), language)
    addresses = [word for word in words if "@" in word]
    if not addresses:
        return [PastedAddress(number, line, problem=LineProblem.NO_ADDRESS)]
    found = []
    for word in addresses:
        email = normal_email(word)
        problem = None if is_email(word) else LineProblem.BAD_ADDRESS
        if email in seen:
            problem = LineProblem.REPEATED
        seen.add(email)
        found.append(PastedAddress(number, word, email, own, problem))
    return found


def pasted_nominees(
    text: str, language: str, languages: Collection[str], *, is_family_name_first: bool
) -> list[PastedNominee]:
    """Read lines of name, e-mail, institution, post and language, as tables and people write them.

    Args:
        text: the lines; their parts are set apart by tabs, else by semicolons, else by commas.
        language: of whoever names none.
        languages: the codes that may stand at the end of a line.
        is_family_name_first: how the country orders a name.
    """
    found: list[PastedNominee] = []
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        read = _nominee_in(line, language, languages, is_family_name_first=is_family_name_first)
        if isinstance(read, LineProblem):
            found.append(PastedNominee(number, line.strip(), problem=read))
        elif read.email in seen:
            found.append(PastedNominee(number, line.strip(), problem=LineProblem.REPEATED))
        else:
            seen.add(read.email)
            found.append(PastedNominee(number, line.strip(), read))
    return found


def _nominee_in(
    line: str, language: str, languages: Collection[str], *, is_family_name_first: bool
) -> Nominee | LineProblem:
    separator = next((one for one in ("\t", ";") if one in line), ",")
    parts = [part.strip().strip('"').strip() for part in line.split(separator)]
    problem = _problem_of(parts)
    if problem is not None:
        return problem
    name, email, institution, post, own = (*parts, "", "", "")[:MOST_PARTS]
    if own and own.lower() not in languages:
        return LineProblem.BAD_LANGUAGE
    given, family = split_name(name, is_family_name_first=is_family_name_first)
    if max(len(given), len(family)) > LONGEST_NAME:
        return LineProblem.TOO_LONG
    return Nominee(normal_email(email), given, family, own.lower() or language, institution, post)


def _problem_of(parts: list[str]) -> LineProblem | None:
    addresses = [part for part in parts if "@" in part]
    checks = (
        (not addresses, LineProblem.NO_ADDRESS),
        (len(addresses) > 1, LineProblem.TWO_ADDRESSES),
        (len(parts) > MOST_PARTS, LineProblem.TOO_MANY_PARTS),
        (not parts[0] or "@" in parts[0], LineProblem.NO_NAME),
        (len(parts) < 2 or not is_email(parts[1]), LineProblem.BAD_ADDRESS),
        (any(len(part) > LONGEST_TEXT for part in parts), LineProblem.TOO_LONG),
    )
    return next((problem for is_so, problem in checks if is_so), None)


def split_name(name: str, *, is_family_name_first: bool) -> tuple[str, str]:
    """Split a whole name in given and family name; a single word is the given name."""
    first, _space, rest = name.partition(" ")
    if not rest:
        return first, ""
    if is_family_name_first:
        return rest.strip(), first
    given, _space, family = name.rpartition(" ")
    return given.strip(), family
