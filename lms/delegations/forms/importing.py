from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, StringField

from lms.cohorts.models import ImportRow
from lms.cohorts.services.imports import FIELDS, HELP, LABELS
from lms.web.forms import Difference


class FileForm(FlaskForm):
    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file first."))],
        description=_l(
            "CSV or Excel workbook (.xlsx), at most 2 MB and 20,000 rows. "
            "Encoding and separator are found out."
        ),
        render_kw={"accept": ".csv,.txt,.tsv,.xlsx,.xlsm"},
    )

    def name_and_content(self) -> tuple[str, bytes]:
        return self.file.data.filename or "", self.file.data.read()


class RowForm(FlaskForm):
    """Every column of one row of an import; what is wrong with them, the check says."""

    email = StringField(LABELS["email"], description=HELP["email"])
    given_name = StringField(LABELS["given_name"])
    family_name = StringField(LABELS["family_name"])
    given_name_latin = StringField(LABELS["given_name_latin"])
    family_name_latin = StringField(
        LABELS["family_name_latin"], description=HELP["family_name_latin"]
    )
    country = StringField(LABELS["country"], description=HELP["country"])
    language = StringField(LABELS["language"], description=HELP["language"])
    institution = StringField(LABELS["institution"], description=HELP["institution"])
    post = StringField(LABELS["post"], description=HELP["post"])
    gender = StringField(LABELS["gender"], description=HELP["gender"])
    cohort = StringField(LABELS["cohort"], description=HELP["cohort"])
    courses = StringField(LABELS["courses"], description=HELP["courses"])

    seen = HiddenField()

    @classmethod
    def of(cls, row: ImportRow, typed: Mapping[str, str] | None = None) -> RowForm:
        """Fill in a row as it is now, with what was typed in its stead; saving it replaces that row."""
        values = {name: row.values.get(name, "") for name in FIELDS}
        form = cls(formdata=None, data={**values, **(typed or {}), "seen": row.fingerprint})
        for name in FIELDS:
            form[name].flags.optional = name != "email"
        return form

    def differences(self, row: ImportRow) -> list[Difference]:
        """Compare what was typed with what is saved now."""
        pairs = ((self[name], row.values.get(name, "")) for name in FIELDS)
        return [
            Difference(str(one.label.text), theirs, one.data)
            for one, theirs in pairs
            if one.data.strip() != theirs
        ]
