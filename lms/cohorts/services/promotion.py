"""Giving places: at the decision, when somebody withdraws, when spare seats go round."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.accounts.queries import person_by_email
from lms.audit import services as audit
from lms.cohorts import queries, rules
from lms.cohorts.models import Cohort, Intake, Nomination
from lms.cohorts.rules import SpareRule
from lms.cohorts.services.enrolment import enrol
from lms.cohorts.services.invitations import may_invite, new_invitation
from lms.cohorts.services.places import locked_intake
from lms.extensions import db
from lms.notices import services as notices
from lms.notices.services import Addressee


def addressee(nomination: Nomination) -> Addressee:
    """Return whom a message about a nomination goes to, in the language that the person chose."""
    person = nomination.person or person_by_email(nomination.email)
    return Addressee(
        address=person.email if person else nomination.email,
        language=person.language if person else nomination.language,
        name=person.name if person else nomination.name,
        person=person,
        cohort_title=nomination.cohort.title,
        path=f"/nominations/{queries.nomination_token(nomination)}",
    )


def give_place(nomination: Nomination, *, is_promoted: bool) -> None:
    """Give a nominee the place that the caller has found free, and invite; who asked to join is enrolled."""
    cohort = nomination.cohort
    nomination.placed_at = datetime.now(UTC)
    audit.record(
        "promote_nominee" if is_promoted else "place_nominee",
        "nomination",
        nomination.id,
        country_code=cohort.country_code,
        cohort=cohort.slug,
    )
    to = addressee(nomination)
    if to.person is not None and queries.is_enrolled(to.person, cohort):
        nomination.person_id = to.person.id  # came in by another door meanwhile
    elif nomination.is_by_oneself and nomination.person is not None:
        accounts.grant_role(None, nomination.person, "learner", "self")
        enrol(nomination.person, cohort)
        notices.send_joined(to, is_promoted=is_promoted)
    else:
        invitation, token = new_invitation(
            _inviter(nomination), cohort, to.language, email=to.address
        )
        notices.send_place_given(
            to,
            token=token,
            until=invitation.expires_at,
            time_zone=cohort.time_zone,
            is_promoted=is_promoted,
        )


def _inviter(nomination: Nomination) -> Person:
    """Return in whose name the invitation goes out: the focal point's, else of whoever decided."""
    people = [one for one in (nomination.nominated_by, nomination.decided_by) if one is not None]
    fit = (one for one in people if one.active and may_invite(one, nomination.cohort))
    return next(fit, people[-1])


def promote(cohort: Cohort, *, freed: int = 1) -> list[Nomination]:
    """Give on the seats that have fallen free in a cohort: to its own queue first, then by the intake's rule.

    Call it in the transaction in which somebody leaves, for whatever reason. Seats that stand free for
    another reason go to their own country's queue alone.
    """
    return _fill(cohort, freed=freed, may_share_all=False)


def share_spare_seats(cohort: Cohort) -> list[Nomination]:
    """Let all free seats of a cohort's intake go round: to their own queues first, then by the rule."""
    return _fill(cohort, freed=0, may_share_all=True)


def _fill(cohort: Cohort, *, freed: int, may_share_all: bool) -> list[Nomination]:
    promoted: list[Nomination] = []
    intake = locked_intake(cohort)
    rule = SpareRule.KEEP if cohort.intake_id is None else _rule_of(cohort.intake_id)
    while True:
        is_fresh = len(promoted) < freed
        chosen = rules.next_promotion(
            intake,
            rule,
            freed_id=cohort.id if is_fresh else None,
            is_sharing=is_fresh or may_share_all,
        )
        if chosen is None:
            return promoted
        nomination = db.session.get_one(Nomination, chosen.nomination_id, populate_existing=True)
        give_place(nomination, is_promoted=True)
        db.session.flush()
        promoted.append(nomination)
        intake = queries.quotas_of([quota.cohort_id for quota in intake])


def _rule_of(intake_id: int) -> SpareRule:
    query = select(Intake.spare_rule).where(Intake.id == intake_id)
    return SpareRule(db.session.scalars(query).one())
