"""Answers that people mark: what waits, what was given, and what a marker may see of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from lms.accounts.models import Person
from lms.cohorts.models import Enrolment
from lms.courses.models import CourseItem, CourseVersion
from lms.courses.outline import in_language
from lms.courses.queries import items_of, outline_of
from lms.errors import NotFound
from lms.extensions import db
from lms.quizzes import rules
from lms.quizzes.items import TYPES
from lms.quizzes.models import Attempt, Marking
from lms.quizzes.queries.quiz import Quiz
from lms.quizzes.queries.scripts import last_answers


@dataclass(frozen=True)
class Task:
    """One answer that people mark, with all marks that were given for it, the oldest first."""

    key: str
    number: int  # of the question in the attempt
    item: CourseItem
    markings: tuple[Marking, ...]

    def holding(self, place: int) -> Marking | None:
        """Return the mark that holds of the first or the second marker."""
        return next((one for one in reversed(self.markings) if one.position == place), None)

    def place_of(self, person: Person) -> int | None:
        """Return the place from which somebody has marked this answer."""
        return next((one.position for one in self.markings if one.marker_id == person.id), None)

    @property
    def given(self) -> rules.Shares:
        return rules.Shares(*(self._share(place) for place in (rules.FIRST, rules.SECOND)))

    def _share(self, place: int) -> float | None:
        mark = self.holding(place)
        return mark.share if mark else None

    @property
    def rubric(self) -> dict[str, int]:
        return dict(self.item.structure["rubric"])


@dataclass(frozen=True)
class Paper:
    """A submitted attempt as those who mark it meet it."""

    attempt: Attempt
    quiz: Quiz
    tasks: tuple[Task, ...]

    @property
    def is_anonymous(self) -> bool:
        return self.quiz.settings.marking.anonymous

    @property
    def within_percent(self) -> int:
        """How close to the pass mark a second person marks; 0: never."""
        return self.quiz.settings.marking.second_marker_percent

    @property
    def is_settled(self) -> bool:
        return self.attempt.marked_at is not None

    @cached_property
    def stage(self) -> rules.Stage:
        """What it waits for. What is settled stays settled, whatever is changed later."""
        if self.is_settled:
            return rules.Stage.DONE
        return rules.stage(
            [task.given for task in self.tasks],
            list(self.attempt.marks.values()),
            self.attempt.pass_percent,
            self.within_percent,
        )

    @property
    def marks(self) -> dict[str, float]:
        """The marks of all items: those by rule, and the mean of what the markers gave."""
        return self.attempt.marks | {task.key: task.given.mean for task in self.tasks}

    def task(self, key: str) -> Task:
        for task in self.tasks:
            if task.key == key:
                return task
        raise NotFound

    def place_for(self, person: Person, task: Task) -> int | None:
        """Say as which marker somebody may mark an answer now; None: not now."""
        own = task.place_of(person)
        return rules.place(self.stage, task.given, own, is_blind=self.within_percent > 0)

    def shows_marks_to(self, person: Person, task: Task) -> bool:
        """Whether somebody may see what others gave: a second marker must not be led by the first."""
        is_open = self.within_percent == 0 or self.stage is rules.Stage.DONE
        return is_open or task.place_of(person) is not None

    def is_of(self, person: Person) -> bool:
        return self.attempt.enrolment.person_id == person.id

    def next_for(self, person: Person) -> Task | None:
        """The first answer that somebody has not marked and may mark now."""
        open_tasks = (task for task in self.tasks if task.place_of(person) is None)
        if self.is_settled or self.is_of(person):
            return None
        return next((one for one in open_tasks if self._is_missing(person, one)), None)

    def _is_missing(self, person: Person, task: Task) -> bool:
        place = self.place_for(person, task)
        return place is not None and task.holding(place) is None

    @property
    def marked_count(self) -> int:
        """How many answers have the mark that the attempt waits for."""
        place = rules.SECOND if self.stage is rules.Stage.SECOND else rules.FIRST
        return sum(task.holding(place) is not None for task in self.tasks)


def _attempts(course_id: int, path: str) -> Select[Any]:
    return (
        select(Attempt)
        .join(CourseVersion, CourseVersion.id == Attempt.version_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            CourseVersion.course_id == course_id,
            Attempt.quiz == path,
            Attempt.submitted_at.is_not(None),
            Enrolment.withdrawn_at.is_(None),
        )
    )


WITH_LEARNER = (
    selectinload(Attempt.enrolment).selectinload(Enrolment.person),
    selectinload(Attempt.enrolment).selectinload(Enrolment.cohort),
)


def waiting_papers(course_id: int, path: str) -> list[Paper]:
    """List what waits to be marked in a quiz of a course, in all its versions; the oldest first."""
    query = _attempts(course_id, path).where(Attempt.marked_at.is_(None))
    rows = db.session.scalars(
        query.order_by(Attempt.submitted_at, Attempt.id).options(*WITH_LEARNER)
    )
    return papers(list(rows))


def done_attempts(course_id: int, path: str) -> Select[Any]:
    """Select the attempts that people have marked, the last marked one first."""
    by_person = select(Marking).where(Marking.attempt_id == Attempt.id).exists()
    query = _attempts(course_id, path).where(Attempt.marked_at.is_not(None), by_person)
    return query.order_by(Attempt.marked_at.desc(), Attempt.id).options(*WITH_LEARNER)


def paper_of(course_id: int, path: str, attempt_id: int, *, to_change: bool = False) -> Paper:
    """Return a submitted attempt of a quiz of a course that has something for people to mark, else 404."""
    query = _attempts(course_id, path).where(Attempt.id == attempt_id)
    attempt = db.session.scalar(query.with_for_update(of=Attempt) if to_change else query)
    if attempt is None:
        raise NotFound
    (paper,) = papers([attempt])
    if not paper.tasks:
        raise NotFound
    return paper


def papers(attempts: Sequence[Attempt]) -> list[Paper]:
    """Add to attempts what was marked so far; one statement, however many there are."""
    given = _markings([attempt.id for attempt in attempts])
    return [_paper(attempt, given[attempt.id]) for attempt in attempts]


def _paper(attempt: Attempt, given: Sequence[Marking]) -> Paper:
    items, outline = items_of(attempt.version_id), outline_of(attempt.version_id)
    quiz = Quiz(outline.by_path[attempt.quiz], outline, attempt.version_id)
    by_key = markings_by_key(attempt, given)
    tasks = tuple(
        Task(key, number, items[key], tuple(by_key[key]))
        for number, key in enumerate(attempt.item_keys, 1)
        if TYPES[items[key].structure["type"]].is_marked_by_person
        and (key in by_key or key not in attempt.marks)  # what was not answered needs no marker
    )
    return Paper(attempt, quiz, tasks)


def markings_by_key(attempt: Attempt, given: Iterable[Marking]) -> defaultdict[str, list[Marking]]:
    """Sort the marks of an attempt by item. One from before it was opened again is of another answer."""
    by_key: defaultdict[str, list[Marking]] = defaultdict(list)
    for one in given:
        if attempt.submitted_at is not None and one.marked_at >= attempt.submitted_at:
            by_key[one.item_key].append(one)
    return by_key


def markings_of(attempt: Attempt) -> defaultdict[str, list[Marking]]:
    """Return the marks of one attempt by item, the oldest first."""
    return markings_by_key(attempt, _markings([attempt.id])[attempt.id])


def _markings(attempt_ids: list[int]) -> defaultdict[int, list[Marking]]:
    query = select(Marking).where(Marking.attempt_id.in_(attempt_ids)).order_by(Marking.id)
    found: defaultdict[int, list[Marking]] = defaultdict(list)
    for one in db.session.scalars(query):
        found[one.attempt_id].append(one)
    return found


def response_to(paper: Paper, task: Task) -> Any:
    """Return the answer that counts."""
    answer = last_answers(paper.attempt).get(task.key)
    return answer.response if answer else None


def text_of(paper: Paper, task: Task, language: str) -> dict[str, Any]:
    """Return an item's words in a language, else in the one it was written in."""
    text: dict[str, Any] = in_language(
        task.item.texts, language, paper.quiz.outline.source_language
    )
    return text


def waiting_counts(course_id: int) -> dict[str, int]:
    """Count what waits to be marked in each quiz of a course."""
    rows = db.session.execute(
        select(Attempt.quiz, func.count())
        .join(CourseVersion, CourseVersion.id == Attempt.version_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            CourseVersion.course_id == course_id,
            Attempt.submitted_at.is_not(None),
            Attempt.marked_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
        )
        .group_by(Attempt.quiz)
    )
    return dict(rows.all())
