"""What is said about a row and about a file, in the reader's language; kept as kinds and values."""

from __future__ import annotations

import json
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from lms.cohorts.services.imports.fields import LABELS, label
from lms.web.languages import day

PROBLEMS: dict[str, LazyString] = {
    "email_missing": _l("write an e-mail address."),
    "email_two_at": _l("there are two @ signs."),
    "email_form": _l("“%(value)s” is none. It looks like name@ministry.example."),
    "email_letter": _l("%(letter)s is not a Latin letter."),
    "too_long": _l("longer than %(most)s characters."),
    "lost_letter": _l(
        "“%(value)s” lost letters when the file was saved. Write it again here, or save the file as CSV UTF-8."
    ),
    "not_latin": _l("%(letter)s is not a Latin letter. Write it as in the passport."),
    "country_name": _l("use %(repair)s, not %(value)s."),
    "country_unknown": _l("“%(value)s” is no country code, such as KZ."),
    "country_other": _l(
        "this cohort is of %(own)s. Whoever is of %(value)s goes into a cohort of that country."
    ),
    "language_near": _l("“%(value)s” is not on the list. Did you mean %(repair)s?"),
    "language_unknown": _l("“%(value)s” is not on the list: %(list)s."),
    "gender_unknown": _l("“%(value)s” is not understood. Write f or m, or leave it empty."),
    "institution_near": _l("“%(value)s” is not on the list. Did you mean “%(repair)s”?"),
    "institution_unknown": _l(
        "“%(value)s” is not on the list of institutions. Leave it empty, or have it added to the list first."
    ),
    "institution_twice": _l("two bodies on the list are called “%(value)s”. Use a longer name."),
    "cohort_unknown": _l("“%(value)s” is none of your cohorts. Leave it empty for this one."),
    "course_unknown": _l("“%(value)s” is no course of the cohort. It takes: %(list)s."),
    "no_course": _l("the cohort takes no course yet. Choose one for it first, then check again."),
    "extra_cells": _l(
        "The row has more cells than there are headings. Look whether every value stands in its column."
    ),
    "closed": _l("the account with this address is closed. Ask an administrator why."),
    "here": _l("In this cohort since %(day)s; nothing is sent."),
    "came_back": _l("Left this cohort on %(day)s, and comes back to it."),
    "elsewhere": _l("Has an account already. Is added to this cohort only."),
    "name_differs": _l("The name that is known here stays: %(value)s."),
    "post_alone": _l("A post is kept only together with an institution."),
    "duplicate": _l("Same e-mail as row %(row)s. Row %(row)s is kept."),
    "invited": _l(
        "This address belongs to somebody of another country, so an invitation was sent."
    ),
    "added": _l("Has an account now. An e-mail says how to sign in."),
    "no_seat": _l("No seat was left in the cohort."),
    "stopped": _l("The import was stopped before this row."),
}
ABOUT_THE_ROW = {
    "extra_cells", "here", "came_back", "elsewhere", "name_differs", "post_alone", "duplicate",
    "invited", "added", "no_seat", "stopped",
}  # fmt: skip
"""Said of the whole row; before the others stands the name of the column."""

FAULTS: dict[str, LazyString] = {
    "empty": _l("The file is empty: there is not even a row of headings."),
    "no_rows": _l("There is only one row, and it was read as the headings. Add people below it."),
    "no_email": _l(
        "No column is headed “E-mail address”. Name it so in the first row: without it nobody can be added."
    ),
    "not_a_table": _l(
        "This is no table. Save it in Excel as “CSV UTF-8” or as “Excel Workbook (.xlsx)”."
    ),
    "old_excel": _l(
        "This workbook is of an old kind (.xls), or has a password. "
        "Save it as “Excel Workbook (.xlsx)” without a password."
    ),
    "broken_workbook": _l(
        "This workbook cannot be opened. Open it in Excel, and save it again as “Excel Workbook (.xlsx)”."
    ),
    "too_large_inside": _l(
        "This workbook unpacks to far too much. Copy the rows into a new workbook, and save that."
    ),
    "encoding": _l(
        "Row %(row)s has letters in an encoding that is not known here (byte %(byte)s). "
        "Save the file as “CSV UTF-8” or as “Excel Workbook (.xlsx)”."
    ),
    "damaged_utf8": _l(
        "Row %(row)s has a damaged letter (byte %(byte)s); the rest is UTF-8. "
        "Mend it, or save the file again from Excel as “CSV UTF-8”."
    ),
    "quotes": _l(
        "Quotation marks do not match in row %(row)s. Inside of a value in quotation marks each one is written twice."
    ),
    "too_many_rows": _l("There are more than 20,000 rows. Make two files of it."),
    "too_many_columns": _l("Row %(row)s has more than 50 cells. Keep the columns of the template."),
    "cell_too_long": _l("A cell in row %(row)s has more than 1,000 characters. Shorten it."),
    "stopped": _l(
        "Stopped: whoever uploaded the file may no longer add people to this cohort. What was added before stays."
    ),
}


def problem_words(problem: dict[str, str]) -> str:
    """Say one problem or note, such as “Country: use KZ, not Kazakhstan”."""
    values = dict(problem)
    if "day" in values:
        values["day"] = day(date.fromisoformat(values["day"]))
    sentence = str(PROBLEMS[problem["kind"]]) % values
    field = problem.get("field", "")
    if problem["kind"] in ABOUT_THE_ROW or field not in LABELS:
        return sentence[:1].upper() + sentence[1:]
    return f"{label(field)}: {sentence}"


def fault_text(kind: str, **places: int | None) -> str:
    """Return how a fault is kept."""
    return json.dumps({"kind": kind, **places})


def fault_words(fault: str) -> str:
    """Say why a whole file was not read or not finished."""
    if not fault:
        return ""
    values: dict[str, str] = json.loads(fault)
    sentence = str(FAULTS[values["kind"]])
    return sentence % values
