from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.cohorts.models import Cohort
from lms.delegations import queries, rules
from lms.delegations.queries import Member
from lms.errors import LmsError
from lms.extensions import db
from lms.notices import services as notices
from lms.notices.queries import is_closed, is_wanted
from lms.notices.rules import Topic
from lms.web.languages import interface_language


class NothingToRemind(LmsError):
    status = 409
    message = _l("This person has finished, so there is nothing to remind of.")


class Suspended(LmsError):
    status = 409
    message = _l("This account is suspended, so no reminder was sent. Ask an administrator why.")


class NobodyReads(LmsError):
    status = 409
    message = _l("This account is suspended, so no message was sent. Ask an administrator why.")


class RemindedLately(LmsError):
    status = 409
    message = _l(
        "This person was reminded less than three days ago. Wait a little before the next reminder."
    )


class NoMailWanted(LmsError):
    status = 409
    message = _l(
        "This person wants no reminders by e-mail, so none was sent. Write to them yourself."
    )


class MailComesBack(LmsError):
    status = 409
    message = _l(
        "Mail to this address comes back, so no reminder was sent. Have the address mended."
    )


def remind(sender: Person, cohort: Cohort, member: Member) -> None:
    """Send one reminder; never to the finished or the suspended, and not twice in three days."""
    if member.progress.is_complete:
        raise NothingToRemind
    if not member.person.active:
        raise Suspended
    if is_closed(member.person.email):
        raise MailComesBack
    if not is_wanted(member.person, Topic.REMINDERS):
        raise NoMailWanted
    # Of two at once, the second waits here and then sees the first one's message.
    db.session.execute(select(Person.id).where(Person.id == member.person.id).with_for_update())
    if rules.is_quiet(queries.reminded_at(member.person), datetime.now(UTC)):
        raise RemindedLately
    outline = member.progress.outline
    title = outline.title(interface_language(member.person.language))
    path = f"/learn/{cohort.slug}/{outline.slug}"
    notices.send_reminder(
        member.person,
        course_title=title,
        cohort_title=cohort.title,
        page_path=path,
        reply_to=sender.email,
    )
    audit.record(
        "remind",
        "person",
        member.person.id,
        country_code=cohort.country_code,
        cohort=cohort.slug,
    )


def write_to(coordinator: Person, cohort: Cohort, member: Member, subject: str, text: str) -> None:
    """Send what a coordinator wrote to one person; the answer goes to the coordinator. The log keeps no words of it."""
    if not member.person.active:
        raise NobodyReads
    notices.send_coordinator_message(
        member.person,
        subject=subject,
        text=text,
        sender=coordinator.name_latin or coordinator.name,
        sender_email=coordinator.email,
        cohort_title=cohort.title,
        page_path=f"/learn/{cohort.slug}/{member.progress.outline.slug}",
    )
    audit.record(
        "write_to_person",
        "person",
        member.person.id,
        country_code=cohort.country_code,
        cohort=cohort.slug,
    )
