"""One person's courses in a cohort: how far, when, with which results; never the answers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from lms.cohorts.models import Cohort
from lms.courses.contents import Contents, ModuleLine, StepLine
from lms.courses.queries import contents_of
from lms.delegations.queries.members import Member
from lms.extensions import db
from lms.progress.models import DoneStep
from lms.quizzes.models import Attempt
from lms.quizzes.queries import Result, counting_results
from lms.quizzes.queries.staff import attempts_of_person, staff_state


@dataclass(frozen=True)
class ModuleRecord:
    """How far somebody is in one module."""

    module: ModuleLine
    done_count: int
    last_done_at: datetime | None
    quizzes: list[tuple[StepLine, Result | None]]  # with what counts, never the answers


@dataclass(frozen=True)
class CourseRecord:
    """One person's course, module by module."""

    member: Member
    contents: Contents
    modules: list[ModuleRecord]

    @property
    def next(self) -> StepLine | None:
        step = self.member.progress.next_step
        return self.contents.by_path[step.path][1] if step else None


def course_record(member: Member, language: str) -> CourseRecord:
    contents = contents_of(member.enrolment.version_id, language)
    times = _done_times(member.enrolment.id)
    results = counting_results([member.enrolment.id]).get(member.enrolment.id, {})
    quizzes = {step.path for step in member.progress.outline.steps if step.kind == "quiz"}
    modules = [
        ModuleRecord(
            module=module,
            done_count=sum(step.path in member.progress.done for step in module.steps),
            last_done_at=max(
                (times[step.path] for step in module.steps if step.path in times), default=None
            ),
            quizzes=[
                (step, results.get(step.path)) for step in module.steps if step.path in quizzes
            ],
        )
        for module in contents.modules
    ]
    return CourseRecord(member, contents, modules)


def _done_times(enrolment_id: int) -> dict[str, datetime]:
    """Return when each step was finished, also of somebody who was withdrawn since."""
    rows = db.session.execute(
        select(DoneStep.path, DoneStep.done_at).where(DoneStep.enrolment_id == enrolment_id)
    )
    return dict(rows.all())


def attempts_by_enrolment(cohort: Cohort, person_id: int) -> dict[int, list[tuple[Attempt, str]]]:
    """List somebody's attempts, each with its state, by the course they are in; never answers."""
    now = datetime.now(UTC)
    found: dict[int, list[tuple[Attempt, str]]] = defaultdict(list)
    for attempt in attempts_of_person(cohort.id, person_id):
        found[attempt.enrolment_id].append((attempt, staff_state(attempt, now)))
    return found
