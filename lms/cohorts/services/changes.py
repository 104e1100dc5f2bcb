"""Changes in mid-course: leaving, coming back, another cohort, a mended address. Nothing here commits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from lms.accounts.models import Person
from lms.accounts.rules import normal_email
from lms.audit import services as audit
from lms.cohorts import queries
from lms.cohorts.models import Cohort, CohortCourse, Enrolment, Invitation, Nomination
from lms.cohorts.services.enrolment import AlreadyEnrolled, enrol, enrol_in
from lms.cohorts.services.invitations import InvitationUsed, invite
from lms.cohorts.services.offers import end_invitation, settle
from lms.cohorts.services.places import Room, lock, lock_all
from lms.cohorts.services.promotion import promote
from lms.errors import Conflict
from lms.extensions import db
from lms.notices import services as notices


class NotInCohort(Conflict):
    message = _l("This person has left the cohort already. Open the list of people again.")


class MoveRefused(Conflict):
    message = _l("This person was in that cohort before, and what was done there is kept.")


class SameAddress(Conflict):
    message = _l("The invitation went to this address already. Write the right one.")


def withdraw(by: Person, person: Person, cohort: Cohort, reason: str) -> None:
    """Let somebody leave a cohort. What was done is kept, and coming back restores it.

    Raises:
        NotInCohort: of two who do it at once, the second is told.
    """
    lock(cohort)
    left = _leave(person, cohort)
    if not left:
        raise NotInCohort
    _give_up_nomination(person, cohort, reason)
    audit.record(
        "withdraw", "person", person.id, country_code=cohort.country_code, reason=reason,
        cohort=cohort.slug, before="enrolled", after="withdrawn",
    )  # fmt: skip
    notices.send_left_cohort(
        person, cohort_title=cohort.title, reason=reason, by=by.name, by_email=by.email
    )
    promote(cohort)


def _leave(person: Person, cohort: Cohort, course_ids: list[int] | None = None) -> list[int]:
    mine = [Enrolment.person_id == person.id, Enrolment.cohort_id == cohort.id]
    if course_ids is not None:
        mine.append(Enrolment.course_id.in_(course_ids))
    return list(
        db.session.scalars(
            update(Enrolment)
            .where(*mine, Enrolment.withdrawn_at.is_(None))
            .values(withdrawn_at=datetime.now(UTC))
            .returning(Enrolment.id)
        )
    )


def _give_up_nomination(person: Person, cohort: Cohort, reason: str) -> None:
    """A place that came of a nomination is given up with it, so that it does not count as taken."""
    db.session.execute(
        update(Nomination)
        .where(
            Nomination.cohort_id == cohort.id,
            (Nomination.person_id == person.id) | (Nomination.email == person.email),
            Nomination.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=datetime.now(UTC), reason=reason)
    )


def take_back(person: Person, cohort: Cohort) -> None:
    """Let somebody who had left come back to where they were.

    Raises:
        AlreadyEnrolled: the person is in.
        NoPlaceLeft: the place was given to another.
    """
    lock(cohort)
    if queries.is_enrolled(person, cohort):
        raise AlreadyEnrolled
    Room(cohort).take(person.email)
    enrol(person, cohort)
    notices.send_came_back(person, cohort_title=cohort.title)


def move(person: Person, source: Cohort, target: Cohort, reason: str) -> None:
    """Move somebody to another cohort; progress, attempts and certificates move with the enrolment.

    A course that the other cohort does not take stays behind and is closed; one that it takes besides is begun.

    Raises:
        AlreadyEnrolled: the person is in the other cohort.
        MoveRefused: the person was there before.
        NoPlaceLeft: it has no seat.
        NotInCohort: the person is not in this one.
    """
    lock_all([source, target])
    if queries.is_enrolled(person, target):
        raise AlreadyEnrolled
    mine = (Enrolment.person_id == person.id,)
    if db.session.scalar(
        select(Enrolment.id).where(*mine, Enrolment.cohort_id == target.id).limit(1)
    ):
        raise MoveRefused
    Room(target).take(person.email)
    there = queries.courses_of(target)
    moved = _move_enrolments(person, source, target, there)
    left = _leave(person, source)
    if not moved and not left:
        raise NotInCohort
    for link in there:
        enrol_in(link, person.id)
    settle(target.id, [person.id])
    _give_up_nomination(person, source, reason)
    details: dict[str, Any] = {
        "before": source.slug,
        "after": target.slug,
        "moved": moved,
        "left": left,
    }
    for country in sorted({source.country_code, target.country_code}):
        audit.record("move", "person", person.id, country_code=country, reason=reason, **details)
    notices.send_moved_cohort(person, before=source.title, after=target.title, reason=reason)
    promote(source)


def _move_enrolments(
    person: Person, source: Cohort, target: Cohort, there: list[CohortCourse]
) -> list[int]:
    return list(
        db.session.scalars(
            update(Enrolment)
            .where(
                Enrolment.person_id == person.id,
                Enrolment.cohort_id == source.id,
                Enrolment.course_id.in_([link.course_id for link in there]),
                Enrolment.withdrawn_at.is_(None),
            )
            .values(cohort_id=target.id)
            .returning(Enrolment.id)
        )
    )


def mend_invitation(inviter: Person, invitation: Invitation, address: str) -> Invitation:
    """Send an open invitation to the right address; the link that went to the wrong one is dead.

    Raises:
        InvitationUsed: it was accepted or withdrawn meanwhile.
        SameAddress: nothing would change.
    """
    email, cohort = normal_email(address), invitation.cohort
    if email == invitation.email:
        raise SameAddress
    room = Room(cohort)
    room.pass_on(invitation.email, email)
    if not end_invitation(invitation):
        raise InvitationUsed
    _mend_nomination(cohort, invitation.email, email)
    made = invite(inviter, cohort, email, invitation.language, room)
    audit.record(
        "mend_invitation", "invitation", invitation.id, country_code=cohort.country_code,
        cohort=cohort.slug, before=invitation.id, after=made.id,
    )  # fmt: skip
    return made


def _mend_nomination(cohort: Cohort, before: str, after: str) -> None:
    """The nomination that the invitation came of gets the right address too, unless that one was nominated."""
    taken = select(Nomination.id).where(
        Nomination.cohort_id == cohort.id, Nomination.email == after
    )
    if db.session.scalar(taken) is None:
        db.session.execute(
            update(Nomination)
            .where(Nomination.cohort_id == cohort.id, Nomination.email == before)
            .values(email=after)
        )
