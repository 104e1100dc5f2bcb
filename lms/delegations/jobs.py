from __future__ import annotations

from lms.delegations import services


def send_reminders(
    cohort_id: int, rule: str, sender_id: int, person_ids: list[int], notes: dict[str, str]
) -> None:
    services.send_reminders(cohort_id, rule, sender_id, person_ids, notes)


def apply_reminder_rules() -> None:
    """Run once a day. Run twice it changes nothing: nobody is reminded again so soon."""
    services.apply_standing_rules()
