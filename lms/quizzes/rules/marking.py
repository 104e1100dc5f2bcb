"""What the marks that people give come to, and who gives the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.quizzes.rules.points import Number, Score, exact, score

FIRST, SECOND = 1, 2  # the markers' places


class Stage(StrEnum):
    """What an attempt waits for."""

    FIRST = "first"  # not all of its answers are marked
    SECOND = "second"  # it is so close to the pass mark that a second person marks it too
    DONE = "done"


@dataclass(frozen=True)
class Shares:
    """What both markers gave for one answer; None where nobody has marked yet."""

    first: float | None = None
    second: float | None = None

    @property
    def mean(self) -> float:
        given = [share for share in (self.first, self.second) if share is not None]
        return sum(given) / len(given) if given else 0.0


def share(rubric: Mapping[str, int], levels: Mapping[str, int]) -> float:
    """Say which share of an item's points the levels of a rubric earn.

    Args:
        rubric: criterion -> its highest level.
        levels: criterion -> the level chosen.

    Raises:
        ValueError: a criterion has no level, or one that it does not have.
    """
    if levels.keys() != rubric.keys() or any(not 0 <= levels[one] <= rubric[one] for one in rubric):
        raise ValueError("each criterion has one of its levels")
    return sum(levels.values()) / sum(rubric.values())


def is_borderline(result: Score, pass_percent: Number, within_percent: int) -> bool:
    """Say whether a result is so close to the pass mark that a second person should look."""
    return within_percent > 0 and abs(result.percent - exact(pass_percent)) <= within_percent


def stage(
    given: Sequence[Shares], by_rule: Sequence[float], pass_percent: Number, within_percent: int
) -> Stage:
    """Say what an attempt waits for. The first marks alone decide whether there is a second marker.

    Args:
        given: of each answer that people mark.
        by_rule: the marks of all other items.
        pass_percent: what passes.
        within_percent: how close to it a second person marks; 0: never.
    """
    firsts = [one.first for one in given if one.first is not None]
    if len(firsts) < len(given):
        return Stage.FIRST
    marks = [*by_rule, *firsts]
    is_close = is_borderline(score([1] * len(marks), marks), pass_percent, within_percent)
    if is_close and any(one.second is None for one in given):
        return Stage.SECOND
    return Stage.DONE


def place(stage: Stage, given: Shares, own: int | None, *, is_blind: bool) -> int | None:
    """Say as which marker somebody may mark an answer now; None: not now.

    Args:
        stage: of the attempt.
        given: for this answer.
        own: the place from which this person has marked it before.
        is_blind: whether there may be a second marker, who must not know the first marks.
    """
    if own is not None:
        return own
    if given.first is None:
        return FIRST
    if stage is Stage.SECOND and given.second is None:
        return SECOND
    return FIRST if stage is Stage.DONE or not is_blind else None
