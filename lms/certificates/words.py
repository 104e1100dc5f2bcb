"""What kinds of certificates are called, and why a row of a batch was not issued."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

KIND_NAMES = {
    "completion": _l("Completion"),
    "participation": _l("Participation"),
    "thanks": _l("Thanks"),
}

ROW_FAULTS = {
    "": _l(
        "A fault on our side ended the work. Nothing is lost: what is left is done when you try again."
    ),
    "drawing": _l(
        "It is issued, but its PDF could not be drawn. Try again; if that fails too, tell an administrator."
    ),
    "officer": _l(
        "Whoever asked for the batch is no certificate officer of this country any more."
    ),
    "steps": _l("Not every step is done."),
    "quizzes": _l("Not every quiz is passed."),
    "marking": _l("A quiz waits for an instructor to mark it."),
    "afresh": _l("The final assessment was not passed again since the last certificate."),
    "completion": _l("The person is due a certificate of completion, or has one."),
    "suspended": _l("The earlier certificate is suspended."),
    "teaches": _l("The person does not teach this course any more."),
    "name": _l("The name is not confirmed."),
    "letters": _l("The name has a letter that no font can print."),
    "length": _l("The name is too long to be printed, even in the smallest letters."),
    "earned_later": _l(
        "It was earned after the date that was confirmed for this batch. Choose the person once more"
        " under Certificates to issue."
    ),
    "old": _l(
        "More than 30 days have passed since this batch was asked for. Choose the person once more"
        " under Certificates to issue."
    ),
    "page": _l(
        "The title of the course, the cohort or the programme cannot be printed: it is too long,"
        " or has a letter that no font has."
    ),
}
"""By the clause that is not met, see ``rules.Clause``; empty where nobody foresaw it."""
