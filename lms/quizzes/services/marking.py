"""Marks that people give. Nothing here commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.errors import Conflict, LmsError
from lms.extensions import db
from lms.notices import services as notices
from lms.quizzes import queries, rules
from lms.quizzes.models import Attempt, Marking
from lms.quizzes.queries import Paper, Task
from lms.quizzes.services.attempts import settle
from lms.quizzes.services.scores import change_score


class MarkedMeanwhile(Conflict):
    message = _l(
        "Somebody else has marked this answer since you opened the page. Nothing of yours is saved;"
        " it stands below."
    )


class OwnAnswer(Conflict):
    message = _l("This is your own answer. Somebody else who teaches the course marks it.")


class SecondMarkerNeeded(Conflict):
    message = _l(
        "You have marked this answer first. The second person must be another one who teaches the"
        " course."
    )


class LevelMissing(LmsError):
    status = 422
    message = _l("Choose a level for each criterion.")


class ReasonMissing(LmsError):
    status = 422
    message = _l("Say why the mark is changed. Whoever looks at the history reads it.")


@dataclass(frozen=True)
class Given:
    """What somebody sent about one answer."""

    place: int  # as the first or the second marker
    levels: Mapping[str, int]  # criterion -> level
    comment: str = ""  # the learner reads it
    reason: str = ""  # why an earlier mark is changed
    seen_id: int = 0  # the mark that the page showed; 0: none


def mark_answer(paper: Paper, task: Task, marker: Person, given: Given) -> None:
    """Add a mark, and settle the attempt with the last one that it waits for.

    Args:
        paper: as ``paper_of(..., to_change=True)`` finds it.
        task: one of its answers.
        marker: who teaches the course.
        given: what was sent.
    """
    if _is_repeat(task.holding(given.place), marker, given):
        return
    earlier = _check(paper, task, marker, given)
    try:
        share = rules.share(task.rubric, given.levels)
    except ValueError as error:
        raise LevelMissing from error
    marking = Marking(
        attempt_id=paper.attempt.id,
        item_key=task.key,
        position=given.place,
        marker_id=marker.id,
        levels=dict(given.levels),
        share=share,
        comment=given.comment,
        reason=given.reason if earlier else "",
        marked_at=datetime.now(UTC),
    )
    db.session.add(marking)
    db.session.flush()
    audit.record(
        "change_mark" if earlier else "mark_answer", "attempt", paper.attempt.id,
        country_code=paper.attempt.enrolment.cohort.country_code, reason=marking.reason,
        item=task.key, place=given.place, share=share,
    )  # fmt: skip
    _count(paper.attempt, marking)


def _is_repeat(mark: Marking | None, marker: Person, given: Given) -> bool:
    """Whether a form came twice: a mark that is there already is no other one."""
    if mark is None or mark.marker_id != marker.id or mark.id == given.seen_id:
        return False
    return (mark.levels, mark.comment) == (given.levels, given.comment)


def _check(paper: Paper, task: Task, marker: Person, given: Given) -> Marking | None:
    """Refuse what somebody may not do; return the mark that is changed."""
    if paper.is_of(marker):
        raise OwnAnswer
    if given.place == rules.SECOND and task.place_of(marker) == rules.FIRST:
        raise SecondMarkerNeeded
    earlier = task.holding(given.place)
    if (
        paper.place_for(marker, task) != given.place
        or (earlier.id if earlier else 0) != given.seen_id
    ):
        raise MarkedMeanwhile
    if earlier and not given.reason.strip():
        raise ReasonMissing
    return earlier


def _count(attempt: Attempt, marking: Marking) -> None:
    """Let a new mark count: in an attempt that is settled at once, else with the last one missing."""
    (paper,) = queries.papers([attempt])
    if paper.is_settled:
        change_score(attempt, paper.marks, reason=marking.reason, actor_id=marking.marker_id)
        _tell(paper, is_change=True)
    elif paper.stage is rules.Stage.DONE:
        attempt.marks = paper.marks
        settle(attempt)
        _tell(paper, is_change=False)


def _tell(paper: Paper, *, is_change: bool) -> None:
    attempt = paper.attempt
    names = queries.names_for_learner(attempt, f"attempt/{attempt.number}/result")
    notices.send_answers_marked(attempt.enrolment.person, **names, is_change=is_change)
