"""Reminding everybody whom a rule names: now, or each morning by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import delete, select

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.cohorts.models import Cohort
from lms.cohorts.queries import still_coordinates
from lms.delegations.queries.reminders import Recipient, facts_of, people_by_id, plan
from lms.delegations.rules import Rule
from lms.extensions import db, insert_once
from lms.jobs.recurring import first_time
from lms.jobs.services import enqueue
from lms.notices import services as notices
from lms.notices.models import ReminderRule

CHUNK = 50  # people in one job: done long before its lease ends


def begin_reminders(
    sender: Person,
    cohort: Cohort,
    rule: Rule,
    *,
    people: list[Recipient],
    notes: Mapping[str, str],
    key: str,
) -> None:
    """Leave it to jobs to remind these people. The same form sent twice begins once.

    Args:
        sender: who asks for it, and gets the answers.
        cohort: one that the sender was allowed to open.
        rule: what they are reminded of; it is asked again for each person just before the sending.
        people: whom the page showed.
        notes: words of the sender's own, by the language of the message.
        key: names the form.
    """
    if not first_time(f"reminders {cohort.id}", key):
        return
    _enqueue(sender, cohort, rule, people, notes)
    audit.record(
        "remind_by_rule", "cohort", cohort.id, country_code=cohort.country_code,
        rule=rule, people=len(people),
    )  # fmt: skip


def _enqueue(
    sender: Person,
    cohort: Cohort,
    rule: Rule,
    people: list[Recipient],
    notes: Mapping[str, str],
) -> None:
    for start in range(0, len(people), CHUNK):
        chunk = people[start : start + CHUNK]
        enqueue(
            "send_reminders",
            cohort_id=cohort.id,
            rule=rule,
            sender_id=sender.id,
            person_ids=[one.person_id for one in chunk],
            notes=dict(notes),
        )


def send_reminders(
    cohort_id: int, rule: str, sender_id: int, person_ids: list[int], notes: dict[str, str]
) -> None:
    """Remind those of these people whom the rule still names. Safe to run twice: nobody is reminded again so soon."""
    sender, cohort = db.session.get(Person, sender_id), db.session.get(Cohort, cohort_id)
    if sender is None or cohort is None or not still_coordinates(sender, cohort):
        return
    # Of two at once, the second waits here and then sees the first one's messages.
    db.session.execute(
        select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id).with_for_update()
    )
    now = datetime.now(UTC)
    recipients, _left_out = plan(facts_of(cohort, now, person_ids), Rule(rule), now)
    people = people_by_id([one.person_id for one in recipients])
    for one in recipients:
        notices.send_reminder(
            people[one.person_id],
            **one.words(cohort),
            time_zone=people[one.person_id].time_zone,
            note=notes.get(one.written_language, ""),
            reply_to=sender.email,
        )
        audit.record(
            "remind", "person", one.person_id, actor_id=sender.id,
            country_code=cohort.country_code, cohort=cohort.slug, rule=rule,
        )  # fmt: skip


def set_standing_rule(person: Person, cohort: Cohort, rule: Rule, *, is_on: bool) -> None:
    """Let a rule be applied each morning, or no more; doing it twice changes nothing."""
    key = {"cohort_id": cohort.id, "rule": rule.value}
    if is_on:
        is_changed = insert_once(
            ReminderRule, **key, switched_on_by_id=person.id, switched_on_at=datetime.now(UTC)
        )
    else:
        gone = delete(ReminderRule).filter_by(**key).returning(ReminderRule.cohort_id)
        is_changed = db.session.scalar(gone) is not None
    if is_changed:
        audit.record(
            "set_reminder_rule", "cohort", cohort.id, country_code=cohort.country_code,
            rule=rule, is_on=is_on,
        )  # fmt: skip


def apply_standing_rules() -> None:
    """Begin what the standing rules of all cohorts ask for today."""
    now = datetime.now(UTC)
    for wish in db.session.scalars(select(ReminderRule).order_by(ReminderRule.cohort_id)):
        cohort = db.session.get(Cohort, wish.cohort_id)
        sender = db.session.get_one(Person, wish.switched_on_by_id)
        if cohort is None or cohort.is_over(now) or not still_coordinates(sender, cohort):
            continue
        rule = Rule(wish.rule)
        recipients, _left_out = plan(facts_of(cohort, now), rule, now)
        _enqueue(sender, cohort, rule, recipients, {})
