"""What the rules of reminders are called, why somebody is left out, and what is counted when cohorts are compared."""

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
MEASURES = {
    "enrolled": (_l("Enrolled"), _l("People with a place now; who was withdrawn does not count.")),
    "signed_in": (_l("Signed in"), _l("Of these, at least once.")),
    "began": (_l("Began"), _l("Of these, at least one step done.")),
    "completed": (
        _l("Completed"),
        _l("All steps and quizzes of every course that they take in the cohort."),
    ),
    "passed": (_l("Passed the final"), _l("The final quiz of every course that has one.")),
    "certified": (_l("Certified"), _l("At least one certificate that is not revoked.")),
    "score": (
        _l("Score of the final, median (%)"),
        _l("Of the best marked attempt of each who took it; from five people on."),
    ),
    "days": (
        _l("Days to completion, median"),
        _l(
            "From the enrolment to the last thing done, of those who completed; from five people on."
        ),
    ),
}
GENDERS = {"f": _l("Women"), "m": _l("Men")}
