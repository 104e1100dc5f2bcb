from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from lms.certificates.rules import REVOCATION_REASONS, number_in
from lms.quizzes.forms import ReasonForm


class NumberForm(FlaskForm):
    """The public's question. Sent by GET and without a token, so that it needs no cookie."""

    class Meta:
        csrf = False

    number = StringField(
        _l("Certificate number"),
        [DataRequired(_l("Type the number as it is printed on the certificate."))],
        description=_l("It stands beside the QR code. Capitals, spaces and hyphens do not matter."),
        filters=[lambda typed: number_in(typed or "")],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "placeholder": "KZ-2026-7Q3M-W8KD-R4TN-9HXC",
        },
    )


class RevokeForm(FlaskForm):
    reason = RadioField(
        _l("Reason"),
        [InputRequired(_l("Choose a reason."))],
        choices=[SelectChoice(value, words) for value, words in REVOCATION_REASONS.items()],
        description=_l("Everybody who checks the certificate sees this."),
    )
    note = TextAreaField(
        _l("What happened"),
        [
            DataRequired(_l("Write what happened; it is kept in the register.")),
            Length(max=500, message=_l("Write at most %(max)d characters.")),
        ],
        description=_l("For the register and its auditors only, up to 500 characters."),
        filters=[lambda typed: (typed or "").strip()],
        render_kw={"rows": "4"},
    )


class KeptPassForm(ReasonForm):
    decision = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice("keep", _l("The pass is kept")),
            SelectChoice("withdraw", _l("The pass is withdrawn")),
        ],
    )
