from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lms.cohorts.rules import invitation_state

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("is_used", "is_withdrawn", "is_inviter_active", "may_inviter_invite", "expires_at", "state"),
    [
        (False, False, True, True, NOW + SECOND, "open"),
        (False, False, True, True, NOW, "expired"),
        (False, False, True, True, NOW - SECOND, "expired"),
        (False, False, True, False, NOW + SECOND, "open"),
        (False, False, True, False, NOW - SECOND, "withdrawn"),
        (False, False, False, True, NOW + SECOND, "withdrawn"),
        (False, False, False, True, NOW - SECOND, "withdrawn"),
        (True, False, True, True, NOW + SECOND, "used"),
        (True, False, True, True, NOW - SECOND, "used"),
        (True, False, False, False, NOW - SECOND, "used"),
        (False, True, True, True, NOW + SECOND, "withdrawn"),
        (True, True, True, True, NOW + SECOND, "used"),
    ],
)
def test_invitation_state(
    is_used, is_withdrawn, is_inviter_active, may_inviter_invite, expires_at, state
):
    found = invitation_state(
        is_used=is_used,
        is_withdrawn=is_withdrawn,
        is_inviter_active=is_inviter_active,
        may_inviter_invite=may_inviter_invite,
        expires_at=expires_at,
        now=NOW,
    )

    assert found == state
