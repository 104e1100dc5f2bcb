"""Two accounts that turn out to be one person's: who they may be, what a merger moves, and the merger."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, delete, func, select, update

from lms.accounts import services as accounts
from lms.accounts.models import Consent, NameSound, Person, RoleGrant, SignInLink
from lms.accounts.queries import may_merge
from lms.audit import services as audit
from lms.certificates.models import BatchRow, Certificate, NameChange
from lms.cohorts.models import (
    Affiliation,
    Enrolment,
    ImportRow,
    Invitation,
    Nomination,
    StepReply,
)
from lms.errors import Conflict, LmsError, NotFound
from lms.extensions import db
from lms.lib.sounds import sound_keys
from lms.notices.models import CalendarFeed, Message, NoticeChoice
from lms.progress.models import Completion, DoneStep
from lms.quizzes.models import Attempt, ExtraTime

MOST_CANDIDATES = 20
NAME_PARTS = ("given_name", "family_name", "given_name_latin", "family_name_latin")


class SameAccount(LmsError):
    status = 422
    message = _l("Choose another account: this one cannot be merged into itself.")


class OwnAccountGoes(LmsError):
    status = 409
    message = _l(
        "You cannot close your own account by a merger. Ask another administrator to do it."
    )


class RolesFirst(LmsError):
    """A role is given with a second person's consent; a merger is no way around that."""

    status = 409
    message = _l(
        "The account that would be closed has roles that the other one lacks. Give them to the one that stays first,"
        " then merge."
    )


class MergedMeanwhile(Conflict):
    message = _l(
        "One of these accounts was merged meanwhile. Open the list again to see how it is now."
    )


def mergeable_person(viewer: Person, person_id: int) -> Person:
    """Return an account that somebody may merge, else 404."""
    person = db.session.get(Person, person_id)
    if person is None or not may_merge(viewer, person):
        raise NotFound
    return person


def candidates_for(viewer: Person, person: Person) -> list[Person]:
    """List who may be the same person: the surname and the given name sound alike, the own country first."""
    query = (
        select(Person)
        .where(
            Person.id != person.id,
            Person.merged_into_id.is_(None),
            Person.erased_at.is_(None),
            *(_sounds_like(part) for part in _name_parts(person)),
        )
        .order_by(Person.country_code != person.country_code, Person.id)
        .limit(MOST_CANDIDATES)
    )
    if not any(_name_parts(person)):
        return []
    found = db.session.scalars(query).unique().all()
    return [one for one in found if may_merge(viewer, one)]


def _name_parts(person: Person) -> list[frozenset[str]]:
    """Return the sounds of the surname and of the given name, each in both scripts."""
    parts = (
        sound_keys(f"{person.family_name} {person.family_name_latin}"),
        sound_keys(f"{person.given_name} {person.given_name_latin}"),
    )
    return [sounds for sounds in parts if sounds]


def _sounds_like(sounds: frozenset[str]) -> ColumnElement[bool]:
    return Person.id.in_(select(NameSound.person_id).where(NameSound.sound.in_(sounds)))


@dataclass(frozen=True)
class Side:
    """What hangs on one account."""

    person: Person
    enrolments: int
    attempts: int
    certificates: int
    messages: int
    affiliation: Affiliation | None


def side_of(person: Person) -> Side:
    """Count what hangs on an account."""

    def count(column: object, *joined: object) -> int:
        query = select(func.count()).where(column == person.id)  # type: ignore[arg-type]
        for table in joined:
            query = query.select_from(table).join(Enrolment)  # type: ignore[arg-type]
        return db.session.scalar(query) or 0

    return Side(
        person=person,
        enrolments=count(Enrolment.person_id),
        attempts=count(Enrolment.person_id, Attempt),
        certificates=count(Certificate.person_id),
        messages=count(Message.person_id),
        affiliation=db.session.get(Affiliation, person.id),
    )


@dataclass(frozen=True)
class Clash:
    """Both accounts are in one course of one cohort: the one that is farther is kept, the other withdrawn."""

    kept: Enrolment
    withdrawn: Enrolment


def clashes_of(goes: Person, stays: Person) -> list[Clash]:
    """List the courses that both are in."""
    places = {(one.cohort_id, one.course_id): one for one in _enrolments(stays)}
    clashes = []
    for theirs in _enrolments(goes):
        own = places.get((theirs.cohort_id, theirs.course_id))
        if own is not None:
            is_farther = _distance(theirs) > _distance(own)
            clashes.append(Clash(theirs, own) if is_farther else Clash(own, theirs))
    return clashes


def _enrolments(person: Person) -> list[Enrolment]:
    query = select(Enrolment).where(Enrolment.person_id == person.id).order_by(Enrolment.id)
    return list(db.session.scalars(query))


def _distance(enrolment: Enrolment) -> tuple[int, int, int, int, bool]:
    """Tell how far somebody came, so that two can be compared: certified, completed, steps, tries, still in."""

    def count(table: type[Certificate | Completion | DoneStep | Attempt]) -> int:
        query = select(func.count()).select_from(table).where(table.enrolment_id == enrolment.id)
        return db.session.scalar(query) or 0

    steps, tries = count(DoneStep), count(Attempt)
    return count(Certificate), count(Completion), steps, tries, enrolment.withdrawn_at is None


def merge_people(actor: Person, goes: Person, stays: Person, reason: str) -> None:
    """Make one account of two. Everything goes to ``stays``; the other is closed and points to it.

    Nothing is deleted that somebody did: of two enrolments in one course the lesser stays withdrawn with the closed
    account, its answers and certificates as they were. Certificates keep the name that is printed.
    """
    if goes.id == stays.id:
        raise SameAccount
    if goes.id == actor.id:
        raise OwnAccountGoes
    if missing_roles(goes, stays):
        raise RolesFirst
    audit.begin_row()  # as whatever changes a certificate: the log first, then rows
    _lock(goes, stays)
    before = side_of(goes)
    clashes = clashes_of(goes, stays)
    _move_enrolments(goes, stays, clashes)
    _move_rows(goes, stays)
    _move_what_one_has(goes, stays)
    _move_roles(goes, stays)
    _complete_name(goes, stays)
    db.session.execute(delete(SignInLink).where(SignInLink.person_id == goes.id))
    goes.active, goes.merged_into_id = False, stays.id
    goes.fs_uniquifier = secrets.token_hex(16)  # ends its sessions
    db.session.execute(  # whoever was merged into this one before
        update(Person).where(Person.merged_into_id == goes.id).values(merged_into_id=stays.id)
    )
    audit.record(
        "merge_people", "person", goes.id, country_code=stays.country_code, reason=reason,
        into=stays.id, enrolments=before.enrolments, certificates=before.certificates,
        withdrawn=[clash.withdrawn.id for clash in clashes],
    )  # fmt: skip


def missing_roles(goes: Person, stays: Person) -> set[tuple[str, str, str]]:
    """List the roles of staff that the account that stays would only have through the merger."""
    return {role for role in _roles(goes) - _roles(stays) if role[0] != "learner"}


def _roles(person: Person) -> set[tuple[str, str, str]]:
    return {(grant.role, grant.scope, grant.scope_object) for grant in person.grants}


def _lock(*people: Person) -> None:
    """Let nobody merge the same accounts meanwhile; two mergers the other way round wait, too."""
    ids = sorted(person.id for person in people)
    query = select(Person.id, Person.merged_into_id).where(Person.id.in_(ids)).order_by(Person.id)
    if any(merged_id is not None for _id, merged_id in db.session.execute(query.with_for_update())):
        raise MergedMeanwhile


def _move_enrolments(goes: Person, stays: Person, clashes: list[Clash]) -> None:
    now = datetime.now(UTC)
    for clash in clashes:
        is_in = None in (clash.kept.withdrawn_at, clash.withdrawn.withdrawn_at)
        clash.kept.withdrawn_at = None if is_in else clash.kept.withdrawn_at
        clash.withdrawn.withdrawn_at = clash.withdrawn.withdrawn_at or now
    db.session.flush()
    _swap([clash for clash in clashes if clash.kept.person_id == goes.id], goes, stays)
    left = [clash.withdrawn.id for clash in clashes]
    db.session.execute(
        update(Enrolment)
        .where(Enrolment.person_id == goes.id, Enrolment.id.not_in(left))
        .values(person_id=stays.id)
    )


def _swap(clashes: list[Clash], goes: Person, stays: Person) -> None:
    """Exchange the holders. A person is once in a course, so one enrolment waits with nobody meanwhile."""
    if not clashes:
        return
    nobody = accounts.create_person(f"nobody-{secrets.token_hex(8)}@invalid.example", active=False)
    for clash in clashes:
        for enrolment, holder in (
            (clash.withdrawn, nobody),
            (clash.kept, stays),
            (clash.withdrawn, goes),
        ):
            enrolment.person_id = holder.id
            db.session.flush()
    db.session.expire(nobody)
    db.session.delete(nobody)
    db.session.flush()


def _move_rows(goes: Person, stays: Person) -> None:
    """Move what somebody may have many of."""
    for column in (
        Certificate.person_id,
        BatchRow.person_id,
        Message.person_id,
        StepReply.person_id,
        Nomination.person_id,
        ImportRow.person_id,
        Invitation.accepted_by_id,
    ):
        statement = update(column.class_).where(column == goes.id)
        db.session.execute(statement.values({column.key: stays.id}))


def _move_what_one_has(goes: Person, stays: Person) -> None:
    """Move what somebody has once, where the account that stays has none: its own counts otherwise."""
    for table, key in ((Affiliation, None), (NoticeChoice, "kind"), (Consent, "notice_id")):
        taken = select(getattr(table, key or "person_id")).where(table.person_id == stays.id)
        has_it = getattr(table, key).in_(taken) if key else taken.exists()
        db.session.execute(
            update(table)
            .where(table.person_id == goes.id, ~has_it)
            .values(person_id=stays.id)
            .execution_options(synchronize_session=False)
        )
    _move_name_changes(goes, stays)
    db.session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == goes.id))
    db.session.expire_all()
    _keep_longer_extra_time(goes, stays)


def _move_name_changes(goes: Person, stays: Person) -> None:
    """Keep every wish for another name; of two that wait, that of the account that goes is taken back."""
    of_both = NameChange.person_id.in_([goes.id, stays.id])
    waiting = select(NameChange).where(of_both, NameChange.decided_at.is_(None))
    found = db.session.scalars(waiting).all()
    for one in found:
        if len(found) > 1 and one.person_id == goes.id:
            db.session.delete(one)
    db.session.flush()
    moved = update(NameChange).where(NameChange.person_id == goes.id)
    db.session.execute(moved.values(person_id=stays.id))


def _keep_longer_extra_time(goes: Person, stays: Person) -> None:
    query = select(ExtraTime).where(ExtraTime.person_id.in_([goes.id, stays.id]))
    given = sorted(db.session.scalars(query), key=lambda one: one.factor)
    for shorter in given[:-1]:
        db.session.delete(shorter)
    db.session.flush()
    if given:
        given[-1].person_id = stays.id
        db.session.flush()


def _move_roles(goes: Person, stays: Person) -> None:
    """Roles add up."""
    held = _roles(stays)
    for grant in list(goes.grants):
        if (grant.role, grant.scope, grant.scope_object) not in held:
            stays.grants.append(
                RoleGrant(
                    role=grant.role, scope=grant.scope, scope_object=grant.scope_object,
                    granted_by_id=grant.granted_by_id, granted_at=grant.granted_at,
                    expires_at=grant.expires_at,
                )
            )  # fmt: skip
        goes.grants.remove(grant)
    db.session.flush()


def _complete_name(goes: Person, stays: Person) -> None:
    """Take over a script in which only the other account has the name, which its holder has then to confirm."""
    for given, family in (NAME_PARTS[:2], NAME_PARTS[2:]):
        if not getattr(stays, given) and not getattr(stays, family):
            setattr(stays, given, getattr(goes, given))
            setattr(stays, family, getattr(goes, family))
            if getattr(goes, given) or getattr(goes, family):
                stays.name_confirmed_at = None  # certificates print both scripts
