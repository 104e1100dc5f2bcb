"""What a coordinator sees of a cohort that ``cohorts.queries.coordinated_cohort`` has opened."""

from __future__ import annotations

from lms.delegations.queries.dashboard import CourseGroup, Delegation, delegation_of, people_counts
from lms.delegations.queries.members import Member, member_of, members_of, reminded_at
from lms.delegations.queries.record import (
    CourseRecord,
    ModuleRecord,
    attempts_by_enrolment,
    course_record,
    history,
)
from lms.delegations.queries.times import QuizTimes, quiz_times, times_of_quiz

__all__ = [
    "CourseGroup",
    "CourseRecord",
    "Delegation",
    "Member",
    "ModuleRecord",
    "QuizTimes",
    "attempts_by_enrolment",
    "course_record",
    "delegation_of",
    "history",
    "member_of",
    "members_of",
    "people_counts",
    "quiz_times",
    "reminded_at",
    "times_of_quiz",
]
