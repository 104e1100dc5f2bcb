"""What a coordinator's digest tells: how each delegation stands, who needs a word, what waits for a decision."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lms.accounts.models import Person
from lms.cohorts.models import Cohort
from lms.cohorts.queries import coordinated_cohorts
from lms.delegations.queries.overview import overview_of
from lms.delegations.rules import Standing
from lms.extensions import db
from lms.notices.services.writing import page_url

MOST = 20  # delegations in one message; whoever has more looks at the site


def tell(person: Person, _since: datetime) -> dict[str, Any] | None:
    """Return what the digest says; None for whoever coordinates nothing that is under way, or has nobody in it."""
    if "coordinator" not in person.role_names:
        return None
    now = datetime.now(UTC)
    cohorts = db.session.scalars(coordinated_cohorts(person)).unique()
    running = [one for one in cohorts if one.starts_on <= one.day_at(now) and not one.is_over(now)]
    delegations = [facts for one in running[:MOST] if (facts := _delegation(one)) is not None]
    if not delegations:
        return None
    return {
        "delegations": delegations,
        "more": max(0, len(running) - MOST),
        "url": page_url("/delegations"),
    }


def _delegation(cohort: Cohort) -> dict[str, Any] | None:
    overview = overview_of(cohort)
    waiting = overview.waiting
    facts = {
        "title": cohort.title,
        "people": overview.people,
        "on_track": overview.standings[Standing.ON_TRACK],
        "behind": overview.standings[Standing.BEHIND],
        "not_signed_in": overview.standings[Standing.NOT_SIGNED_IN],
        "finished": overview.standings[Standing.FINISHED],
        "nominations": waiting["nominations"],
        "questions": waiting["questions"],
        "expired": waiting["expired"],
        "last_day": cohort.ends_on,
    }
    is_empty = not overview.people and not waiting["nominations"] and not waiting["expired"]
    return None if is_empty else facts
