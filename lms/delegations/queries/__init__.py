"""What a coordinator sees of a cohort that ``cohorts.queries.coordinated_cohort`` has opened."""

from __future__ import annotations

from lms.delegations.queries.comparison import (
    cohorts_to_compare,
    comparable_cohorts,
    comparison_of,
    institution_names,
)
from lms.delegations.queries.members import Member, member_of, reminded_at
from lms.delegations.queries.overview import Overview, TakenVersion, overview_of, people_counts
from lms.delegations.queries.people import NAMELESS, Cell, Filters, Row, people_page, with_cells
from lms.delegations.queries.record import (
    CourseRecord,
    ModuleRecord,
    attempts_by_enrolment,
    course_record,
)
from lms.delegations.queries.reminders import (
    Candidate,
    Recipient,
    facts_of,
    plan,
    standing_rules,
)
from lms.delegations.queries.timeline import SHOWN, Event, timeline
from lms.delegations.queries.times import QuizTimes, quiz_times, times_of_quiz

__all__ = [
    "NAMELESS",
    "SHOWN",
    "Candidate",
    "Cell",
    "CourseRecord",
    "Event",
    "Filters",
    "Member",
    "ModuleRecord",
    "Overview",
    "QuizTimes",
    "Recipient",
    "Row",
    "TakenVersion",
    "attempts_by_enrolment",
    "cohorts_to_compare",
    "comparable_cohorts",
    "comparison_of",
    "course_record",
    "facts_of",
    "institution_names",
    "member_of",
    "overview_of",
    "people_counts",
    "people_page",
    "plan",
    "quiz_times",
    "reminded_at",
    "standing_rules",
    "timeline",
    "times_of_quiz",
    "with_cells",
]
