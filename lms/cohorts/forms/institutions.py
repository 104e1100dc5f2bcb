from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, StopValidation

from lms.cohorts import queries, rules
from lms.cohorts.models import Institution
from lms.config import LANGUAGES
from lms.lib.names import clean_name

LONGEST_NAME = 200  # characters of an institution's name
NEW = "new"


class InstitutionField(StringField):
    """A public body, typed in any spelling: found, chosen among those that fit, or added as new.

    The macro ``field`` draws it, with the choice once there is one. The view says first whose bodies come first and
    whether the person may add one: ``form.institution.offer("KZ", may_add=True)``. After a validation that passed,
    ``chosen`` is the body, or None where it is new or nothing was typed; ``services.chosen_institution`` gives the
    row for both.
    """

    def __init__(self, label: Any = None, validators: Any = (), **options: Any) -> None:
        options.setdefault("filters", [lambda text: clean_name(text) if text else text])
        super().__init__(label, [*validators, Length(max=LONGEST_NAME)], **options)
        self.country, self.may_add = "", False
        self.choice = ""
        self.candidates: list[Institution] = []
        self.chosen: Institution | None = None

    @property
    def choice_name(self) -> str:
        """The name of the radio buttons that the macro draws."""
        return f"{self.name}-choice"

    @property
    def is_new(self) -> bool:
        """The person asked to add what was typed."""
        return bool(self.data) and self.chosen is None and self.may_add and self.choice == NEW

    @property
    def offers_choice(self) -> bool:
        return bool(self.errors) and bool(self.candidates or (self.may_add and self.data))

    def offer(self, country: str, *, may_add: bool) -> None:
        """Say whose bodies come first, and whether an unknown one may be added."""
        self.country, self.may_add = country, may_add

    def show(self, institution: Institution | None) -> None:
        """Fill in what is known, where nothing was typed."""
        if self.raw_data is None:
            self.data = institution.name if institution else ""

    def process(self, formdata: Any, *args: Any, **options: Any) -> None:
        super().process(formdata, *args, **options)
        self.choice = formdata.get(self.choice_name, "") if formdata else ""

    def pre_validate(self, form: Any) -> None:
        """Find the body. A choice that was made for another text counts for nothing."""
        text = self.data or ""
        if not text or len(text) > LONGEST_NAME:
            return
        if not rules.fold(text):
            raise StopValidation(_l("Write a name that has letters in it."))
        self.candidates = queries.meant_institutions(text, country=self.country)
        by_id = {str(one.id): one for one in self.candidates}
        self.chosen = by_id.get(self.choice)
        if self.chosen is None and self.choice != NEW and len(self.candidates) == 1:
            self.chosen = self.candidates[0]
        if self.chosen is None and not self.is_new:
            raise StopValidation(self._refusal())

    def _refusal(self) -> Any:
        if self.candidates:
            return _l("Several public bodies fit. Choose the one that is meant.")
        if self.may_add:
            return _l("No public body of this name is known. Correct the name, or add it as new.")
        return _l(
            "No public body of this name is known. Try another of its names, or ask the coordinator "
            "of your country to add it."
        )


class WorkForm(FlaskForm):
    """Where somebody works, and as what."""

    institution = InstitutionField(
        _l("Public body"),
        [DataRequired(_l("Write where you work."))],
        description=_l("Any of its names will do, in any language, or part of one."),
        render_kw={"autocomplete": "organization"},
    )
    post = StringField(
        _l("Post"),
        [Length(max=200)],
        filters=[lambda text: clean_name(text) if text else ""],
        render_kw={"autocomplete": "organization-title"},
    )


def _cleaned(text: str | None) -> str:
    return clean_name(text) if text else ""


def _name_field() -> StringField:
    return StringField(
        _l("Name"),
        [DataRequired(_l("Write the name.")), Length(max=LONGEST_NAME)],
        filters=[_cleaned],
    )


def _language_field() -> SelectField:
    return SelectField(
        _l("Language of the name"),
        choices=[
            SelectChoice("", _l("Not said")),
            *(SelectChoice(code, language.own_name) for code, language in LANGUAGES.items()),
        ],
        default="",
    )


class NewInstitutionForm(FlaskForm):
    country = SelectField(_l("Country"))
    name = _name_field()
    language = _language_field()
    parent = InstitutionField(
        _l("Belongs to"),
        [Optional()],
        description=_l("Of a unit: its ministry or agency. Leave it empty for a body of its own."),
    )
    is_another = BooleanField(_l("It is another body with the same name"))


def only_for_a_new_name(form: FlaskForm, field: DateField) -> None:
    """Ask for the day of a renaming, and take none elsewhere."""
    is_empty = not any(field.raw_data or ())
    if form.kind.data != "new" or is_empty:
        field.errors = []
        field.data = None
        raise StopValidation(
            _l("Write the day from which the new name holds.") if form.kind.data == "new" else ""
        )


class NameForm(FlaskForm):
    """One more name, or a new one from a day on."""

    name = _name_field()
    language = _language_field()
    kind = RadioField(
        _l("What is it?"),
        choices=[
            SelectChoice(
                "also", _l("Another name of it: a translation, a short form, another spelling")
            ),
            SelectChoice("new", _l("Its new name, since it was renamed")),
        ],
        default="also",
    )
    since = DateField(
        _l("Renamed on"),
        [only_for_a_new_name],
        description=_l(
            "Only for a new name. The old name is shown until that day; both are found."
        ),
    )


class ParentForm(FlaskForm):
    parent = InstitutionField(
        _l("Belongs to"), [Optional()], description=_l("Empty: it is a body of its own.")
    )


class MergeForm(FlaskForm):
    other = InstitutionField(
        _l("The body that stays"), [DataRequired(_l("Write the name of the body that stays."))]
    )
