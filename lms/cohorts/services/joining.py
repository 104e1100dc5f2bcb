"""Joining an open cohort by oneself."""

from __future__ import annotations

from datetime import UTC, datetime

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.audit import services as audit
from lms.cohorts import queries
from lms.cohorts.models import Cohort, Nomination
from lms.cohorts.services.enrolment import AlreadyEnrolled, enrol
from lms.cohorts.services.nominations import AlreadyNominated, DeclinedBefore
from lms.cohorts.services.places import Room
from lms.cohorts.services.promotion import addressee
from lms.extensions import db
from lms.notices import services as notices


def join(person: Person, cohort: Cohort) -> Nomination | None:
    """Enrol somebody at once while seats last, else put the person on the waiting list.

    Returns:
        The nomination by oneself that waits now; None for whoever is in.
    """
    room = Room(cohort)
    if queries.is_enrolled(person, cohort):
        raise AlreadyEnrolled
    own = _own_nomination(person, cohort)
    if not room.has(person.email):
        return _wait(person, cohort, own)
    accounts.grant_role(None, person, "learner", "self")
    enrol(person, cohort)
    _tell_joined(person, cohort)
    return None


def _own_nomination(person: Person, cohort: Cohort) -> Nomination | None:
    found = queries.earlier_nomination(cohort, person.email, person)
    if found is not None and found.declined_at is not None and found.withdrawn_at is None:
        raise DeclinedBefore
    return found


def _wait(person: Person, cohort: Cohort, own: Nomination | None) -> Nomination:
    if own is not None and own.withdrawn_at is None:
        raise AlreadyNominated
    nomination = own or Nomination(cohort_id=cohort.id, post="")
    nomination.email = person.email
    nomination.given_name = person.given_name_latin or person.given_name
    nomination.family_name = person.family_name_latin or person.family_name
    nomination.institution_name = ""
    nomination.language, nomination.reason = person.language, ""
    nomination.person_id, nomination.is_by_oneself = person.id, True
    nomination.nominated_by_id = nomination.decided_by_id = None
    nomination.nominated_at = nomination.approved_at = datetime.now(UTC)
    nomination.placed_at = nomination.withdrawn_at = nomination.declined_at = None
    db.session.add(nomination)
    db.session.flush()
    audit.record(
        "ask_to_join", "nomination", nomination.id, country_code=cohort.country_code,
        cohort=cohort.slug,
    )  # fmt: skip
    place = queries.queue_places([cohort.id])[nomination.id]
    notices.send_waiting_list(addressee(nomination), queue_place=place)
    return nomination


def _tell_joined(person: Person, cohort: Cohort) -> None:
    to = notices.Addressee(
        address=person.email, language=person.language, name=person.name, person=person,
        cohort_title=cohort.title, path="/learn/join",
    )  # fmt: skip
    notices.send_joined(to, is_promoted=False)
