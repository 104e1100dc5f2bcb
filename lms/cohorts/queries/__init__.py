"""Finding cohorts and enrolments, with the access check inside."""

from lms.cohorts.queries.cohorts import (
    coordinated_cohort,
    coordinated_cohorts,
    course_titles,
    courses_of,
    enrolments_of,
    newest_version_id,
)
from lms.cohorts.queries.countries import country_name, list_countries
from lms.cohorts.queries.institutions import find_institutions
from lms.cohorts.queries.invitations import open_invitations
from lms.cohorts.queries.seats import SEAT, SEAT_OF, Seat, seat_by_enrolment, seat_of, seats_of

__all__ = [
    "SEAT",
    "SEAT_OF",
    "Seat",
    "coordinated_cohort",
    "coordinated_cohorts",
    "country_name",
    "course_titles",
    "courses_of",
    "enrolments_of",
    "find_institutions",
    "list_countries",
    "newest_version_id",
    "open_invitations",
    "seat_by_enrolment",
    "seat_of",
    "seats_of",
]
