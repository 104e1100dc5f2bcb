"""Erasing for somebody who asks in writing: what cannot be taken back takes two administrators."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.accounts.models import Approval, Person
from lms.accounts.services import approvals, personal_data
from lms.accounts.services.people import AccountIsMerged, AlreadyErased
from lms.accounts.services.roles import keep_an_administrator
from lms.extensions import db
from lms.notices import services as notices
from lms.notices.queries import is_closed


def ask_to_erase(administrator: Person, person: Person, reason: str) -> Approval:
    """Ask for what people can do to their own account themselves.

    Raises:
        AlreadyErased: there is nothing left.
        AccountIsMerged: it is erased with the account that is used.
        LastAdministrator: somebody must be able to open this site.
    """
    if person.erased_at is not None:
        raise AlreadyErased
    if person.merged_into_id is not None:
        raise AccountIsMerged
    keep_an_administrator(person)
    asked = {"person_id": person.id}
    return approvals.ask(administrator, "erase_person", asked, person.country_code, reason)


def _may(person: Person, approval: Approval) -> bool:
    """Administrators, for anybody but themselves."""
    is_own = person.id == approval.arguments["person_id"]
    return "administrator" in person.role_names and not is_own


def _run(approval: Approval) -> None:
    """Erase, and say so where the person still reads it: nothing here knows the address any more."""
    person = _subject(approval)
    address, language, name = person.email, person.language, person.name
    is_reachable = not is_closed(address)
    personal_data.erase(person, approval.reason)
    if is_reachable:
        notices.send_data_erased(address, language=language, name=name)


def _describe(approval: Approval) -> str:
    person = _subject(approval)
    return _("Erase the data of %(person)s", person=person.name_latin or person.name)


def _subject(approval: Approval) -> Person:
    return db.session.get_one(Person, approval.arguments["person_id"])


ERASING = approvals.Action(_may, _run, _describe)
