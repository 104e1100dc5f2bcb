from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask_babel import lazy_gettext as _l

from lms.audit import services as audit
from lms.cohorts.models import Cohort
from lms.delegations.queries import Member
from lms.errors import LmsError
from lms.notices import services as notices
from lms.web.languages import interface_language

QUIET_TIME = timedelta(days=3)


class NothingToRemind(LmsError):
    status = 409
    message = _l("This person has finished, so there is nothing to remind of.")


class RemindedLately(LmsError):
    status = 409
    message = _l("This person was reminded less than three days ago. Wait a little before the next reminder.")


def remind(cohort: Cohort, member: Member) -> None:
    """Send one reminder; never to the finished or the suspended, and not twice in three days."""
    if member.progress.is_complete or not member.person.active:
        raise NothingToRemind
    if member.reminded_at is not None and datetime.now(UTC) - member.reminded_at < QUIET_TIME:
        raise RemindedLately
    outline = member.progress.outline
    title = outline.title(interface_language(member.person.language))
    path = f"/learn/{cohort.slug}/{outline.slug}"
    notices.send_reminder(member.person, course_title=title, cohort_title=cohort.title, page_path=path)
    audit.record("remind", "person", member.person.id, country_code=cohort.country_code, cohort=cohort.slug)
