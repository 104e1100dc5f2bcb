"""Mistakes in what a quiz asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lms.courses.folder import CourseFolder
from lms.courses.format import Draw, Gain, Quiz

SCORED_CHECKS: list[Callable[[dict[str, Any]], bool]] = []
"""Say whether an item can earn points; filled by ``wiring``, because item types live above this package."""


def quiz_mistakes(folder: CourseFolder, quiz: Quiz) -> Iterator[tuple[str, str]]:
    drawn: list[dict[str, Any]] = []
    for draw in quiz.draw:
        bank = folder.items.get(draw.bank)
        if bank is None:
            yield f"there is no bank {draw.bank!r}.", f"Add items/{draw.bank}.toml."
            continue
        unknown = set(draw.items) - {str(item.get("id")) for item in bank}
        for named in unknown:
            yield f"the bank {draw.bank} has no item {named!r}.", "Name one of its items."
        fitting = [item for item in bank if _fits(item, draw)]
        if len(fitting) < draw.count and not unknown:
            what = f"draws {draw.count} items, but only {len(fitting)} fit."
            yield what, "Draw fewer or write more."
        if not draw.items and len(set(map(is_scored, fitting))) > 1:
            what = "draws by chance among items that are scored and items that are not."
            yield what, "Draw those that are not scored by name (items), or by a tag of their own."
        drawn += fitting
    if drawn and quiz.pass_percent and not any(map(is_scored, drawn)):
        yield "nothing in it is scored, so nobody could pass.", "Write pass_percent = 0."
    if quiz.gain:
        yield from gain_mistakes(folder, quiz, quiz.gain)


def gain_mistakes(folder: CourseFolder, quiz: Quiz, gain: Gain) -> Iterator[tuple[str, str]]:
    """Tell what keeps a pre-test and its post-test from being compared."""
    post = dict(folder.step_entries()).get(gain.post)
    if post is None or post.quiz is None or post.quiz is quiz:
        yield f"the post-test {gain.post!r} is no other quiz of this course.", "Name one."
        return
    for objective in gain.objectives:
        for name, asking in (("this quiz", quiz), (gain.post, post.quiz)):
            if objective not in _askable_tags(folder, asking):
                what = f"no question that {name} may draw has the objective {objective!r}."
                yield what, "Tag a question with it, or leave the objective out."


def _askable_tags(folder: CourseFolder, quiz: Quiz) -> set[str]:
    return {
        tag
        for draw in quiz.draw
        for item in folder.items.get(draw.bank, [])
        if _fits(item, draw) and is_scored(item)
        for tag in item.get("tags", [])
    }


def _fits(item: dict[str, Any], draw: Draw) -> bool:
    if draw.items:
        return item.get("id") in draw.items
    tags = set(draw.tags) <= set(item.get("tags", []))
    return tags and draw.difficulty in {None, item.get("difficulty")}


def is_scored(item: dict[str, Any]) -> bool:
    return all(ask(item) for ask in SCORED_CHECKS)
