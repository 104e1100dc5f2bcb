from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms.accounts import zones
from lms.certificates.drawing import second_languages
from lms.cohorts.models import CohortCourse, Country, Intake, Programme
from lms.cohorts.queries import newest_version_id
from lms.config import LANGUAGES
from lms.courses.models import Course
from lms.courses.queries import outline_of
from lms.delegations.forms.fields import FORMATS, moment_in, slug_field, slug_from, typed_in
from lms.web.forms import EditForm, check_year, trimmed
from lms.web.languages import chosen_language

MOST_SEATS = 100_000


def course_title(course_id: int) -> str:
    return outline_of(newest_version_id(course_id)).title(chosen_language())


class CohortForm(EditForm):
    """A cohort as it is changed; a new one has the fields of ``NewCohortForm`` besides."""

    title = StringField(
        _l("Title"),
        [DataRequired(_l("Write the title.")), Length(max=200)],
        description=_l("Such as: Kazakhstan, autumn 2026. It is printed on certificates."),
        filters=[trimmed],
    )
    intake_id = SelectField(_l("Round"), coerce=int, default=0)
    starts_on = DateField(_l("First day"), [InputRequired(_l("Write the first day.")), check_year])
    ends_on = DateField(_l("Last day"), [InputRequired(_l("Write the last day.")), check_year])
    time_zone = SelectField(
        _l("Time zone"), description=_l("Dates and times of the cohort are in it.")
    )
    seats = IntegerField(
        _l("Seats"),
        [Optional(), NumberRange(1, MOST_SEATS, _l("Write a number from %(min)d to %(max)d."))],
        description=_l("The country's quota in this round. Empty: no limit."),
        render_kw={"inputmode": "numeric", "class": "in short"},
    )
    is_self_enrolment_open = BooleanField(
        _l("People of the country may join by themselves"),
        description=_l("While seats last; whoever comes later waits."),
    )
    certificate_language = SelectField(
        _l("Second language of certificates"), description=_l("Beside English.")
    )

    def offer(self, country: Country, intakes: Iterable[Intake]) -> None:
        """Fill the lists for a country; what it needs most stands first or is chosen."""
        self.intake_id.choices = [
            SelectChoice(0, _l("No round")),
            *(SelectChoice(intake.id, intake.title) for intake in intakes),
        ]
        typed = self.time_zone.data or country.time_zone
        chosen = typed if typed in available_timezones() else country.time_zone
        groups = zones.choices(country.code, chosen)
        self.time_zone.choices = [
            SelectChoice(value, label, optgroup=group)
            for group, options in groups.items()
            for value, label in options
        ]
        printed = [code for code in LANGUAGES if code in second_languages()]
        self.certificate_language.choices = [
            SelectChoice(code, LANGUAGES[code].own_name) for code in printed
        ]
        if self.time_zone.data is None:
            self.time_zone.data = country.time_zone
        if self.certificate_language.data is None:
            own = (code for code in country.languages if code in printed)
            self.certificate_language.data = next(own, "en")

    def facts(self) -> dict[str, Any]:
        """Return the columns that an edit changes."""
        names = (
            "title", "starts_on", "ends_on", "time_zone", "seats", "is_self_enrolment_open",
            "certificate_language",
        )  # fmt: skip
        return {
            **{name: self[name].data for name in names},
            "intake_id": self.intake_id.data or None,
        }

    def validate_ends_on(self, field: DateField) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day is before the first one."))


class NewCohortForm(CohortForm):
    slug = slug_field(
        _l("Leave it empty, and it is made from the country and the year. Later it stays as it is.")
    )
    programme_id = SelectField(
        _l("Programme"), [InputRequired(_l("Choose the programme."))], coerce=int
    )
    course_ids = SelectMultipleField(
        _l("Courses"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    closes = DateTimeLocalField(
        _l("Courses are due"),
        [Optional(), check_year],
        format=FORMATS,
        description=_l(
            "In the cohort's time zone. Empty: no quiz closes. Later, each course has its own."
        ),
    )

    def offer_programmes(self, programmes: Iterable[Programme], courses: Iterable[Course]) -> None:
        self.programme_id.choices = [SelectChoice(one.id, one.title) for one in programmes]
        self.course_ids.choices = [SelectChoice(one.id, course_title(one.id)) for one in courses]

    def new_slug(self, country: str) -> str:
        year = self.starts_on.data.year if self.starts_on.data else ""
        return self.slug.data or slug_from(f"{country}-{year}")

    @property
    def closes_at(self) -> Any:
        return moment_in(self.time_zone.data, self.closes.data)


class AddCourseForm(FlaskForm):
    course_id = SelectField(_l("Course"), coerce=int)
    closes = DateTimeLocalField(_l("Due"), [Optional(), check_year], format=FORMATS)

    def offer(self, courses: Iterable[Course]) -> None:
        self.course_id.choices = [SelectChoice(one.id, course_title(one.id)) for one in courses]


class DueDateForm(FlaskForm):
    """When one course closes, on the cohort's clock; a page holds one for each course."""

    closes = DateTimeLocalField(_l("Due"), [Optional(), check_year], format=FORMATS)

    def __init__(self, link: CohortCourse) -> None:
        zone = link.cohort.time_zone
        super().__init__(
            prefix=f"{link.course.slug}-", data={"closes": typed_in(zone, link.closes_at)}
        )
        self.link = link

    @property
    def closes_at(self) -> Any:
        return moment_in(self.link.cohort.time_zone, self.closes.data)

    @property
    def title(self) -> str:
        return course_title(self.link.course_id)
