"""What becomes of each row, decided from what is known about everything that the rows name: pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from lms.accounts.rules import normal_email
from lms.cohorts.rules import fold
from lms.cohorts.services.imports import values as checks
from lms.cohorts.services.imports.values import Problem, problem
from lms.lib.names import clean_name

NAMES = ("given_name", "family_name", "given_name_latin", "family_name_latin")
LIKENESS = 0.8


@dataclass(frozen=True)
class KnownCohort:
    """A cohort that the uploader coordinates."""

    id: int
    slug: str
    country: str
    language: str  # of whoever says none
    courses: Mapping[str, int]  # slug to id


@dataclass(frozen=True)
class KnownPerson:
    id: int
    is_active: bool
    is_visible: bool  # to the uploader, and so may be spoken of
    names: tuple[str, ...]  # as in NAMES


@dataclass(frozen=True)
class Place:
    """Somebody's place in one course of a cohort."""

    enrolled_on: date
    left_on: date | None


@dataclass(frozen=True)
class Known:
    """Everything that rows are compared with."""

    cohort: KnownCohort  # of the import
    cohorts: Mapping[str, KnownCohort]  # by slug
    countries: frozenset[str]
    people: dict[str, KnownPerson]  # by address
    places: dict[tuple[int, int], dict[int, Place]]  # (person, cohort) to course to place
    institutions: Mapping[str, frozenset[int]]  # by folded name
    institution_names: Mapping[str, str]  # folded to written
    near: dict[str, str] = field(default_factory=dict)  # answers that were looked for once


@dataclass(frozen=True)
class Wanted:
    """What a row that is ready asks for."""

    email: str
    cohort: KnownCohort
    course_ids: tuple[int, ...]
    person: KnownPerson | None
    names: dict[str, str]
    language: str
    gender: str
    institution_id: int | None
    post: str


@dataclass(frozen=True)
class Verdict:
    """A row's state with what is said about it; ``wanted`` of a row that is ready."""

    state: str
    problems: list[Problem]
    wanted: Wanted | None = None


def judge(rows: Iterable[tuple[int, Mapping[str, str]]], known: Known) -> Iterator[Verdict]:
    """Judge rows in their order, so that the first of two with one address is kept."""
    first: dict[tuple[str, int], int] = {}
    for number, row in rows:
        cohort = _cohort(row, known)
        email = normal_email(row.get("email", ""))
        earlier = None
        if email and cohort and (email in known.people or not checks.check_email(email)):
            earlier = first.setdefault((email, cohort.id), number)
        if earlier not in {None, number}:
            yield Verdict("duplicate", [problem("email", "duplicate", email, row=str(earlier))])
        else:
            yield _verdict(row, email, cohort, known)


def _cohort(row: Mapping[str, str], known: Known) -> KnownCohort | None:
    slug = row.get("cohort", "").strip().lower()
    return known.cohorts.get(slug) if slug else known.cohort


def _verdict(
    row: Mapping[str, str], email: str, cohort: KnownCohort | None, known: Known
) -> Verdict:
    person = known.people.get(email)
    email_problem = None if person else checks.check_email(row.get("email", ""))
    problems = [*([email_problem] if email_problem else []), *_problems(row, cohort, known)]
    if cohort is None or email_problem:
        return Verdict("fix", problems)
    places = known.places.get((person.id, cohort.id), {}) if person else {}
    course_ids = _courses(row, cohort)
    staying = [places[one] for one in course_ids if one in places and not places[one].left_on]
    if person and course_ids and len(staying) == len(course_ids):
        since = min(place.enrolled_on for place in staying)
        here = problem("email", "here", email, day=since.isoformat())
        return Verdict("here", [here, *_name_notes(row, person)])
    if person and person.is_visible and not person.is_active:
        problems.append(problem("email", "closed", email))
    if problems:
        return Verdict("fix", problems)
    wanted = _wanted(row, email, cohort, person, known)
    return Verdict("ready", list(_notes(row, wanted, places)), wanted)


def _problems(
    row: Mapping[str, str], cohort: KnownCohort | None, known: Known
) -> Iterator[Problem]:
    own = (cohort or known.cohort).country
    yield from filter(
        None,
        (
            *(checks.check_name(name, row.get(name, "")) for name in NAMES),
            checks.check_country(row.get("country", ""), own, known.countries),
            checks.check_language(row.get("language", "")),
            checks.check_text("post", row.get("post", "")),
            checks.check_gender(row.get("gender", "")),
            _check_institution(row.get("institution", ""), known),
        ),
    )
    if cohort is None:
        yield problem("cohort", "cohort_unknown", row.get("cohort", "").strip(), "")
    elif not cohort.courses:
        yield problem("courses", "no_course", cohort.slug)
    else:
        yield from _check_courses(row.get("courses", ""), cohort)
    if row.get("extra"):
        yield problem("", "extra_cells", row["extra"])


def _check_institution(text: str, known: Known) -> Problem | None:
    written = clean_name(text)
    key = fold(written)
    if not key:
        return None
    found = known.institutions.get(key)
    if found is not None and len(found) == 1:
        return None
    if found is not None:
        return problem("institution", "institution_twice", written)
    if key not in known.near:
        near = get_close_matches(key, known.institutions, 1, LIKENESS)
        known.near[key] = known.institution_names[near[0]] if near else ""
    if known.near[key]:
        return problem("institution", "institution_near", written, known.near[key])
    return problem("institution", "institution_unknown", written, "")


def _named_courses(text: str) -> list[str]:
    return [part.strip().lower() for part in text.replace(";", ",").split(",") if part.strip()]


def _check_courses(text: str, cohort: KnownCohort) -> Iterator[Problem]:
    for name in _named_courses(text):
        if name not in cohort.courses:
            yield problem("courses", "course_unknown", name, "", list=", ".join(cohort.courses))


def _courses(row: Mapping[str, str], cohort: KnownCohort) -> tuple[int, ...]:
    """Return the courses that a row asks for: all of the cohort when it names none."""
    named = _named_courses(row.get("courses", ""))
    chosen = [cohort.courses[name] for name in named if name in cohort.courses]
    return tuple(dict.fromkeys(chosen)) or tuple(cohort.courses.values())


def _wanted(
    row: Mapping[str, str],
    email: str,
    cohort: KnownCohort,
    person: KnownPerson | None,
    known: Known,
) -> Wanted:
    language = row.get("language", "").strip().lower() or cohort.language
    found = known.institutions.get(fold(clean_name(row.get("institution", ""))))
    return Wanted(
        email=email,
        cohort=cohort,
        course_ids=_courses(row, cohort),
        person=person,
        names={name: clean_name(row.get(name, ""), language) for name in NAMES},
        language=language,
        gender=checks.gender_of(row.get("gender", "")) or "",
        institution_id=next(iter(found)) if found else None,
        post=clean_name(row.get("post", "")),
    )


def _notes(
    row: Mapping[str, str], wanted: Wanted, places: Mapping[int, Place]
) -> Iterator[Problem]:
    """Say what is worth knowing of a row that is ready; of whom the uploader may not see, nothing."""
    person = wanted.person
    left = [place.left_on for place in places.values() if place.left_on]
    if person and left:
        yield problem("email", "came_back", wanted.email, day=max(left).isoformat())
    elif person and person.is_visible and not places:
        yield problem("email", "elsewhere", wanted.email)
    if person:
        yield from _name_notes(row, person)
    elif wanted.post and not wanted.institution_id:
        yield problem("post", "post_alone", wanted.post)


def _name_notes(row: Mapping[str, str], person: KnownPerson) -> Iterator[Problem]:
    """Tell of names that differ from those that are known: they are never overwritten."""
    if not person.is_visible:
        return
    pairs = zip(NAMES, person.names, strict=True)
    differ = [
        known
        for name, known in pairs
        if row.get(name, "").strip() and fold(row[name]) != fold(known)
    ]
    if differ:
        shown = " ".join(part for part in person.names[2:] if part) or " ".join(
            part for part in person.names[:2] if part
        )
        yield problem("given_name", "name_differs", shown or "–")
