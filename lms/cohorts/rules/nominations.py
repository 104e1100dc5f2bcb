"""Where a nomination stands."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class NominationState(StrEnum):
    """What has become of a nomination; in the order of the tabs."""

    UNDECIDED = "undecided"
    PLACED = "placed"
    WAITING = "waiting"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


def nomination_state(nomination: Any) -> NominationState:
    """Read the state from the times: a withdrawal counts before all else, then the decision."""
    if nomination.withdrawn_at is not None:
        return NominationState.WITHDRAWN
    if nomination.declined_at is not None:
        return NominationState.DECLINED
    if nomination.placed_at is not None:
        return NominationState.PLACED
    return NominationState.UNDECIDED if nomination.approved_at is None else NominationState.WAITING
