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
from lms.cohorts.queries.institutions import (
    affiliation_of,
    body_ids,
    body_of,
    find_institutions,
    institution_of,
    meant_institutions,
    survivor_ids,
)
from lms.cohorts.queries.invitations import invitation_of, open_invitations, open_links
from lms.cohorts.queries.places import intake_cohort_ids, quotas_of, seat_holders, taken_seats
from lms.cohorts.queries.seats import SEAT, SEAT_OF, Seat, seat_by_enrolment, seat_of, seats_of

__all__ = [
    "SEAT",
    "SEAT_OF",
    "Seat",
    "affiliation_of",
    "body_ids",
    "body_of",
    "coordinated_cohort",
    "coordinated_cohorts",
    "country_name",
    "course_titles",
    "courses_of",
    "enrolments_of",
    "find_institutions",
    "institution_of",
    "intake_cohort_ids",
    "invitation_of",
    "list_countries",
    "meant_institutions",
    "newest_version_id",
    "open_invitations",
    "open_links",
    "quotas_of",
    "seat_by_enrolment",
    "seat_holders",
    "seat_of",
    "seats_of",
    "survivor_ids",
    "taken_seats",
]
