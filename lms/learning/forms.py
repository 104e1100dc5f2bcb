from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
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
