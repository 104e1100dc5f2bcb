from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    DateField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from lms.cohorts.models import Intake
from lms.delegations.forms.fields import FORMATS, moment_in, slug_field, slug_from, typed_in
from lms.web.addresses import LARGEST_ID
from lms.web.forms import EditForm, check_year, trimmed

SPARE_RULES = {
    "longest_waiting": _l("To whoever has waited longest, of any country"),
    "fewest_placed": _l("To the country with the fewest people in this round"),
    "keep": _l("To nobody: they stay with the country"),
}
PARTNER_ROLES = {"funder": _l("Funder"), "partner": _l("Partner")}


class ProgrammeForm(EditForm):
    title = StringField(
        _l("Title"),
        [DataRequired(_l("Write the title.")), Length(max=200)],
        description=_l("It is printed on certificates."),
        filters=[trimmed],
    )
    slug = slug_field(_l("Leave it empty, and it is made from the title. Later it stays as it is."))
    starts_on = DateField(_l("First day"), [Optional(), check_year])
    ends_on = DateField(
        _l("Last day"), [Optional(), check_year], description=_l("Empty: no end is stated.")
    )
    credit_line = StringField(
        _l("Credit line"),
        [Length(max=300)],
        description=_l("One sentence under the logos, on pages and certificates."),
        filters=[trimmed],
    )
    signatory_role = StringField(
        _l("Who signs certificates"),
        [
            DataRequired(_l("Write the post of who signs, such as Programme director.")),
            Length(max=120),
        ],
        description=_l("The post, not a name."),
        filters=[trimmed],
    )

    @classmethod
    def for_new(cls) -> ProgrammeForm:
        return cls(row_version=1, signatory_role="Programme director")

    def facts(self) -> dict[str, Any]:
        """Return the columns that an edit changes."""
        names = ("title", "starts_on", "ends_on", "credit_line", "signatory_role")
        return {name: self[name].data for name in names}

    @property
    def new_slug(self) -> str:
        return self.slug.data or slug_from(self.title.data or "")

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a short name where none can be made."""
        if not super().validate(extra_validators):
            return False
        if "slug" in self and not self.new_slug:
            self.slug.errors = [_("Write a short name: the title has no Latin letters.")]
        return not self.slug.errors

    def validate_ends_on(self, field: DateField) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day is before the first one."))


class PartnerForm(FlaskForm):
    institution_id = IntegerField(
        _l("Institution"),
        [
            InputRequired(_l("Choose an institution.")),
            NumberRange(1, LARGEST_ID, _l("Choose an institution.")),
        ],
    )
    role = RadioField(
        _l("Named as"),
        [InputRequired(_l("Choose one."))],
        choices=[SelectChoice(value, words) for value, words in PARTNER_ROLES.items()],
        default="partner",
    )


class LogoForm(FlaskForm):
    logo = FileField(
        _l("Logo"),
        [DataRequired(_l("Choose a picture."))],
        description=_l(
            "PNG, JPEG or WebP. It is drawn anew, on white, at most 600 by 200 pixels large."
        ),
        render_kw={"accept": "image/png,image/jpeg,image/webp"},
    )


class IntakeForm(FlaskForm):
    """A round; its moments are typed in UTC, because its countries have different clocks."""

    title = StringField(
        _l("Title"),
        [DataRequired(_l("Write the title.")), Length(max=80)],
        description=_l("Such as: Autumn 2026"),
        filters=[trimmed],
    )
    closes = DateTimeLocalField(
        _l("Nominations close (UTC)"),
        [Optional(), check_year],
        format=FORMATS,
        description=_l("Empty: countries may nominate as long as there are cohorts."),
    )
    spare_rule = SelectField(
        _l("Seats that a country does not fill go on"),
        choices=[SelectChoice(value, words) for value, words in SPARE_RULES.items()],
        default="longest_waiting",
    )

    @classmethod
    def of(cls, intake: Intake) -> IntakeForm:
        return cls(obj=intake, closes=typed_in("UTC", intake.nominations_close_at))

    def facts(self) -> dict[str, Any]:
        return {
            "title": self.title.data,
            "nominations_close_at": moment_in("UTC", self.closes.data),
            "spare_rule": self.spare_rule.data,
        }
