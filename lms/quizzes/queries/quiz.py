"""A quiz of a version, and where one learner stands with it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from lms.cohorts.queries import Seat
from lms.courses.format import Draw
from lms.courses.format import Quiz as Settings
from lms.courses.outline import Module, Outline, Step, in_language
from lms.courses.queries import items_of, outline_of
from lms.errors import NotFound
from lms.quizzes import rules
from lms.quizzes.items import TYPES, is_scored
from lms.quizzes.models import Attempt
from lms.quizzes.queries.times import extra_time_factor
from lms.web.languages import interface_language


def needed_count(scored_count: int, pass_percent: int) -> int:
    """Say how many right answers pass, where each is right or wrong as a whole."""
    return math.ceil(rules.points_needed(scored_count, pass_percent))


def _keys(draw: Draw) -> tuple[str, ...]:
    return tuple(f"{draw.bank}/{item}" for item in draw.items)


@dataclass(frozen=True)
class Quiz:
    """One quiz step of a version, with its settings."""

    step: Step
    outline: Outline
    version_id: int

    @property
    def settings(self) -> Settings:
        return self.step.settings

    @property
    def pass_percent(self) -> int:
        return self.settings.pass_percent

    @property
    def max_attempts(self) -> int | None:
        return self.settings.max_attempts

    @property
    def limit_seconds(self) -> int | None:
        minutes = self.settings.limit_minutes
        return None if minutes is None else minutes * 60

    @property
    def is_extendable(self) -> bool:
        """Whether a learner can lengthen the limit (WCAG 2.2.1)."""
        return self.limit_seconds is not None and not self.settings.essential

    @property
    def extension(self) -> rules.Extension | None:
        """What a learner could add to the limit; None where it is essential or there is none."""
        if self.limit_seconds is None or not self.is_extendable:
            return None
        return rules.extension(self.limit_seconds, 0)

    @property
    def item_count(self) -> int:
        return sum(draw.count for draw in self.settings.draw)

    @property
    def scored_count(self) -> int:
        """How many of the items earn points. Never chance: a draw by chance mixes them in no course."""
        items = items_of(self.version_id)
        scored = [one for one in self._bank if is_scored(items[one.id].structure)]
        return sum(min(draw.count, sum(map(draw.fits, scored))) for draw in self._draws)

    @property
    def needed_count(self) -> int:
        return needed_count(self.scored_count, self.pass_percent)

    @property
    def module(self) -> Module:
        return next(one for one in self.outline.modules if one.slug == self.step.module_slug)

    @property
    def is_final(self) -> bool:
        return bool(self.outline.certificate["final"] == self.step.path)

    @property
    def is_marked_by_people(self) -> bool:
        """Whether it may ask for something that no rule can mark."""
        banks = {draw.bank for draw in self.settings.draw}
        items = (item for item in items_of(self.version_id).values() if item.bank in banks)
        return any(TYPES[item.structure["type"]].is_marked_by_person for item in items)

    def title(self, language: str) -> str:
        return str(in_language(self.step.titles, language, self.outline.source_language))

    def draw(self, seed: int) -> list[str]:
        """Return the keys of the items of one attempt, in its order."""
        return rules.draw(self._bank, self._draws, seed)

    @property
    def askable(self) -> frozenset[str]:
        """The keys of all items that an attempt may get."""
        draws = self._draws
        return frozenset(item.id for item in self._bank if any(draw.fits(item) for draw in draws))

    @property
    def _bank(self) -> list[rules.BankItem]:
        return [
            rules.BankItem(
                id=key, bank=item.bank, tags=frozenset(item.structure.get("tags", [])),
                difficulty=item.structure.get("difficulty"),
            )
            for key, item in items_of(self.version_id).items()
        ]  # fmt: skip

    @property
    def _draws(self) -> list[rules.Draw]:
        return [
            rules.Draw(draw.bank, draw.count, frozenset(draw.tags), draw.difficulty, _keys(draw))
            for draw in self.settings.draw
        ]


def quiz_of(seat: Seat, path: str) -> Quiz:
    """Return a quiz of the version somebody is enrolled in, else 404."""
    return quiz_of_version(seat.version_id, path)


def quiz_of_attempt(attempt: Attempt) -> Quiz:
    """Return the quiz of an attempt, in the version it was begun in."""
    return quiz_of_version(attempt.version_id, attempt.quiz)


def names_for_learner(attempt: Attempt, page: str) -> dict[str, str]:
    """Name an attempt's course, quiz and page in a message to its learner.

    Args:
        attempt: theirs.
        page: below the quiz: ``start``, ``attempt/1/result``.
    """
    quiz, enrolment = quiz_of_attempt(attempt), attempt.enrolment
    language = interface_language(enrolment.person.language)
    place = f"/learn/{enrolment.cohort.slug}/{quiz.outline.slug}/{attempt.quiz}"
    return {
        "course_title": quiz.outline.title(language),
        "quiz_title": quiz.title(language),
        "page_path": f"{place}/{page}",
    }


def quiz_of_version(version_id: int, path: str) -> Quiz:
    """Return a quiz of a version that the caller may read, else 404."""
    outline = outline_of(version_id)
    step = outline.by_path.get(path)
    if step is None or step.kind != "quiz":
        raise NotFound
    return Quiz(step, outline, version_id)


@dataclass(frozen=True)
class Result:
    """What counts of somebody's attempts at one quiz. A pass stays a pass, whichever of them counts."""

    attempt: Attempt
    is_passed: bool

    @property
    def number(self) -> int:
        return self.attempt.number

    @property
    def score_percent(self) -> float:
        return self.attempt.score_percent or 0


def result_of(attempts: Sequence[Attempt], counts: str) -> Result | None:
    """Return what counts of the attempts that are marked, in the order they were made."""
    marked = [one for one in attempts if one.marked_at is not None]
    if not marked:
        return None
    counting = rules.counting([one.score_percent or 0 for one in marked], counts)
    return Result(marked[counting], any(one.is_passed for one in marked))


@dataclass(frozen=True)
class Standing:
    """Where a learner stands with a quiz: what was tried, and whether there may be another try."""

    seat: Seat
    quiz: Quiz
    attempts: Sequence[Attempt]  # the first one first
    window: rules.Window
    now: datetime

    @property
    def states(self) -> list[rules.AttemptState]:
        return [rules.state(self.now, one.submitted_at, one.deadline_at) for one in self.attempts]

    @cached_property
    def permission(self) -> rules.Permission:
        return rules.may_start(
            self.states,
            self.quiz.max_attempts,
            now=self.now,
            window=self.window,
            retry_at=self.retry_at,
        )

    @property
    def retry_at(self) -> datetime | None:
        """The end of the waiting time since the last attempt; None where there is none."""
        last = self.attempts[-1] if self.attempts else None
        ended_at = (last.submitted_at or last.deadline_at) if last else None
        return rules.retry_at(ended_at, self.quiz.settings.wait_hours)

    @property
    def open_attempt(self) -> Attempt | None:
        return self._last(rules.AttemptState.OPEN)

    @property
    def overdue_attempt(self) -> Attempt | None:
        """The attempt whose time ran out and that nobody has handed in yet."""
        return self._last(rules.AttemptState.CLOSED)

    @property
    def submitted(self) -> list[Attempt]:
        return [one for one in self.attempts if one.submitted_at is not None]

    @cached_property
    def result(self) -> Result | None:
        """What counts of the attempts so far."""
        return result_of(self.attempts, self.quiz.settings.counts)

    @property
    def is_passed(self) -> bool:
        return self.result is not None and self.result.is_passed

    @cached_property
    def extra_time_factor(self) -> float:
        """How many times the limit the learner has; 1 in a quiz without one."""
        if self.quiz.limit_seconds is None:
            return 1
        return extra_time_factor(self.seat.person_id, self.seat.cohort_id)

    @property
    def deadline_at(self) -> datetime | None:
        """When an attempt would end that begins now; the quiz may close before its limit."""
        return rules.deadline(
            self.now, self.quiz.limit_seconds, self.window.closes_at, self.extra_time_factor
        )

    @property
    def seconds_allowed(self) -> int | None:
        """How long an attempt could take that begins now."""
        return rules.seconds_left(self.now, self.deadline_at)

    @property
    def is_shortened(self) -> bool:
        """Whether the quiz closes so soon that an attempt that begins now has less than its limit."""
        limit, closes_at = self.quiz.limit_seconds, self.window.closes_at
        if limit is None or closes_at is None:
            return False
        return closes_at < self.now + timedelta(seconds=limit)

    def _last(self, state: rules.AttemptState) -> Attempt | None:
        found = [one for one, its in zip(self.attempts, self.states, strict=True) if its is state]
        return found[-1] if found else None
