"""Where a nomination stands, and why: what its page explains."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from lms.accounts.models import Person
from lms.cohorts.models import Cohort, Invitation, Nomination
from lms.cohorts.queries.nominations import deciders_of, last_invitation, queue_places, quota_of
from lms.cohorts.rules import NominationState, Quota, nomination_state


@dataclass(frozen=True)
class Standing:
    """All that explains the state of a nomination."""

    nomination: Nomination
    state: NominationState
    quota: Quota
    queue_place: int  # 1 is next; 0 for whoever does not wait
    invitation: Invitation | None
    deciders: list[Person]

    @property
    def cohort(self) -> Cohort:
        return self.nomination.cohort

    @property
    def closes_at(self) -> datetime | None:
        return self.cohort.intake.nominations_close_at if self.cohort.intake else None

    @property
    def spare_rule(self) -> str:
        return self.cohort.intake.spare_rule if self.cohort.intake else "keep"

    @property
    def has_accepted(self) -> bool:
        return self.nomination.person_id is not None

    @property
    def is_invitation_expired(self) -> bool:
        return self.invitation is not None and self.invitation.expires_at <= datetime.now(UTC)

    @property
    def may_withdraw(self) -> bool:
        return self.state is not NominationState.WITHDRAWN


def standing_of(nomination: Nomination) -> Standing:
    state = nomination_state(nomination)
    waits = state is NominationState.WAITING
    is_placed = state is NominationState.PLACED
    return Standing(
        nomination=nomination,
        state=state,
        quota=quota_of(nomination.cohort),
        queue_place=queue_places([nomination.cohort_id]).get(nomination.id, 0) if waits else 0,
        invitation=last_invitation(nomination) if is_placed else None,
        deciders=deciders_of(nomination.cohort.programme),
    )
