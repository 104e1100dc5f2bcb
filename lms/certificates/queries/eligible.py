"""Who is due a certificate, and what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from lms.accounts.models import Person, RoleGrant
from lms.certificates import drawing, rules
from lms.certificates.models import Certificate
from lms.certificates.queries import printing
from lms.certificates.queries.certificates import valid_certificates
from lms.certificates.queries.occasions import (
    Occasion,
    is_taught,
    occasion_of,
    of_enrolment,
    of_teaching,
)
from lms.certificates.rules import USUAL, Choices, Kind
from lms.cohorts.models import Cohort, CohortCourse, Enrolment
from lms.courses.models import Course
from lms.courses.queries import newest_version, outline_of
from lms.errors import NotFound
from lms.extensions import db
from lms.progress.models import Completion, DoneStep, Standing
from lms.progress.queries import progress_of_many
from lms.progress.rules import Progress
from lms.quizzes.models import Attempt

_ANY_NUMBER = "KZ-2026-7Q3M-W8KD-R4TN-9HXG"  # all numbers are equally long


@dataclass(frozen=True)
class _Known:
    """What decides about many enrolments at once; each from one statement."""

    progress: dict[int, Progress]
    held: dict[int, Certificate]  # the newest completion that is neither revoked nor replaced
    marking: dict[int, set[str]]  # quizzes that wait for a marker
    passes: dict[int, list[Attempt]]  # of the final assessment
    suspended: set[tuple[int, int]]  # who holds a suspended certificate of a course: ids of both


def _known(enrolments: list[Enrolment]) -> _Known:
    ids = [enrolment.id for enrolment in enrolments]
    versions = {(enrolment.id, enrolment.version_id) for enrolment in enrolments}
    finals = {version: outline_of(version).certificate["final"] for _id, version in versions}
    marking: dict[int, set[str]] = defaultdict(set)
    passes: dict[int, list[Attempt]] = defaultdict(list)
    if ids:
        query = select(Attempt).where(
            Attempt.enrolment_id.in_(ids),
            (Attempt.submitted_at.is_not(None) & Attempt.marked_at.is_(None))
            | (Attempt.is_passed.is_(True) & Attempt.quiz.in_(set(finals.values()))),
        )
        version_of = dict(versions)
        for attempt in db.session.scalars(query.order_by(Attempt.id)):
            if attempt.waits_for_marker:
                marking[attempt.enrolment_id].add(attempt.quiz)
            elif attempt.quiz == finals[version_of[attempt.enrolment_id]]:
                passes[attempt.enrolment_id].append(attempt)
    held = valid_certificates(ids)
    return _Known(progress_of_many(versions), held, marking, passes, _suspended(enrolments))


def _suspended(enrolments: list[Enrolment]) -> set[tuple[int, int]]:
    people = {one.person_id for one in enrolments}
    query = select(Certificate.person_id, Certificate.course_id).where(
        Certificate.suspended_at.is_not(None),
        Certificate.is_current(),
        Certificate.enrolment_id.is_not(None),
        Certificate.person_id.in_(people),
    )
    return {(person, course) for person, course in db.session.execute(query)} if people else set()


def eligibility_of(
    what: Enrolment | Occasion,
    progress: Progress | None = None,
    choices: Choices = USUAL,
) -> rules.Eligibility:
    """Compare what one person has done, and what would be printed, with what a certificate asks for."""
    occasion = of_enrolment(what) if isinstance(what, Enrolment) else what
    known = _known([occasion.enrolment] if occasion.enrolment else [])
    if progress is not None and occasion.enrolment is not None:
        known.progress[occasion.enrolment.id] = progress
    return rules.eligibility(_record(occasion, known, choices), choices.kind)


def _record(occasion: Occasion, known: _Known, choices: Choices) -> rules.Record:
    facts = printing.printed_facts(occasion, _ANY_NUMBER, date(2026, 9, 30), choices)
    printed = printed_part(occasion.person, facts)
    if occasion.enrolment is None:
        return rules.Record(**printed, is_teaching=is_taught(occasion))
    one = occasion.enrolment.id
    progress, held = known.progress[one], known.held.get(one)
    missing = {step.path for step in progress.missing_quizzes()}
    return rules.Record(
        **printed,
        progress=progress,
        marking=len(missing & known.marking.get(one, set())),
        is_renewal=held is not None and held.expires_on is not None,
        has_passed_afresh=any(_is_afresh(passed, held) for passed in known.passes.get(one, [])),
        holds_completion=held is not None,
        has_suspended=(occasion.person.id, occasion.course.id) in known.suspended,
    )


def printed_part(person: Person, facts: drawing.PrintedFacts) -> dict[str, Any]:
    """Return what a record says of the page: whether the name is settled, and all can be printed."""
    letters = drawing.missing_letters(facts.name_latin + facts.name_native)
    too_long = set(drawing.overlong_lines_of(facts))
    every_letter = set(drawing.missing_letters_of(facts))
    return {
        "is_name_confirmed": person.name_confirmed_at is not None,
        "name_latin": facts.name_latin,
        "unprintable": letters,
        "is_name_too_long": bool(too_long & {"name", "name_native"}),
        "is_page_unprintable": bool(too_long - {"name", "name_native"})
        or not every_letter <= set(letters),
    }


def _is_afresh(passed: Attempt, held: Certificate | None) -> bool:
    """Tell whether a pass counts for the certificate that follows on one that ends."""
    return held is not None and rules.is_renewable(held.expires_at, passed.started_at)


def best_pass(enrolment: Enrolment) -> Attempt | None:
    """Return the pass of the final assessment that the next certificate rests on: the best, of two the first."""
    known = _known([enrolment])
    passes, held = known.passes.get(enrolment.id, []), known.held.get(enrolment.id)
    counting = [one for one in passes if held is None or _is_afresh(one, held)]
    return max(counting, key=lambda one: (one.score_percent or 0, -one.id), default=None)


def earned_at(occasion: Occasion, kind: str) -> datetime | None:
    """Return when the last thing was done that a certificate says; None of whoever teaches."""
    if occasion.enrolment is None:
        return None
    if kind != Kind.COMPLETION:
        texts = [step.path for step in outline_of(occasion.version_id).steps if step.kind != "quiz"]
        mine = (DoneStep.enrolment_id == occasion.enrolment.id, DoneStep.path.in_(texts))
        return db.session.scalar(select(func.max(DoneStep.done_at)).where(*mine))
    completion = db.session.get(Completion, occasion.enrolment.id)
    passed = best_pass(occasion.enrolment)
    done = [completion.completed_at] if completion else []
    done += [passed.submitted_at] if passed and passed.submitted_at else []
    return max(done, default=None)


def completed_without_certificate(person: Person) -> list[int]:
    """List the enrolments that somebody has finished and never had a certificate for."""
    query = (
        select(Completion.enrolment_id)
        .join(Enrolment, Enrolment.id == Completion.enrolment_id)
        .where(Enrolment.person_id == person.id, ~_has_one(Kind.COMPLETION))
    )
    return list(db.session.scalars(query))


def _has_one(kind: Kind) -> Any:
    """Ask for an enrolment that ever had a certificate of a kind."""
    mine = (Certificate.enrolment_id == Enrolment.id, Certificate.kind == kind)
    return select(Certificate.id).where(*mine).exists()


@dataclass(frozen=True)
class Candidate:
    """One line of the officer's list."""

    occasion: Occasion
    kind: Kind
    course_title: str
    eligibility: rules.Eligibility
    done_count: int
    step_count: int

    @property
    def enrolment(self) -> Any:
        """The enrolment, or what has the same person, cohort and course."""
        return self.occasion.enrolment or self.occasion


def finished(officer: Person) -> list[Candidate]:
    """List who has done all in the officer's countries, and has no certificate of that, or may renew it."""
    query = (
        _listed(officer)
        .join(Completion, Completion.enrolment_id == Enrolment.id)
        .where(~_has_one_of_this() | Enrolment.id.in_(_renewing()))
    )
    return candidates(db.session.scalars(query))


def _has_one_of_this() -> ColumnElement[bool]:
    """Ask for enrolments with a certificate of their completion, though it was revoked since.

    Whoever lost the pass, and has passed once more after the revocation, is due a new one.
    """
    is_of_this = Certificate.is_current() | (Certificate.revoked_at >= Completion.completed_at)
    mine = (Certificate.enrolment_id == Enrolment.id, Certificate.kind == Kind.COMPLETION)
    return select(Certificate.id).where(*mine, is_of_this).exists()


def _renewing() -> Select[int | None]:
    """Select the enrolments whose certificate ends soon or has ended, and that passed a quiz since."""
    other = aliased(Certificate)
    others = (other.occasion == Certificate.occasion, other.kind == Certificate.kind)
    is_longer = other.expires_on.is_(None) | (other.expires_on > Certificate.expires_on)
    is_followed = select(other.id).where(*others, is_longer).exists()
    first_issued_at = (  # before it was issued anew, perhaps
        select(func.min(other.issued_at))
        .where(*others, other.expires_on == Certificate.expires_on)
        .scalar_subquery()
    )
    return (
        select(Certificate.enrolment_id)
        .join(Attempt, Attempt.enrolment_id == Certificate.enrolment_id)
        .where(
            Certificate.kind == Kind.COMPLETION,
            Certificate.is_current(),
            Certificate.expires_at < rules.renewable_until(datetime.now(UTC)),
            ~is_followed,
            Attempt.is_passed.is_(True),
            Attempt.started_at > first_issued_at,
        )
    )


def participants(officer: Person) -> list[Candidate]:
    """List who has done every step in the officer's countries, but not all quizzes, and has no certificate."""
    versions = db.session.scalars(select(Enrolment.version_id).distinct())
    read_all = [
        (Enrolment.version_id == version)
        & (Standing.done_count >= sum(step.kind != "quiz" for step in outline_of(version).steps))
        for version in versions
    ]
    query = (
        _listed(officer)
        .join(Standing, Standing.enrolment_id == Enrolment.id)
        .outerjoin(Completion, Completion.enrolment_id == Enrolment.id)
        .where(
            Completion.enrolment_id.is_(None),
            or_(false(), *read_all),
            ~_has_one(Kind.PARTICIPATION),
            ~_has_one(Kind.COMPLETION),
        )
    )
    found = candidates(db.session.scalars(query), Choices(Kind.PARTICIPATION))
    return [line for line in found if not line.eligibility.gap(rules.Clause.STEPS)]


def instructors(officer: Person) -> list[Candidate]:
    """List who teaches a course that a cohort of the officer's countries takes, and was never thanked for it.

    An instructor of all courses is thanked for none of them by this list.
    """
    thanks = select(Certificate.id).where(
        Certificate.kind == Kind.THANKS,
        Certificate.person_id == Person.id,
        Certificate.cohort_id == Cohort.id,
        Certificate.course_id == Course.id,
    )
    query = (
        select(Person, Cohort, Course, CohortCourse)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Course, Course.slug == RoleGrant.scope_object)
        .join(CohortCourse, CohortCourse.course_id == Course.id)
        .join(Cohort, Cohort.id == CohortCourse.cohort_id)
        .where(
            RoleGrant.role == "instructor",
            RoleGrant.scope == "course",
            RoleGrant.is_open(),
            Person.active.is_(True),
            ~thanks.exists(),
            Person.id != officer.id,
            _of_countries(officer),
        )
        .order_by(Cohort.slug, Course.slug, Person.family_name_latin, Person.id)
    )
    rows = db.session.execute(query).unique().all()  # held, so that nothing is looked up again
    newest = {slug: newest_version(slug).id for slug in {course.slug for *_, course, _ in rows}}
    found = (
        of_teaching(person, cohort, course, newest[course.slug])
        for person, cohort, course, _taken in rows
    )
    return candidates(found, Choices(Kind.THANKS))


DUE: dict[Kind, Callable[[Person], list[Candidate]]] = {
    Kind.COMPLETION: finished,
    Kind.PARTICIPATION: participants,
    Kind.THANKS: instructors,
}
"""Who may be due a certificate of each kind, with what is missing."""


def unfinished(officer: Person) -> Select[Enrolment]:
    """Select who still has something to do in the officer's countries."""
    return (
        _listed(officer)
        .outerjoin(Completion, Completion.enrolment_id == Enrolment.id)
        .where(Completion.enrolment_id.is_(None), ~_has_one_of_this())
    )


def candidates(
    found: Iterable[Enrolment | Occasion],
    choices: Choices = USUAL,
) -> list[Candidate]:
    """Say what is missing of people that the caller may see, from a few statements for all."""
    occasions = [of_enrolment(one) if isinstance(one, Enrolment) else one for one in found]
    known = _known([one.enrolment for one in occasions if one.enrolment])
    return [_candidate(one, known, choices) for one in occasions]


def _candidate(occasion: Occasion, known: _Known, choices: Choices) -> Candidate:
    outline = outline_of(occasion.version_id)
    progress = known.progress.get(occasion.enrolment.id) if occasion.enrolment else None
    return Candidate(
        occasion=occasion,
        kind=choices.kind,
        course_title=outline.title("en"),
        eligibility=rules.eligibility(_record(occasion, known, choices), choices.kind),
        done_count=progress.done_count if progress else 0,
        step_count=len(outline.steps),
    )


def _listed(officer: Person) -> Select[Enrolment]:
    """Select who takes part in the officer's countries, in the order of the lists; never the officer."""
    query = _enrolments(officer).join(Enrolment.person)
    query = query.where(Enrolment.withdrawn_at.is_(None), Enrolment.person_id != officer.id)
    return query.order_by(Cohort.slug, Person.family_name_latin, Enrolment.id)


def candidates_of(officer: Person, enrolment_ids: Iterable[int]) -> list[Enrolment]:
    """Return enrolments in the officer's countries, in the order of the list; 404 when one is not there."""
    wanted = set(enrolment_ids)
    query = _enrolments(officer).where(Enrolment.id.in_(wanted)).order_by(Cohort.slug, Enrolment.id)
    found = list(db.session.scalars(query))
    if {enrolment.id for enrolment in found} != wanted:
        raise NotFound
    return found


def occasions_of(officer: Person, keys: Iterable[str]) -> list[Occasion]:
    """Return occasions in the officer's countries by their keys, in that order; 404 when one is not there.

    A key of teaching could name anybody, also of other countries: it is there only where somebody teaches, or did.
    """
    wanted = list(dict.fromkeys(keys))
    parts = [key.removeprefix("enrolment:") for key in wanted]
    ids = [int(part) for part in parts if part.isdecimal() and len(part) < 10]
    enrolments = {f"enrolment:{one.id}": one for one in candidates_of(officer, ids)}
    found = [
        of_enrolment(enrolments[key]) if key in enrolments else occasion_of(key) for key in wanted
    ]
    countries = officer.objects_of("officer", "country")
    if "*" not in countries and any(one.cohort.country_code not in countries for one in found):
        raise NotFound
    if not all(one.enrolment or is_taught(one) or _was_thanked(one) for one in found):
        raise NotFound
    return found


def _was_thanked(occasion: Occasion) -> bool:
    query = select(Certificate.id).where(Certificate.occasion == occasion.key)
    return db.session.scalar(query.limit(1)) is not None


def _of_countries(officer: Person) -> ColumnElement[bool]:
    countries = officer.objects_of("officer", "country")
    return true() if "*" in countries else Cohort.country_code.in_(countries)


def _enrolments(officer: Person) -> Select[Enrolment]:
    """Select the enrolments of an officer's countries, with what a list shows of them."""
    return (
        select(Enrolment)
        .join(Enrolment.cohort)
        .options(
            joinedload(Enrolment.person).lazyload(Person.grants),
            joinedload(Enrolment.cohort),
            joinedload(Enrolment.course),
        )
        .where(_of_countries(officer))
    )
