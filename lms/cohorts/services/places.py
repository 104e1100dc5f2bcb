"""Taking seats, one at a time, however many ask at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.accounts.rules import normal_email
from lms.cohorts import queries, rules
from lms.cohorts.models import Cohort, Intake
from lms.cohorts.rules import Quota
from lms.errors import Conflict
from lms.extensions import db


class NoPlaceLeft(Conflict):
    message = _l(
        "All places of this cohort are taken. Nominate the person for the waiting list,"
        " or ask the programme for more places."
    )


def lock(cohort: Cohort) -> None:
    """Let nobody else give or free a seat of this cohort's intake before this transaction ends.

    Until then every number that is read is the last one. Rows that refer to the locked one may be added.
    """
    if cohort.intake_id is not None:
        query = select(Intake.id).where(Intake.id == cohort.intake_id)
    else:
        query = select(Cohort.id).where(Cohort.id == cohort.id)
    db.session.execute(query.with_for_update(key_share=True))


def lock_all(cohorts: Iterable[Cohort]) -> None:
    """Lock several, always in one order, so that two who do it at once wait for each other, and not for ever."""
    for cohort in sorted(cohorts, key=lambda one: (one.intake_id or 0, one.id)):
        lock(cohort)


def locked_intake(cohort: Cohort) -> list[Quota]:
    """Return the seats of a cohort's intake, which nobody else changes until this transaction ends."""
    lock(cohort)
    return queries.quotas_of(queries.intake_cohort_ids(cohort))


class Room:
    """The free seats of a cohort, held for this transaction: ask it for each person, then make the place.

    A cohort without a number of seats costs no statement, and a long list of people costs four.
    """

    def __init__(self, cohort: Cohort) -> None:
        self._cohort_id = cohort.id
        self._is_limited = cohort.seats is not None
        if self._is_limited:
            self._intake = locked_intake(cohort)
            self._holders = queries.seat_holders(cohort)

    def has(self, address: str) -> bool:
        """Tell whether somebody can be let in: a place is free, or it is the own one already."""
        if not self._is_limited or normal_email(address) in self._holders:
            return True
        return rules.has_place(self._intake, self._cohort_id)

    def pass_on(self, before: str, after: str) -> None:
        """Let another address have the seat that was kept for a wrong one."""
        if self._is_limited and before in self._holders:
            self._holders.remove(before)
            self._holders.add(normal_email(after))

    def take(self, address: str) -> None:
        """Count a seat as this person's, else say that there is none."""
        if not self.has(address):
            raise NoPlaceLeft
        if self._is_limited and normal_email(address) not in self._holders:
            self._holders.add(normal_email(address))
            self._intake = [
                replace(quota, taken=quota.taken + (quota.cohort_id == self._cohort_id))
                for quota in self._intake
            ]
