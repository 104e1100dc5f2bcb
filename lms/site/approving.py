"""What administrators do only in pairs: giving roles, and opening a course in an emergency."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask_babel import gettext as _

from lms.accounts import services as accounts
from lms.accounts.models import Approval, Person
from lms.accounts.services.approvals import Action
from lms.errors import Conflict
from lms.extensions import db
from lms.site.words import GRANT_NAMES

OPEN_FOR = timedelta(hours=1)


def _subject(approval: Approval) -> Person:
    return db.session.get_one(Person, approval.arguments["person_id"])


def _grant(approval: Approval) -> tuple[str, str, str]:
    asked = approval.arguments
    return asked["role"], asked["scope"], asked["of"]


def may_grant(person: Person, approval: Approval) -> bool:
    """Administrators, for anybody but themselves."""
    is_own = person.id == approval.arguments["person_id"]
    return "administrator" in person.role_names and not is_own


def run_grant(approval: Approval) -> None:
    """Give the role, unless the person has moved to another country since: with the move, what was theirs ended."""
    subject = _subject(approval)
    if subject.country_code != approval.country_code:
        raise Conflict
    accounts.grant_role(approval.asked_by, subject, *_grant(approval), reason=approval.reason)


def describe_grant(approval: Approval) -> str:
    role, scope, scope_object = _grant(approval)
    name = str(GRANT_NAMES[f"{role} {scope}"])
    subject = _subject(approval)
    return _(
        "Give %(person)s the role: %(role)s",
        person=subject.name_latin or subject.name,
        role=f"{name} ({scope_object})" if scope_object else name,
    )


def may_open_course(person: Person, _approval: Approval) -> bool:
    return "administrator" in person.role_names


def run_open_course(approval: Approval) -> None:
    """Let the one who asked read the course as its instructor, for an hour."""
    accounts.grant_role(
        None, approval.asked_by, "instructor", "course", approval.arguments["course"],
        expires_at=datetime.now(UTC) + OPEN_FOR, reason=approval.reason,
    )  # fmt: skip


def describe_open_course(approval: Approval) -> str:
    return _(
        "Open the course %(course)s to %(person)s for one hour, with its questions and answers",
        course=approval.arguments["course"],
        person=approval.asked_by.name_latin or approval.asked_by.name,
    )


GRANTING = Action(may_grant, run_grant, describe_grant)
OPENING_COURSE = Action(may_open_course, run_open_course, describe_open_course)
