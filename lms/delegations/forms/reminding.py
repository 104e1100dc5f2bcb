from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.config import LANGUAGES


class ReminderForm(FlaskForm):
    """Words of the coordinator's own, in each language that somebody is written to in."""

    key = HiddenField(validators=[InputRequired(), Length(max=40)])  # sent twice, it counts once

    def notes(self) -> dict[str, str]:
        written = {
            field.name.removeprefix(NOTE): (field.data or "").strip()
            for field in self
            if field.name.startswith(NOTE)
        }
        return {language: text for language, text in written.items() if text}


NOTE = "note_"


def reminder_form(languages: list[str], **values: Any) -> ReminderForm:
    """Return a form with a field for each language."""
    fields = {
        f"{NOTE}{language}": TextAreaField(
            _l("Your own words in %(language)s", language=LANGUAGES[language].own_name),
            [Length(max=1000, message=_l("Write at most 1,000 characters."))],
            render_kw={"rows": 3, "maxlength": False, "lang": language},
        )
        for language in languages
    }
    offered: type[ReminderForm] = type("ReminderForm", (ReminderForm,), fields)
    return offered(**values)
