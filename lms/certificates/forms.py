from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.certificates.rules import REVOCATION_REASONS


class RevokeForm(FlaskForm):
    reason = RadioField(
        _l("Reason"),
        [InputRequired(_l("Choose a reason."))],
        choices=list(REVOCATION_REASONS.items()),
        description=_l("Everybody who checks the certificate sees this."),
    )
    note = TextAreaField(
        _l("What happened"),
        [InputRequired(_l("Write what happened; it is kept in the register.")), Length(max=500)],
        description=_l("For the register and its auditors only."),
    )
