"""How a quiz and its items did: figures over the first attempts of all learners, without their names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lms.authoring.queries.items import ItemFigures
from lms.authoring.queries.quiz import TaughtQuiz
from lms.authoring.rules import missing
from lms.courses.models import CourseItem
from lms.courses.queries import items_of
from lms.errors import NotFound
from lms.quizzes.queries import FirstTry, Script, corrections_of, first_tries, saved_answers
from lms.quizzes.rules import analysis as rules


@dataclass
class Log:
    """What the logs of the attempts say, by attempt and item."""

    responses: dict[tuple[int, str], Any] = field(default_factory=dict)
    seconds: dict[tuple[int, str], float] = field(default_factory=dict)


@dataclass(frozen=True)
class QuizAnalysis:
    """One quiz over the first marked attempts of all its learners, in all versions of the course."""

    taught: TaughtQuiz
    tries: list[FirstTry]
    items: list[ItemFigures]  # in the order of their banks

    @property
    def missing_count(self) -> int:
        return missing(len(self.tries))

    @property
    def passed(self) -> int:
        return sum(one.is_passed for one in self.tries)

    @cached_property
    def spread(self) -> rules.Spread | None:
        """Mean, deviation and reliability; None with too few attempts."""
        if self.missing_count:
            return None
        rows = [[one.marks[key] for key in one.item_keys if key in one.marks] for one in self.tries]
        return rules.spread(rows, [one.score_percent for one in self.tries])

    @property
    def tenths(self) -> list[int]:
        """Count the attempts by tenths of the score: 0-9 %, 10-19 % ... 90-100 %."""
        counted = Counter(min(9, int(one.score_percent // 10)) for one in self.tries)
        return [counted[tenth] for tenth in range(10)]

    @property
    def scored(self) -> list[ItemFigures]:
        return [item for item in self.items if item.type.is_scored]

    @property
    def unscored(self) -> list[ItemFigures]:
        """Questions without a right answer: what was answered is all there is to know."""
        return [item for item in self.items if not item.type.is_scored]

    def item(self, key: str, revision: int) -> ItemFigures:
        """Return one item that was asked or may be, else 404."""
        for item in self.items:
            if (item.key, item.revision) == (key, revision):
                return item
        raise NotFound


def quiz_analysis(taught: TaughtQuiz) -> QuizAnalysis:
    """Analyse a quiz. Its statements are as many for one attempt as for thousands."""
    tries = first_tries(taught.version.course_id, taught.step.path)
    found = _all_items(taught, tries)
    log = _read_log(taught, tries)
    for one in tries:
        for key in one.item_keys:
            _add(found[key, one.revision(key)], one, key, log)
    return QuizAnalysis(taught, tries, list(found.values()))


def _all_items(taught: TaughtQuiz, tries: Iterable[FirstTry]) -> dict[tuple[str, int], ItemFigures]:
    """Find what is asked today and what was asked before, each item in each revision once.

    Of the versions that ask the same the newest gives the words.
    """
    asked: dict[tuple[str, int], tuple[int, CourseItem]] = {
        (key, item.revision): (taught.version.id, item) for key, item in taught.items.items()
    }
    for version_id in sorted({one.version_id for one in tries}, reverse=True):
        items = items_of(version_id)
        for key in {key for one in tries if one.version_id == version_id for key in one.item_keys}:
            asked.setdefault((key, items[key].revision), (version_id, items[key]))
    versions = {version_id for version_id, _item in asked.values()}
    corrections = {version_id: corrections_of(version_id) for version_id in versions}
    found = {}
    for (key, revision), (version_id, item) in asked.items():
        newest = taught.items.get(key)
        found[key, revision] = ItemFigures(
            key=key,
            item=item,
            structure=Script(key, item, None, corrections[version_id].get(key)).structure,
            text=taught.text(item),
            is_asked=newest is not None and newest.revision == revision,
        )
    return found


def _add(item: ItemFigures, one: FirstTry, key: str, log: Log) -> None:
    mark = one.marks.get(key)
    rest = None if mark is None else rules.rest_percent(one.marks, key)
    item.add(mark, rest, log.responses.get((one.attempt_id, key)))
    seconds = log.seconds.get((one.attempt_id, key))
    if seconds is not None:
        item.seconds.append(seconds)


def _read_log(taught: TaughtQuiz, tries: Iterable[FirstTry]) -> Log:
    """Keep of each item the last answer, and how long it took: from the event before to each save.

    What waited on a device without a line says nothing about its time.
    """
    log, unknown = Log(), set()
    before = {one.attempt_id: one.started_at for one in tries}
    seconds: dict[tuple[int, str], float] = defaultdict(float)
    for saved in saved_answers(taught.version.course_id, taught.step.path):
        place = saved.attempt_id, saved.item_key
        log.responses[place] = saved.response
        seconds[place] += (saved.saved_at - before[saved.attempt_id]).total_seconds()
        before[saved.attempt_id] = saved.saved_at
        if saved.is_replay:
            unknown.add(place)
    log.seconds = {place: value for place, value in seconds.items() if place not in unknown}
    return log


SORTS: dict[str, Callable[[ItemFigures], Any]] = {
    "question": lambda item: item.item.id,
    "answers": lambda item: item.count,
    "right": lambda item: item.right_percent,
    "rest": lambda item: item.correlation,
    "time": lambda item: item.median_seconds,
    "flags": lambda item: len(item.flags) or None,
}
"""What a list of items can be sorted by."""
HARDEST_FIRST = "right"


def sorted_items(items: Iterable[ItemFigures], sort: str) -> Iterator[ItemFigures]:
    """Sort by one of ``SORTS``, with a minus before it downwards; what has no figure comes last."""
    value = SORTS.get(sort.removeprefix("-"), SORTS[HARDEST_FIRST])
    known = [item for item in items if value(item) is not None]
    yield from sorted(known, key=value, reverse=sort.startswith("-"))
    yield from (item for item in items if value(item) is None)
