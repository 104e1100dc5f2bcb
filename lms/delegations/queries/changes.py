"""What a change in mid-course would do, before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from lms.cohorts.models import Cohort
from lms.cohorts.queries import courses_of, newest_version_id
from lms.courses.models import CourseVersion
from lms.courses.outline import Step
from lms.courses.queries import outline_of
from lms.delegations.queries.members import Member
from lms.extensions import db
from lms.web.languages import chosen_language


@dataclass(frozen=True)
class CourseAfterMove:
    """One course, and whether it moves, stays behind, or begins."""

    title: str
    what: str  # moves, stays or begins
    done: int
    total: int


def places_after_move(members: list[Member], target: Cohort) -> list[CourseAfterMove]:
    """List what becomes of somebody's courses in another cohort."""
    there = {link.course_id for link in courses_of(target)}
    language = chosen_language()
    found = [
        CourseAfterMove(
            member.progress.outline.title(language),
            "moves" if member.enrolment.course_id in there else "stays",
            member.progress.done_count,
            len(member.progress.outline.steps),
        )
        for member in members
    ]
    mine = {member.enrolment.course_id for member in members}
    for course_id in sorted(there - mine):
        outline = outline_of(newest_version_id(course_id))
        found.append(CourseAfterMove(outline.title(language), "begins", 0, len(outline.steps)))
    return found


@dataclass(frozen=True)
class ChangeOfVersion:
    """What carries over when somebody goes on in another version of a course."""

    number_before: int
    number_after: int
    kept: list[Step]  # done, and in both
    lost: list[Step]  # done, and not in the new one
    new: list[Step]  # in the new one alone

    @property
    def is_none(self) -> bool:
        return self.number_before == self.number_after


def change_of_version(member: Member) -> ChangeOfVersion:
    """Compare the version that somebody is in with the newest one: steps are the same by their path."""
    before, after_id = member.progress.outline, newest_version_id(member.enrolment.course_id)
    after = outline_of(after_id)
    numbers = dict(
        db.session.execute(
            select(CourseVersion.id, CourseVersion.number).where(
                CourseVersion.id.in_([member.enrolment.version_id, after_id])
            )
        ).all()
    )
    done = [step for step in before.steps if step.path in member.progress.done]
    return ChangeOfVersion(
        numbers[member.enrolment.version_id],
        numbers[after_id],
        [step for step in done if step.path in after.paths],
        [step for step in done if step.path not in after.paths],
        [step for step in after.steps if step.path not in before.paths],
    )
