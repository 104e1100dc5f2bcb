"""Countries, their institutions, what is funded, who takes part and how they come in."""

from lms.cohorts.models.countries import Country, Region, RegionCountry
from lms.cohorts.models.enrolments import Enrolment, Invitation
from lms.cohorts.models.imports import Import, ImportRow
from lms.cohorts.models.institutions import Affiliation, Institution, InstitutionName
from lms.cohorts.models.nominations import Nomination
from lms.cohorts.models.programmes import Cohort, CohortCourse, Intake, Logo, Partner, Programme
from lms.cohorts.models.questions import StepQuestion, StepReply

__all__ = [
    "Affiliation",
    "Cohort",
    "CohortCourse",
    "Country",
    "Enrolment",
    "Import",
    "ImportRow",
    "Institution",
    "InstitutionName",
    "Intake",
    "Invitation",
    "Logo",
    "Nomination",
    "Partner",
    "Programme",
    "Region",
    "RegionCountry",
    "StepQuestion",
    "StepReply",
]
