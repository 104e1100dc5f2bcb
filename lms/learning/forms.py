from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, Length

from lms.progress.services import LONGEST_REFLECTION, ReflectionEmpty, ReflectionTooLong


class ReflectionForm(FlaskForm):
    """What a learner writes for himself."""

    text = TextAreaField(
        _l("Your note"),
        [
            DataRequired(ReflectionEmpty.message),
            Length(max=LONGEST_REFLECTION, message=ReflectionTooLong.message),
        ],
        description=_l("In any language. Only you can read it; nobody marks it."),
        # A browser would cut what is pasted without a word; we refuse it and say so.
        render_kw={"maxlength": False, "rows": 8},
    )


LONGEST_QUESTION = 4000  # characters
TOO_LONG = _l(
    "This is longer than 4,000 characters. Shorten it, or send the rest as a second question."
)
KIND_NAMES = {
    "question": _l("I have a question"),
    "mistake": _l("Something here is wrong"),
    "translation": _l("The translation is wrong or unclear"),
}


class ThreadForm(FlaskForm):
    """A few sentences to those who teach the course."""

    text = TextAreaField(
        _l("Your message"),
        [
            DataRequired(_l("Write what you ask or what is wrong.")),
            Length(max=LONGEST_QUESTION, message=TOO_LONG),
        ],
        description=_l("In any language that your instructors or mentors read."),
        render_kw={"maxlength": False, "rows": 5},
    )


class AskForm(ThreadForm):
    kind = RadioField(
        _l("What is it about?"),
        choices=[SelectChoice(kind, words) for kind, words in KIND_NAMES.items()],
    )
