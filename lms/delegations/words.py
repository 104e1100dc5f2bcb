"""What the rules of reminders are called, and why somebody is left out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.delegations.rules import LeftOut, Rule

RULE_NAMES = {
    Rule.NOT_OPENED: _l("Never signed in"),
    Rule.AWAY: _l("Away for 7 days"),
    Rule.DUE: _l("Closes within 3 days"),
    Rule.NAME: _l("Name to confirm"),
}
RULE_WORDS = {
    Rule.NOT_OPENED: _l("Enrolled three days ago or earlier, and never signed in since."),
    Rule.AWAY: _l("Has signed in, but finished no step for more than seven days."),
    Rule.DUE: _l("The course, or a quiz that is not passed yet, closes within three days."),
    Rule.NAME: _l("Has finished a course; the certificate waits until the name is confirmed."),
}
LEFT_OUT = {
    LeftOut.WITHDRAWN: _l("Has left the cohort"),
    LeftOut.SUSPENDED: _l("Account suspended"),
    LeftOut.FINISHED: _l("Has finished"),
    LeftOut.REMINDED: _l("Reminded less than three days ago"),
    LeftOut.UNWANTED: _l("Wants no reminders by e-mail"),
    LeftOut.BOUNCED: _l("Mail to the address comes back: have it mended"),
}
