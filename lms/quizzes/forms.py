"""Forms of staff: about time, and about somebody's attempt. What they change has a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    Field,
    IntegerField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from lms.cohorts.models import CohortCourse
from lms.quizzes.models import QuizWindow
from lms.quizzes.services import set_window

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
YEARS = range(2000, 2101)  # any other is a slip of the keyboard

MAX_HOURS = 24 * 90
SHORTEST_REASON = 10  # characters: "mistake" explains nothing to who reads the log


class ExtraTimeForm(FlaskForm):
    percent = IntegerField(
        _l("More time in %"),
        [InputRequired(), NumberRange(0, 900, _l("Write a number from 0 to 900."))],
        description=_l("50: half as long again. 100: twice as long. 0: no more time."),
        render_kw={"inputmode": "numeric", "min": 0, "max": 900},
    )
    reason = StringField(
        _l("Reason"),
        [DataRequired(), Length(max=500)],
        filters=[lambda text: text.strip() if text else text],
        description=_l("Kept in the log. Leave out what is about health."),
    )

    @property
    def factor(self) -> float:
        return 1 + (self.percent.data or 0) / 100


class WindowForm(FlaskForm):
    """When a cohort may take a quiz, in the cohort's own time. A page may hold many of them."""

    opens_at = DateTimeLocalField(_l("Opens"), [Optional()], format=FORMATS)
    closes_at = DateTimeLocalField(_l("Closes"), [Optional()], format=FORMATS)

    def __init__(
        self, cohort_course: CohortCourse, path: str, window: QuizWindow | None = None
    ) -> None:
        self.cohort_course, self.path = cohort_course, path
        self.zone = ZoneInfo(cohort_course.cohort.time_zone)
        self.course_closes_at = cohort_course.closes_at
        known = {"opens_at": window.opens_at, "closes_at": window.closes_at} if window else {}
        local = {name: at.astimezone(self.zone) for name, at in known.items() if at}
        quiz = f"{cohort_course.course.slug}-{path.replace('/', '-')}"
        super().__init__(prefix=f"{cohort_course.cohort.slug}-{quiz}", data=local)

    def save(self) -> str:
        """Set the times, and return what to say about it."""
        lengthened = set_window(
            self.cohort_course, self.path, self.moment(self.opens_at), self.moment(self.closes_at)
        )
        saved = _("The times of %(cohort)s are saved.", cohort=self.cohort_course.cohort.title)
        if not lengthened:
            return saved
        more = ngettext(
            "%(num)d attempt under way has more time now.",
            "%(num)d attempts under way have more time now.",
            lengthened,
        )
        return f"{saved} {more}"

    def moment(self, field: Field) -> datetime | None:
        """Return what was typed as a moment in UTC."""
        typed: datetime | None = field.data
        return typed.replace(tzinfo=self.zone).astimezone(UTC) if typed else None

    def validate_opens_at(self, field: Field) -> None:
        _check_year(field)

    def validate_closes_at(self, field: Field) -> None:
        _check_year(field)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the two together once each can be read; an empty closing is that of the course."""
        if not super().validate(extra_validators):
            return False
        opens_at, own = self.moment(self.opens_at), self.moment(self.closes_at)
        closes_at = own or self.course_closes_at
        if opens_at is None or closes_at is None or opens_at < closes_at:
            return True
        field = self.closes_at
        if own is None:
            field.errors = [_("The course closes before that. Set a later closing time here.")]
        else:
            field.errors = [_("The quiz must close after it opens. Set a later time.")]
        return False


def with_refused(forms: list[WindowForm], refused: WindowForm | None) -> list[WindowForm]:
    """Put the form with errors in the place of its like."""
    if refused is None:
        return forms
    return [refused if form._prefix == refused._prefix else form for form in forms]  # noqa: SLF001


def _check_year(field: Field) -> None:
    if field.data and field.data.year not in YEARS:
        raise ValidationError(_("Write the year with four digits, as in 2026."))


class ReasonForm(FlaskForm):
    """Nothing that touches somebody's result happens without a reason."""

    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Write why; it is kept in the log.")),
            Length(min=SHORTEST_REASON, message=_l("Write at least %(min)d characters.")),
            Length(max=500, message=_l("Write at most %(max)d characters.")),
        ],
        filters=[lambda typed: (typed or "").strip()],
        render_kw={"rows": "3"},
    )


class ReopenForm(ReasonForm):
    hours = IntegerField(
        _l("Hours until it ends"),
        [
            InputRequired(_l("Write a number of hours.")),
            NumberRange(1, MAX_HOURS, message=_l("Write a number from %(min)d to %(max)d.")),
        ],
        default=24,
        description=_l("Counted from now, also where the quiz has no time limit or has closed."),
        render_kw={"class": "in short", "inputmode": "numeric"},
    )

    @property
    def ends_at(self) -> datetime:
        return datetime.now(UTC) + timedelta(hours=self.hours.data or 0)
