"""What was learnt between a pre-test and its post-test, cohort by cohort."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.authoring.queries.quiz import TaughtQuiz
from lms.authoring.rules import missing
from lms.cohorts.models import Cohort, Enrolment
from lms.courses.format import Gain as Settings
from lms.courses.models import CourseItem
from lms.courses.queries import items_of
from lms.errors import NotFound
from lms.extensions import db
from lms.quizzes.models import Attempt
from lms.quizzes.rules import gain as rules


@dataclass(frozen=True)
class CohortGain:
    """What the learners of one cohort, or of all, gained."""

    slug: str  # empty: all cohorts together
    title: str
    pairs: list[rules.Pair]
    unpaired_count: int  # did the pre-test, and not yet the post-test

    @property
    def missing_count(self) -> int:
        return missing(len(self.pairs))

    @property
    def gain(self) -> rules.Gain | None:
        """None with too few pairs."""
        return None if self.missing_count else rules.gain(self.pairs)


@dataclass(frozen=True)
class PersonGain:
    """What one learner gained; ``pair`` is None before the post-test."""

    name: str
    pair: rules.Pair | None


@dataclass(frozen=True)
class _Course:
    """How one enrolment did: both sides, as far as they are there."""

    enrolment_id: int
    cohort_slug: str
    cohort_title: str
    pair: rules.Pair | None


def gain_settings(taught: TaughtQuiz) -> Settings:
    """Return what makes a quiz a pre-test, else 404."""
    found = taught.quiz.settings.gain
    if found is None:
        raise NotFound
    return found


def gain_of_cohorts(taught: TaughtQuiz) -> list[CohortGain]:
    """List all cohorts together, then each. One statement, whatever the number of learners."""
    courses = _courses(taught)
    by_cohort: dict[tuple[str, str], list[_Course]] = defaultdict(list)
    for one in courses:
        by_cohort[one.cohort_title, one.cohort_slug].append(one)
    return [
        _cohort("", "", courses),
        *(_cohort(slug, title, found) for (title, slug), found in sorted(by_cohort.items())),
    ]


def gain_of_people(taught: TaughtQuiz, cohort: str) -> tuple[Cohort, list[PersonGain]]:
    """List the learners of one cohort who did the pre-test, by name; else 404."""
    found = db.session.scalar(
        select(Cohort)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(Cohort.slug == cohort, Enrolment.course_id == taught.version.course_id)
        .limit(1)
    )
    if found is None:
        raise NotFound
    people = _people(found.id, taught.version.course_id)
    courses = [one for one in _courses(taught, found.id) if one.enrolment_id in people]
    lines = [PersonGain(people[one.enrolment_id], one.pair) for one in courses]
    return found, sorted(lines, key=lambda line: line.name)


def _people(cohort_id: int, course_id: int) -> dict[int, str]:
    query = select(Enrolment.id, Person).join(Person, Person.id == Enrolment.person_id)
    query = query.where(Enrolment.cohort_id == cohort_id, Enrolment.course_id == course_id)
    return {
        enrolment_id: person.name for enrolment_id, person in db.session.execute(query).unique()
    }


def _cohort(slug: str, title: str, courses: Iterable[_Course]) -> CohortGain:
    found = list(courses)
    pairs = [one.pair for one in found if one.pair is not None]
    return CohortGain(slug, title, pairs, len(found) - len(pairs))


def _courses(taught: TaughtQuiz, cohort_id: int | None = None) -> list[_Course]:
    """Pair each enrolment's first marked pre-test with its first marked post-test after that."""
    settings = gain_settings(taught)
    before: dict[int, Any] = {}
    after: dict[int, Any] = {}
    for row in db.session.execute(_attempts(taught, settings, cohort_id)):
        if row.quiz == taught.step.path:
            before.setdefault(row.enrolment_id, row)
        elif _is_after(row, before.get(row.enrolment_id)):
            after.setdefault(row.enrolment_id, row)
    found = []
    for enrolment_id, pre in before.items():
        pre_percent = _percent(pre, settings.objectives)
        if pre_percent is None:  # it asked nothing on the objectives then
            continue
        post = after.get(enrolment_id)
        post_percent = _percent(post, settings.objectives) if post else None
        pair = None if post_percent is None else rules.Pair(pre_percent, post_percent)
        found.append(_Course(enrolment_id, pre.slug, pre.title, pair))
    return found


def _attempts(taught: TaughtQuiz, settings: Settings, cohort_id: int | None) -> Any:
    query: Any = (
        select(
            Attempt.enrolment_id, Attempt.version_id, Attempt.quiz, Attempt.marks,
            Attempt.started_at, Attempt.submitted_at, Cohort.slug, Cohort.title,
        )
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Enrolment.course_id == taught.version.course_id,
            Attempt.quiz.in_([taught.step.path, settings.post]),
            Attempt.marked_at.is_not(None),
        )
        .order_by(Attempt.enrolment_id, Attempt.started_at, Attempt.id)
    )  # fmt: skip
    return query if cohort_id is None else query.where(Enrolment.cohort_id == cohort_id)


def _is_after(post: Any, pre: Any) -> bool:
    return pre is not None and bool(post.started_at >= pre.submitted_at)


def _percent(attempt: Any, objectives: Iterable[str]) -> float | None:
    """Say how good an attempt is on the objectives; None where it asked nothing about them."""
    items: Mapping[str, CourseItem] = items_of(attempt.version_id)
    wanted = set(objectives)
    marks = [
        mark
        for key, mark in attempt.marks.items()
        if wanted.intersection(items[key].structure.get("tags", []))
    ]
    return 100 * fmean(marks) if marks else None
