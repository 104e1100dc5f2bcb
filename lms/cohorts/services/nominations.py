"""Nominating people, and the programme's decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from lms.accounts.models import Person
from lms.accounts.queries import person_by_email
from lms.accounts.rules import normal_email
from lms.audit import services as audit
from lms.cohorts import queries, rules
from lms.cohorts.models import Cohort, Institution, Nomination
from lms.cohorts.rules import Nominee
from lms.cohorts.services.enrolment import AlreadyEnrolled
from lms.cohorts.services.places import lock, lock_all
from lms.cohorts.services.promotion import addressee, give_place
from lms.errors import Conflict
from lms.extensions import db
from lms.notices import services as notices
from lms.notices.services import Decision


class NominationsClosed(Conflict):
    message = _l(
        "Nominations for this round are closed. Ask the programme whether it still takes one."
    )


class AlreadyNominated(Conflict):
    message = _l("This person is nominated already. The list shows where the nomination stands.")


class DeclinedBefore(Conflict):
    message = _l(
        "The programme declined this nomination. It can still be approved there: write to the programme."
    )


class SecondPersonNeeded(Conflict):
    message = _l(
        "Nobody decides about a nomination of their own. Somebody else of the programme has to do it."
    )


class AlreadyDecided(Conflict):
    message = _l(
        "Somebody decided about one of these, or it was withdrawn, in the meantime. Nothing was changed."
        " Open the list again to see where each stands."
    )


def are_nominations_open(cohort: Cohort) -> bool:
    closes_at = cohort.intake.nominations_close_at if cohort.intake else None
    return closes_at is None or closes_at > datetime.now(UTC)


def nominate(nominator: Person, cohort: Cohort, nominee: Nominee) -> Nomination:
    """Propose somebody for a place. Whoever had withdrawn may be nominated anew, and is at the end again."""
    if not are_nominations_open(cohort):
        raise NominationsClosed
    lock(cohort)
    email = normal_email(nominee.email)
    person = person_by_email(email)
    if person is not None and queries.is_enrolled(person, cohort):
        raise AlreadyEnrolled
    nomination = _fresh_nomination(cohort, email, person)
    nomination.given_name, nomination.family_name = nominee.given_name, nominee.family_name
    body = _known_institution(nominee.institution, cohort.country_code)
    nomination.institution_id = body.id if body else None
    nomination.institution_name = "" if body else nominee.institution
    nomination.post, nomination.language = nominee.post, nominee.language
    nomination.nominated_by_id, nomination.nominated_at = nominator.id, datetime.now(UTC)
    db.session.add(nomination)
    db.session.flush()
    audit.record(
        "nominate", "nomination", nomination.id, country_code=cohort.country_code,
        cohort=cohort.slug,
    )  # fmt: skip
    notices.send_nominated(
        addressee(nomination), nominator=nominator.name, nominator_email=nominator.email
    )
    return nomination


def _fresh_nomination(cohort: Cohort, email: str, person: Person | None) -> Nomination:
    """Return a new row, or the one of whoever had withdrawn, without its past: that stands in the log."""
    found = queries.earlier_nomination(cohort, email, person)
    if found is None:
        return Nomination(cohort_id=cohort.id, email=email, reason="")
    if found.declined_at is not None and found.withdrawn_at is None:
        raise DeclinedBefore
    if found.withdrawn_at is None:
        raise AlreadyNominated
    found.email = email
    found.approved_at = found.declined_at = found.placed_at = found.withdrawn_at = None
    found.decided_by_id = found.person_id = None
    found.reason, found.is_by_oneself = "", False
    return found


def _known_institution(name: str, country_code: str) -> Institution | None:
    """Return the one body that a name means; None when there is none, or when several may be meant."""
    meant = queries.meant_institutions(name, country=country_code) if name else []
    return meant[0] if len(meant) == 1 else None


def approve(decider: Person, nominations: Sequence[Nomination]) -> None:
    """Approve some nominations, in the order they came; each gets a place or waits for one."""
    _begin(decider, nominations)
    decided = []
    for nomination in nominations:
        _decide(nomination, decider, approved_at=datetime.now(UTC), declined_at=None, reason="")
        cohort = nomination.cohort
        if _has_place(nomination):
            give_place(nomination, is_promoted=False)
            place = 0
        else:
            place = queries.queue_places([cohort.id])[nomination.id]
            notices.send_waiting_list(addressee(nomination), queue_place=place)
        db.session.flush()
        decided.append((nomination, place))
    _tell_focal_points(decided)


def _has_place(nomination: Nomination) -> bool:
    """Tell whether a nominee gets a place at once; whoever is invited already has it."""
    cohort = nomination.cohort
    intake = queries.quotas_of(queries.intake_cohort_ids(cohort))
    others = [quota.without(nomination.id) for quota in intake]
    return rules.has_place(others, cohort.id) or nomination.email in queries.seat_holders(cohort)


def decline(decider: Person, nominations: Sequence[Nomination], reason: str) -> None:
    """Decline some nominations for a reason that the nominees and their focal point read."""
    _begin(decider, nominations)
    for nomination in nominations:
        _decide(nomination, decider, approved_at=None, declined_at=datetime.now(UTC), reason=reason)
        notices.send_nomination_declined(addressee(nomination), reason=reason)
    _tell_focal_points([(nomination, 0) for nomination in nominations])


def _begin(decider: Person, nominations: Sequence[Nomination]) -> None:
    for nomination in nominations:
        if nomination.nominated_by_id == decider.id or nomination.email == decider.email:
            raise SecondPersonNeeded
    lock_all({one.cohort.id: one.cohort for one in nominations}.values())


def _decide(
    nomination: Nomination, decider: Person, *, reason: str, **times: datetime | None
) -> None:
    """Note a decision about whoever waits for one; a declined nomination may still be approved."""
    is_open = Nomination.approved_at.is_(None) & Nomination.withdrawn_at.is_(None)
    if times["approved_at"] is None:
        is_open &= Nomination.declined_at.is_(None)
    claimed = db.session.scalar(
        update(Nomination)
        .where(Nomination.id == nomination.id, is_open)
        .values(**times, decided_by_id=decider.id, reason=reason)
        .returning(Nomination.id)
    )
    if claimed is None:
        raise AlreadyDecided
    db.session.refresh(nomination)
    audit.record(
        "decline_nomination" if times["declined_at"] else "approve_nomination",
        "nomination",
        nomination.id,
        country_code=nomination.cohort.country_code,
        reason=reason,
        cohort=nomination.cohort.slug,
    )


def _tell_focal_points(decided: list[tuple[Nomination, int]]) -> None:
    """Send each focal point one message about the own nominations that were decided together."""
    by_person: dict[Person, list[tuple[Nomination, int]]] = {}
    for nomination, place in decided:
        if nomination.nominated_by is not None and nomination.nominated_by.active:
            by_person.setdefault(nomination.nominated_by, []).append((nomination, place))
    for person, own in by_person.items():
        cohort = own[0][0].cohort
        notices.send_decisions(
            person,
            programme_title=cohort.programme.title,
            decisions=[
                Decision(one.name, one.cohort.title, one.placed_at is not None, place, one.reason)
                for one, place in own
            ],
            page_path=f"/delegations/{cohort.country_code.lower()}/{cohort.slug}/nominations",
        )
