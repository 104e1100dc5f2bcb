"""Messages about nominations: to the nominee at every step, to the focal point about decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.accounts.models import Person
from lms.notices.services.writing import page_url, send, write


@dataclass(frozen=True)
class Addressee:
    """A nominee, with an account or before there is one, and what every message names."""

    address: str
    language: str
    name: str
    person: Person | None
    cohort_title: str
    path: str  # of the page of the nomination

    def tell(self, kind: str, **values: Any) -> None:
        write(
            self.address,
            self.language,
            kind,
            person=self.person,
            name=self.name,
            cohort_title=self.cohort_title,
            page_url=page_url(f"{self.path}?lang={self.language}"),
            **values,
        )


@dataclass(frozen=True)
class Decision:
    """What was decided about one nominee."""

    name: str
    cohort_title: str
    is_placed: bool
    queue_place: int  # 0: has a place, or was declined
    reason: str = ""


def send_nominated(to: Addressee, *, nominator: str, nominator_email: str) -> None:
    to.tell("nominated", nominator=nominator, nominator_email=nominator_email)


def send_place_given(
    to: Addressee, *, token: str, until: datetime, time_zone: str, is_promoted: bool
) -> None:
    """Send the invitation of somebody who has a place."""
    to.tell(
        "place_given",
        url=page_url(f"/invite/{token}?lang={to.language}"),
        until=until,
        time_zone=time_zone,
        is_promoted=is_promoted,
    )


def send_joined(to: Addressee, *, is_promoted: bool) -> None:
    """Tell somebody who asked to join that the course is open."""
    to.tell("joined", url=page_url("/learn"), is_promoted=is_promoted)


def send_waiting_list(to: Addressee, *, queue_place: int) -> None:
    to.tell("waiting_list", queue_place=queue_place)


def send_nomination_declined(to: Addressee, *, reason: str) -> None:
    to.tell("nomination_declined", reason=reason)


def send_nomination_withdrawn(to: Addressee, *, reason: str) -> None:
    to.tell("nomination_withdrawn", reason=reason)


def send_decisions(
    person: Person, *, programme_title: str, decisions: list[Decision], page_path: str
) -> None:
    """Tell a focal point what became of the nominations that were decided together."""
    send(
        person,
        "decisions",
        programme_title=programme_title,
        decisions=decisions,
        url=page_url(page_path),
    )
