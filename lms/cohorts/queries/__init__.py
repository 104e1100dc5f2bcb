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
from lms.cohorts.queries.invitations import invitation_of, open_invitations, open_links
from lms.cohorts.queries.places import intake_cohort_ids, quotas_of, seat_holders, taken_seats
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
    "intake_cohort_ids",
    "invitation_of",
    "list_countries",
    "newest_version_id",
    "open_invitations",
    "open_links",
    "quotas_of",
    "seat_by_enrolment",
    "seat_holders",
    "seat_of",
    "seats_of",
    "taken_seats",
]
