"""What another key would do to the attempts made with the wrong one. Reading it saves nothing.

Applying it reads the same, so what was shown and what is done cannot differ.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from lms.cohorts.models import Enrolment
from lms.courses.models import CourseVersion
from lms.courses.queries import items_of
from lms.extensions import db
from lms.quizzes import rules
from lms.quizzes.items import Response
from lms.quizzes.models import Answer, Attempt, KeyCorrection
from lms.quizzes.queries.scripts import Script, corrections_of


@dataclass(frozen=True)
class Proposal:
    """What shall hold instead of a wrong key; plain values, so that a job can be given it."""

    item_key: str
    version_ids: tuple[int, ...]
    response: Any  # the answer that should be right; None: the whole mark to everybody

    @property
    def is_given_to_all(self) -> bool:
        return self.response is None

    def correction(self, version_id: int, today: KeyCorrection | None) -> KeyCorrection:
        """Return the correction of one version, not saved yet.

        Raises:
            NoKey: no key makes this response right.
        """
        item = items_of(version_id)[self.item_key]
        script = Script(self.item_key, item, None, today)
        structure = script.structure
        if not self.is_given_to_all:
            structure = script.type.with_key(structure, self.response)
        key = {name: now for name, now in structure.items() if item.structure.get(name) != now}
        return KeyCorrection(
            version_id=version_id,
            item_key=self.item_key,
            is_given_to_all=self.is_given_to_all,
            key=key,
        )


@dataclass(frozen=True)
class Outcome:
    """One attempt: what it has, and what it would have."""

    attempt: Attempt
    marks: dict[str, float]
    is_changed: bool
    before_percent: float | None  # None: it waits for a marker, so it has no score yet
    was_passed: bool
    result: rules.Result | None

    @property
    def difference(self) -> float:
        if self.result is None or self.before_percent is None:
            return 0
        return self.result.score_percent - self.before_percent


@dataclass(frozen=True)
class Regrade:
    """Everything that a proposal would do."""

    proposal: Proposal
    corrections: list[KeyCorrection]  # one for each version, not saved
    outcomes: list[Outcome]  # of all attempts that were asked this and are handed in
    corrected_before: list[int]  # ids of the corrections that hold until now

    @cached_property
    def changed(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.is_changed]

    @cached_property
    def up(self) -> list[Outcome]:
        return [one for one in self.changed if one.difference > 0]

    @cached_property
    def down(self) -> list[Outcome]:
        return [one for one in self.changed if one.difference < 0]

    @cached_property
    def waiting(self) -> list[Outcome]:
        """Those that have no score yet: it will come from the new key."""
        return [one for one in self.changed if one.result is None]

    @cached_property
    def newly_passed(self) -> list[Outcome]:
        return [
            one for one in self.changed
            if one.result and one.result.is_passed and not one.was_passed
        ]  # fmt: skip

    @cached_property
    def kept(self) -> list[Outcome]:
        """Passes that the new score would not give, and that are kept."""
        return [one for one in self.changed if one.result and one.result.is_pass_kept]

    @cached_property
    def fingerprint(self) -> str:
        """Change with whatever would change the outcome: an answer, an attempt, another key."""
        facts = [
            [one.attempt.id, one.before_percent, one.was_passed, sorted(one.marks.items())]
            for one in self.outcomes
        ]
        keys = [[one.version_id, one.is_given_to_all, one.key] for one in self.corrections]
        text = json.dumps([facts, keys, self.corrected_before], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def regrade_of(proposal: Proposal, *, to_change: bool = False) -> Regrade:
    """Work out what a proposal does, from a fixed number of statements for each version.

    Args:
        proposal: its versions and its item exist.
        to_change: the caller holds the keys; nobody else changes these attempts until this
            transaction ends.

    Raises:
        NoKey: no key makes its response right.
    """
    today = {number: corrections_of(number) for number in proposal.version_ids}
    before = [one[proposal.item_key] for one in today.values() if proposal.item_key in one]
    corrections = [
        proposal.correction(number, today[number].get(proposal.item_key))
        for number in proposal.version_ids
    ]
    attempts, responses = _attempts(proposal, to_change=to_change), _responses(proposal)
    by_version = {one.version_id: one for one in corrections}
    outcomes = [
        _outcome(attempt, responses.get(attempt.id), by_version[attempt.version_id])
        for attempt in attempts
    ]
    return Regrade(proposal, corrections, outcomes, sorted(one.id for one in before))


def hold_keys(version_ids: Iterable[int], *, to_correct: bool = False) -> None:
    """Keep the keys of versions as they are until this transaction ends; to correct one, alone.

    Whoever hands in meanwhile waits, and is then marked with the new key.
    """
    lock = select(CourseVersion.id).where(CourseVersion.id.in_(sorted(version_ids)))
    db.session.execute(
        lock.order_by(CourseVersion.id).with_for_update(read=not to_correct, key_share=to_correct)
    )


def _handed_in(proposal: Proposal) -> Select[Any]:
    return select(Attempt.id).where(
        Attempt.version_id.in_(proposal.version_ids), Attempt.submitted_at.is_not(None)
    )


def _attempts(proposal: Proposal, *, to_change: bool) -> list[Attempt]:
    query = select(Attempt).where(Attempt.id.in_(_handed_in(proposal))).order_by(Attempt.id)
    if to_change:
        people = selectinload(Attempt.enrolment).selectinload(Enrolment.person)
        cohorts = selectinload(Attempt.enrolment).selectinload(Enrolment.cohort)
        query = query.options(people, cohorts).with_for_update(of=Attempt)
    found = db.session.scalars(query.execution_options(populate_existing=to_change))
    return [attempt for attempt in found if proposal.item_key in attempt.item_keys]


def _responses(proposal: Proposal) -> dict[int, Response]:
    """Return what counts as the answer to the item, by attempt."""
    last = (
        select(func.max(Answer.id))
        .where(
            Answer.attempt_id.in_(_handed_in(proposal)),
            Answer.item_key == proposal.item_key,
            ~Answer.is_stale,
        )
        .group_by(Answer.attempt_id)
    )
    rows = db.session.execute(select(Answer.attempt_id, Answer.response).where(Answer.id.in_(last)))
    return dict(rows.all())


def _outcome(attempt: Attempt, response: Response | None, correction: KeyCorrection) -> Outcome:
    key = correction.item_key
    script = Script(key, items_of(attempt.version_id)[key], response, correction)
    marks = attempt.marks | {key: script.mark()}
    was_passed = bool(attempt.is_passed)
    result = None
    if attempt.marked_at is not None:
        result = rules.result(marks.values(), attempt.pass_percent, was_passed=was_passed)
    return Outcome(
        attempt=attempt,
        marks=marks,
        is_changed=marks != attempt.marks,
        before_percent=attempt.score_percent,
        was_passed=was_passed,
        result=result,
    )
