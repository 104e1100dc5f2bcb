"""What a person's places in cohorts say, and how they came in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    String,
    cast,
    func,
    literal,
    or_,
    select,
    update,
)

from lms.accounts.models import Person
from lms.accounts.services.personal_data import ERASED_HOST, facts_of
from lms.cohorts import queries
from lms.cohorts.models import (
    Affiliation,
    Cohort,
    Enrolment,
    ImportRow,
    Invitation,
    Nomination,
    StepQuestion,
    StepReply,
)
from lms.cohorts.services.offers import close_invitations
from lms.cohorts.services.places import lock_all
from lms.cohorts.services.promotion import promote
from lms.extensions import Base, db

WORDS_OF_NOMINATION = ("given_name", "family_name", "institution_name", "post", "reason")


def export(person: Person) -> dict[str, Any]:
    work = db.session.get(Affiliation, person.id)
    enrolments = select(Enrolment).where(Enrolment.person_id == person.id)
    return {
        "institution": work.institution.name if work else None,
        "post": work.post if work else None,
        "enrolments": [
            {
                **facts_of(one, "person_id"),
                "cohort": one.cohort.slug,
                "course": one.course.slug,
            }
            for one in db.session.scalars(enrolments)
        ],
        "invitations": _rows(
            Invitation, Invitation.email == person.email, "token_hash", "proof_hash"
        ),
        "nominations": _rows(
            Nomination,
            or_(Nomination.email == person.email, Nomination.person_id == person.id),
        ),
        "imported": _rows(ImportRow, ImportRow.person_id == person.id),
        "questions": _rows(StepQuestion, StepQuestion.enrolment_id.in_(_enrolment_ids(person))),
        "replies": _rows(StepReply, StepReply.person_id == person.id),
    }


def _rows(model: type[Base], condition: ColumnElement[bool], *left_out: str) -> list[Any]:
    return [facts_of(row, *left_out) for row in db.session.scalars(select(model).where(condition))]


def _enrolment_ids(person: Person) -> Any:
    return select(Enrolment.id).where(Enrolment.person_id == person.id)


def erase(person: Person) -> None:
    """Leave where somebody worked and what they took, without a word of who it was."""
    _give_up_offers(person)
    is_nominee = or_(Nomination.email == person.email, Nomination.person_id == person.id)
    changes: Iterable[tuple[type[Base], ColumnElement[bool], dict[str, Any]]] = (
        (Affiliation, Affiliation.person_id == person.id, {"post": ""}),
        (
            Invitation,
            Invitation.asked_email == person.email,
            {"asked_email": "", "note": "", "proof_hash": None},
        ),
        (
            Invitation,
            or_(Invitation.email == person.email, Invitation.accepted_by_id == person.id),
            {"email": _nobody(Invitation.id), "note": ""},
        ),
        (
            Nomination,
            is_nominee,
            {"email": _nobody(Nomination.id), **dict.fromkeys(WORDS_OF_NOMINATION, "")},
        ),
        (
            ImportRow,
            or_(
                ImportRow.person_id == person.id,
                func.lower(ImportRow.values["email"].as_string()) == person.email,
            ),
            {"values": {}, "problems": []},
        ),
        (StepQuestion, StepQuestion.enrolment_id.in_(_enrolment_ids(person)), {"text": ""}),
        (StepReply, StepReply.person_id == person.id, {"text": "", "person_id": None}),
    )
    for model, condition, values in changes:
        db.session.execute(
            update(model)
            .where(condition)
            .values(values)
            .execution_options(synchronize_session=False)
        )
    db.session.expire_all()


def _give_up_offers(person: Person) -> None:
    """Let nobody wait under a name that is gone: what was promised goes to the next."""
    theirs = or_(Nomination.email == person.email, Nomination.person_id == person.id)
    is_open = (theirs, Nomination.withdrawn_at.is_(None))
    nominated = select(Nomination.cohort_id).where(*is_open)
    invited = select(Invitation.cohort_id).where(
        Invitation.email == person.email,
        Invitation.is_pending(),
    )
    found = db.session.scalars(
        select(Cohort).where(Cohort.id.in_(nominated) | Cohort.id.in_(invited))
    )
    cohorts = [cohort for cohort in found if not queries.is_enrolled(person, cohort)]
    lock_all(cohorts)
    for cohort in cohorts:
        had_seat = person.email in queries.seat_holders(cohort)
        close_invitations(cohort, person.email)
        db.session.execute(
            update(Nomination)
            .where(Nomination.cohort_id == cohort.id, *is_open)
            .values(withdrawn_at=datetime.now(UTC))
        )
        if had_seat:
            promote(cohort)


def _nobody(row_id: SQLColumnExpression[int]) -> ColumnElement[str]:
    """Return an address that is nobody's, another one for each row."""
    return literal("erased-") + cast(row_id, String) + literal(f"@{ERASED_HOST}")
