"""The demonstration's nominations: a country whose places are taken, somebody who waits, somebody undecided."""

from __future__ import annotations

from typing import Any

from lms.accounts.models import Person
from lms.cohorts.models import Cohort, Intake
from lms.cohorts.rules import Nominee
from lms.cohorts.services import approve, nominate
from lms.extensions import db


def nominate_some(
    data: dict[str, Any], cohorts: dict[str, Cohort], staff: dict[str, Person]
) -> None:
    """Let a focal point nominate, and the partner decide, as they do on their pages."""
    home = cohorts[data["country"]]
    intake = Intake(programme_id=home.programme_id, title=data["round"])
    db.session.add(intake)
    db.session.flush()
    for cohort in cohorts.values():
        cohort.intake_id = intake.id
    home.seats = data["seats"]
    db.session.flush()
    nominations = [
        nominate(staff[data["focal_point"]], home, _nominee(facts)) for facts in data["people"]
    ]
    decided = [
        one
        for one, facts in zip(nominations, data["people"], strict=True)
        if facts.get("is_approved")
    ]
    approve(staff[data["partner"]], decided)


def _nominee(facts: dict[str, Any]) -> Nominee:
    return Nominee(
        email=f"{facts['account']}@demo.example",
        given_name=facts["given_name"],
        family_name=facts["family_name"],
        language="ky",
        institution="State Personnel Service (demo)",
        post=facts["post"],
    )
