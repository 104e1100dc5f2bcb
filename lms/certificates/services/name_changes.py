"""A printed name changes with an officer's consent, and the certificate with it. Nothing here commits."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.audit import services as audit
from lms.certificates import queries
from lms.certificates.models import Certificate, NameChange
from lms.certificates.services.issuing import NotEligible
from lms.certificates.services.standing import replace_certificate
from lms.errors import Conflict, LmsError
from lms.extensions import db
from lms.notices import services as notices
from lms.quizzes.services.oneself import refuse_own


class ChangeWaits(Conflict):
    message = _l("You have asked for another name already. An officer decides about that first.")


class NameIsFree(LmsError):
    status = 409
    message = _l(
        "No certificate prints your name, so nobody has to decide: write it under Account yourself."
    )


class ChangeDecided(Conflict):
    message = _l("Somebody has decided about this name already. Open it again to see how.")


class NameCannotBePrinted(LmsError):
    status = 409
    message = _l(
        "A certificate of this person has no room for the new name, or no font for it."
        " Decline it, and say how it should be written."
    )


def ask_for_name(person: Person, name: dict[str, str], reason: str) -> NameChange:
    """Ask an officer for another name on certificates; ``name`` is as ``accounts.change_name`` takes it.

    Raises:
        ChangeWaits: one wish at a time; of two at once, the second is refused.
        NameIsFree: nobody has to be asked.
    """
    if not queries.name_lock(person):
        raise NameIsFree
    change = NameChange(
        person=person,
        given_name=name["given"],
        family_name=name["family"],
        given_name_latin=name["given_latin"],
        family_name_latin=name["family_latin"],
        reason=reason,
        asked_at=datetime.now(UTC),
    )
    try:
        with db.session.begin_nested():
            db.session.add(change)
    except IntegrityError as error:
        raise ChangeWaits from error
    audit.record(
        "ask_name_change", "name_change", change.id, country_code=person.country_code,
        personal={**name, "reason": reason}, person_id=person.id, person=person.id,
    )  # fmt: skip
    page_path = f"/certificates/name-changes/{change.id}"
    officers = queries.officers_of(person)
    notices.send_name_change_asked(officers, asker=person, page_path=page_path)
    return change


def decide_name_change(
    officer: Person, change: NameChange, *, is_approved: bool, reason: str
) -> list[Certificate]:
    """Decline, or give the name and issue each certificate that holds anew; return the new ones.

    Raises:
        AboutOneself: it is the officer's own name.
        ChangeDecided: of two at once, the second is refused.
        NameCannotBePrinted: a certificate has no room or no letters for it; nothing is changed.
    """
    refuse_own(officer, change.person_id)
    audit.begin_row()
    decided = db.session.scalar(
        update(NameChange)
        .where(NameChange.id == change.id, NameChange.decided_at.is_(None))
        .values(
            decided_at=datetime.now(UTC),
            decided_by_id=officer.id,
            is_approved=is_approved,
            decision=reason,
        )
        .returning(NameChange.id)
        .execution_options(synchronize_session=False)
    )
    if decided is None:
        raise ChangeDecided
    db.session.refresh(change)
    person = change.person
    audit.record(
        "approve_name_change" if is_approved else "decline_name_change", "name_change", change.id,
        country_code=person.country_code, personal={"reason": reason}, person_id=person.id,
        person=person.id,
    )  # fmt: skip
    new = _give_name(officer, change) if is_approved else []
    notices.send_name_change_decided(
        person, is_approved=is_approved, reason=reason, numbers=[one.number for one in new],
        page_path="/learn" if new else queries.ASK,
    )  # fmt: skip
    return new


def _give_name(officer: Person, change: NameChange) -> list[Certificate]:
    accounts.change_name(
        change.person,
        given=change.given_name,
        family=change.family_name,
        given_latin=change.given_name_latin,
        family_latin=change.family_name_latin,
    )
    db.session.flush()
    return reissue_all(officer, change.person, reason=f"name_change {change.id}")


def reissue_all(officer: Person, person: Person, *, reason: str) -> list[Certificate]:
    """Issue every certificate that holds anew, in the name of today; all of them, or none."""
    try:
        return [
            replace_certificate(officer, one, reason=reason, is_told=False)
            for one in queries.printed_certificates(person)
        ]
    except NotEligible as error:
        raise NameCannotBePrinted from error
