"""Whom a reminder would reach, and who is left out: a fixed number of statements however many people there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from lms.accounts.models import Person
from lms.cohorts.models import Cohort, CohortCourse, Enrolment
from lms.courses.queries import outline_of
from lms.delegations.rules import LeftOut, Place, Rule, left_out, place_for
from lms.extensions import db
from lms.lib.names import display_name
from lms.notices.models import Message, ReminderRule
from lms.notices.queries import refusing, unreachable
from lms.notices.rules import Topic
from lms.progress.models import Completion, DoneStep
from lms.progress.models import Standing as DoneSoFar
from lms.quizzes.models import QuizWindow
from lms.web.languages import interface_language


@dataclass(frozen=True)
class Candidate:
    """Somebody of a cohort, with all that a rule asks about."""

    person: Any  # a row of names, language and times
    places: list[Place] = field(default_factory=list)
    reminded_at: datetime | None = None
    is_wanted: bool = True
    is_reachable: bool = True

    @property
    def own_name(self) -> str:
        """The name as a message addresses them: see ``Person.name``."""
        row = self.person
        own = display_name(row.given_name, row.family_name, family_first=row.is_family_name_first)
        return own or self.name

    @property
    def name(self) -> str:
        row = self.person
        return (
            display_name(row.given_name_latin, row.family_name_latin)
            or display_name(row.given_name, row.family_name, family_first=row.is_family_name_first)
            or str(row.email)
        )


@dataclass(frozen=True)
class Recipient:
    """Somebody who would be reminded, and of what."""

    rule: Rule
    candidate: Candidate
    place: Place

    @property
    def person_id(self) -> int:
        return int(self.candidate.person.id)

    @property
    def written_language(self) -> str:
        """The language that the message is written in; its reader may have chosen one that has no words yet."""
        return interface_language(self.candidate.person.language)

    def words(self, cohort: Cohort) -> dict[str, Any]:
        """Return what the message says."""
        outline = outline_of(self.place.version_id)
        course = f"/learn/{cohort.slug}/{outline.slug}"
        return {
            "rule": self.rule.value,
            "course_title": outline.title(self.written_language),
            "cohort_title": cohort.title,
            "page_path": "/account/name" if self.rule is Rule.NAME else course,
            "closes_at": self.place.closes_at,
        }


def facts_of(
    cohort: Cohort, now: datetime, person_ids: Sequence[int] | None = None
) -> list[Candidate]:
    """List everybody who is or was in a cohort that the caller was allowed to open, or some of them, by name."""
    rows = db.session.execute(_rows(cohort, person_ids)).all()
    ids = list(dict.fromkeys(row.id for row in rows))
    closing = _closing_quizzes(cohort, now)
    done = _done_of(cohort, {path for windows in closing.values() for path in windows})
    places: dict[int, list[Place]] = defaultdict(list)
    for row in rows:
        places[row.id].append(_place(row, closing.get(row.course_id, {}), done))
    reminders, unwanted = _reminders(ids), refusing(ids, Topic.REMINDERS)
    closed = unreachable(ids)
    people = {row.id: row for row in rows}
    return [
        Candidate(
            people[one], places[one], reminders.get(one), one not in unwanted, one not in closed
        )
        for one in ids
    ]


def _rows(cohort: Cohort, person_ids: Sequence[int] | None) -> Select[*tuple[Any, ...]]:
    query = (
        select(
            Person.id, Person.email, Person.language, Person.active, Person.erased_at,
            Person.given_name, Person.family_name, Person.given_name_latin, Person.family_name_latin,
            Person.is_family_name_first, Person.signed_in_at, Person.name_confirmed_at,
            Enrolment.id.label("enrolment_id"), Enrolment.course_id, Enrolment.version_id,
            Enrolment.enrolled_at, Enrolment.withdrawn_at,
            DoneSoFar.last_done_at, Completion.completed_at, CohortCourse.closes_at,
        )
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(DoneSoFar, DoneSoFar.enrolment_id == Enrolment.id)
        .outerjoin(Completion, Completion.enrolment_id == Enrolment.id)
        .outerjoin(
            CohortCourse,
            (CohortCourse.cohort_id == Enrolment.cohort_id)
            & (CohortCourse.course_id == Enrolment.course_id),
        )
        .where(Enrolment.cohort_id == cohort.id)
        .order_by(Person.family_name_latin, Person.given_name_latin, Person.id, Enrolment.id)
    )  # fmt: skip
    return query if person_ids is None else query.where(Person.id.in_(person_ids))


def _closing_quizzes(cohort: Cohort, now: datetime) -> dict[int, dict[str, datetime]]:
    """Return when quizzes close that are still to close, by course and module/step."""
    rows = db.session.execute(
        select(QuizWindow.course_id, QuizWindow.quiz, QuizWindow.closes_at).where(
            QuizWindow.cohort_id == cohort.id, QuizWindow.closes_at > now
        )
    )
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    for course_id, path, closes_at in rows:
        if closes_at is not None:
            found[course_id][path] = closes_at
    return found


def _done_of(cohort: Cohort, paths: set[str]) -> set[tuple[int, str]]:
    """Return which of these quizzes are passed, by enrolment."""
    if not paths:
        return set()
    rows = db.session.execute(
        select(DoneStep.enrolment_id, DoneStep.path)
        .join(Enrolment, Enrolment.id == DoneStep.enrolment_id)
        .where(Enrolment.cohort_id == cohort.id, DoneStep.path.in_(paths))
    )
    return {(enrolment_id, path) for enrolment_id, path in rows}


def _place(row: Any, closing: dict[str, datetime], done: set[tuple[int, str]]) -> Place:
    ends = [at for path, at in closing.items() if (row.enrolment_id, path) not in done]
    if row.closes_at is not None:
        ends.append(row.closes_at)
    return Place(
        course_id=row.course_id,
        version_id=row.version_id,
        enrolled_at=row.enrolled_at,
        last_done_at=row.last_done_at,
        closes_at=min(ends, default=None),
        is_finished=row.completed_at is not None,
        is_withdrawn=row.withdrawn_at is not None,
    )


def _reminders(person_ids: list[int]) -> dict[int, datetime]:
    rows = db.session.execute(
        select(Message.person_id, func.max(Message.created_at))
        .where(Message.person_id.in_(person_ids), Message.kind == "reminder")
        .group_by(Message.person_id)
    )
    return {person_id: at for person_id, at in rows if person_id is not None}


def plan(
    candidates: Iterable[Candidate], rule: Rule, now: datetime
) -> tuple[list[Recipient], dict[LeftOut, list[Candidate]]]:
    """Divide those whom a rule names: who is reminded, and who is left out for which reason."""
    recipients: list[Recipient] = []
    others: dict[LeftOut, list[Candidate]] = defaultdict(list)
    for one in candidates:
        place = place_for(
            rule,
            one.places,
            signed_in_at=one.person.signed_in_at,
            is_name_confirmed=one.person.name_confirmed_at is not None,
            now=now,
        )
        if place is None or one.person.erased_at is not None:
            continue
        reason = left_out(
            rule,
            one.places,
            is_active=one.person.active,
            reminded_at=one.reminded_at,
            is_wanted=one.is_wanted,
            is_reachable=one.is_reachable,
            now=now,
        )
        if reason is None:
            recipients.append(Recipient(rule, one, place))
        else:
            others[reason].append(one)
    return recipients, others


def people_by_id(person_ids: list[int]) -> dict[int, Person]:
    query = select(Person).where(Person.id.in_(person_ids))
    return {person.id: person for person in db.session.scalars(query).unique()}


def standing_rules(cohort: Cohort) -> dict[str, ReminderRule]:
    """Return what is applied to a cohort each morning."""
    query = select(ReminderRule).where(ReminderRule.cohort_id == cohort.id)
    return {wish.rule: wish for wish in db.session.scalars(query)}
