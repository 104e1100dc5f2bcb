"""Completion as set logic: never a percentage, never rounded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from lms.courses.outline import Module, Outline, Step


@dataclass(frozen=True)
class Progress:
    """How far somebody is in one version of a course."""

    outline: Outline
    done: frozenset[str]  # paths of finished steps, only those of this version

    @cached_property
    def missing(self) -> list[Step]:
        """Return what is still to do, in the order of the course."""
        return [step for step in self.outline.steps if step.path not in self.done]

    @property
    def is_complete(self) -> bool:
        return self.outline.paths <= self.done

    @cached_property
    def next_step(self) -> Step | None:
        """Return where to go on: the first unfinished step after the last finished one, else the first unfinished."""
        last = max((self.outline.by_path[path].number for path in self.done), default=0)
        after = (step for step in self.missing if step.number > last)
        return next(after, None) or next(iter(self.missing), None)

    @property
    def done_count(self) -> int:
        return len(self.done)

    def done_in(self, module: Module) -> int:
        return sum(step.path in self.done for step in module.steps)

    def missing_quizzes(self) -> list[Step]:
        return [step for step in self.missing if step.kind == "quiz"]

    def missing_texts(self) -> list[Step]:
        return [step for step in self.missing if step.kind != "quiz"]


def progress(outline: Outline, done: Iterable[str]) -> Progress:
    """Build the progress of somebody who has finished ``done``; paths of other versions do not count."""
    return Progress(outline, frozenset(done) & outline.paths)
