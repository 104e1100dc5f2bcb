"""What a coordinator does for the people of a cohort. Nothing here commits."""

from lms.delegations.services.people import (
    NobodyReads,
    NothingToRemind,
    RemindedLately,
    Suspended,
    remind,
    write_to,
)
from lms.delegations.services.reminders import (
    apply_standing_rules,
    begin_reminders,
    send_reminders,
    set_standing_rule,
)

__all__ = [
    "NobodyReads",
    "NothingToRemind",
    "RemindedLately",
    "Suspended",
    "apply_standing_rules",
    "begin_reminders",
    "remind",
    "send_reminders",
    "set_standing_rule",
    "write_to",
]
