from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SearchField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from lms.accounts.forms import NameForm
from lms.certificates import drawing
from lms.certificates.models import Signatory
from lms.certificates.queries import RegisterFilter, printing
from lms.certificates.rules import (
    REVOCATION_REASONS,
    STANDINGS,
    Choices,
    Kind,
    number_in,
)
from lms.certificates.words import KIND_NAMES
from lms.config import LANGUAGES
from lms.quizzes.forms import ReasonForm
from lms.web.forms import EditForm, FilterForm, check_year, choices, trimmed


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


class PlaceFilterForm(FilterForm):
    """What the lists of an officer are filtered by."""

    cohort = SelectField(_l("Cohort"), default="")
    course = SelectField(_l("Course"), default="")

    def offer(self, cohorts: dict[str, str], courses: dict[str, str]) -> None:
        self.cohort.choices = choices(cohorts, _l("Every cohort"))
        self.course.choices = choices(courses, _l("Every course"))


class RegisterFilterForm(PlaceFilterForm):
    """Filters of the register. The days are those printed on the certificates, both ends included."""

    q = SearchField(
        _l("Number or name"),
        [Length(max=200)],
        description=_l("Part of a number, or a name in either script and any spelling."),
        render_kw={"autocomplete": "off"},
    )
    country = SelectField(_l("Country"), default="")
    kind = SelectField(
        _l("Kind"),
        choices=choices({str(one): name for one, name in KIND_NAMES.items()}, _l("Every kind")),
        default="",
    )
    standing = SelectField(_l("Status"), choices=choices(STANDINGS, _l("Every status")), default="")
    since = DateField(_l("From"), [Optional(), check_year])
    until = DateField(_l("Until"), [Optional(), check_year])

    def wanted(self) -> RegisterFilter:
        """Return what to look for; what cannot be read filters nothing, and says so."""
        found = self.filters()
        return RegisterFilter(
            search=found.get("q", "").strip(),
            country=found.get("country", ""),
            cohort=found.get("cohort", ""),
            course=found.get("course", ""),
            kind=found.get("kind", ""),
            standing=found.get("standing", ""),
            since=found.get("since") or None,
            until=found.get("until") or None,
        )

    def validate_until(self, field: DateField) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(_l("This day is before the first one. Choose a later day."))


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


class ChoicesForm(FilterForm):
    """What is alike for all certificates that are looked at or issued together; in the address, to be carried on."""

    layout = SelectField(_l("Layout"))
    language = SelectField(_l("Second language"), default="")
    signatory = SelectField(_l("Signed by"), default="")

    @classmethod
    def offering(cls, kinds: Iterable[Kind], reading: str, signatories: Mapping[int, str]) -> Self:
        """Offer the layouts of some kinds in the reader's language, every second language, and who is in office."""
        form = cls(request.values)
        layouts = {
            name: words
            for kind in kinds
            for name, words in printing.layouts_for(kind, reading).items()
        }
        form.layout.choices = choices(layouts)
        form.language.choices = choices(
            {code: LANGUAGES[code].own_name for code in drawing.second_languages()},
            _l("The cohort's own"),
        )
        form.signatory.choices = choices(
            {str(number): words for number, words in signatories.items()},
            _l("Whoever is in office"),
        )
        form.layout.data = form.layout.data or next(iter(layouts))
        return form

    def choices(self) -> Choices:
        """Return what was chosen; what is not offered chooses nothing."""
        found = self.filters()
        layout = drawing.layout(found.get("layout") or self.layout.choices[0].value)
        return Choices(
            kind=Kind(layout.kind),
            layout=layout.name,
            second_language=found.get("language", ""),
            signatory_id=int(found["signatory"]) if found.get("signatory") else None,
        )

    def words_of(self, name: str) -> str:
        """Say what was chosen in a field."""
        field = self[name]
        return next((str(one.label) for one in field.choices if one.value == field.data), "")


class SignatoryForm(EditForm):
    name = StringField(
        _l("Name"),
        [DataRequired(_l("Write the name.")), Length(max=120)],
        description=_l("As it is printed under the signature."),
        filters=[trimmed],
        render_kw={"autocomplete": "off"},
    )
    role = StringField(
        _l("Post"),
        [
            DataRequired(_l("Write the post of who signs, such as Programme director.")),
            Length(max=120),
        ],
        filters=[trimmed],
    )
    office_from = DateField(
        _l("First day in office"), [InputRequired(_l("Choose the first day.")), check_year]
    )
    office_until = DateField(
        _l("Last day in office"),
        [Optional(), check_year],
        description=_l("Empty: no end is stated."),
    )
    scan = FileField(
        _l("Scanned signature"),
        description=_l(
            "PNG, JPEG or WebP: dark ink on white paper, or on a transparent ground."
            " It is drawn anew, and seen by itself only by administrators and certificate officers."
        ),
        render_kw={"accept": "image/png,image/jpeg,image/webp"},
    )
    hands_over = BooleanField(
        _l("Whoever is in office leaves the day before"),
        description=_l("Certificates that were issued keep the old name and signature."),
    )
    removes_scan = BooleanField(_l("Print no signature from now on"))

    sha256: str | None = None  # of the scan that was sent

    @classmethod
    def for_new(cls) -> SignatoryForm:
        form = cls(row_version=1)
        del form.removes_scan
        return form

    @classmethod
    def for_edit(cls, signatory: Signatory) -> SignatoryForm:
        form = cls(obj=signatory)
        del form.hands_over
        if signatory.signature_sha256 is None:
            del form.removes_scan
        return form

    def facts(self) -> dict[str, Any]:
        """Return the columns that an edit changes, but for the signature."""
        names = ("name", "role", "office_from", "office_until")
        return {name: self[name].data for name in names}

    def kept_scan(self, before: str | None) -> str | None:
        """Return the fingerprint of the signature after an edit: what was sent, else what is there."""
        if "removes_scan" in self and self.removes_scan.data:
            return None
        return self.sha256 or before

    def validate_name(self, field: StringField) -> None:
        refuse_unprintable({"signatory": field.data or ""})

    def validate_role(self, field: StringField) -> None:
        refuse_unprintable({"role": field.data or ""})

    def validate_office_until(self, field: DateField) -> None:
        if field.data and self.office_from.data and field.data < self.office_from.data:
            raise ValidationError(_("The last day is before the first one."))


def refuse_unprintable(lines: dict[str, str]) -> None:
    """Refuse what no certificate could print, in the words of its form.

    Raises:
        ValidationError: a letter is in no font, or a layout has no room.
    """
    letters, is_too_long = drawing.faults_of_lines(lines)
    if letters:
        raise ValidationError(
            _("Certificates cannot print: %(letters)s", letters=" ".join(letters))
        )
    if is_too_long:
        raise ValidationError(_("Certificates have no room for so long a line. Shorten it."))


def _why(action: str) -> TextAreaField:
    return TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("Write the reason; it is kept in the log.")),
            Length(max=500, message=_l("Write at most %(max)d characters.")),
        ],
        description=_l("It is kept in the log. Write no more about the person than is needed."),
        filters=[lambda typed: (typed or "").strip()],
        render_kw={"rows": "3"},
        id=f"{action}-reason",  # several of these forms stand on one page
    )


class SuspendForm(FlaskForm):
    reason = _why("suspend")


class LiftForm(FlaskForm):
    reason = _why("lift")


class ReplaceForm(FlaskForm):
    reason = _why("replace")


class NameChangeForm(NameForm):
    reason = TextAreaField(
        _l("Why the name changes"),
        [
            DataRequired(_l("Write why, so that an officer can decide.")),
            Length(max=500, message=_l("Write at most %(max)d characters.")),
        ],
        description=_l("For instance: married in June, as in my new passport."),
        filters=[lambda typed: (typed or "").strip()],
        render_kw={"rows": "3"},
    )

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        if is_valid and not self.is_other_name:
            self.given_name.errors = [_l("This is the name that your certificates have.")]
            return False
        return is_valid

    @property
    def is_other_name(self) -> bool:
        person = self._person
        return self.parts() != {
            "given": person.given_name,
            "family": person.family_name,
            "given_latin": person.given_name_latin,
            "family_latin": person.family_name_latin,
        }


class DecideNameForm(FlaskForm):
    decision = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice("approve", _l("The new name, and new certificates")),
            SelectChoice("decline", _l("The name stays as it is")),
        ],
    )
    reason = TextAreaField(
        _l("Reason"),
        [Length(max=500, message=_l("Write at most %(max)d characters."))],
        description=_l("The holder reads it in a message. Needed if you decline."),
        filters=[lambda typed: (typed or "").strip()],
        render_kw={"rows": "3"},
    )

    def validate_reason(self, field: TextAreaField) -> None:
        if self.decision.data == "decline" and not field.data:
            raise ValidationError(_l("Write the reason; the holder reads it in a message."))
