from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from lms.authoring.queries import Takers
from lms.authoring.rules import KIND_NAMES, STATE_NAMES
from lms.cohorts.models import CohortCourse
from lms.quizzes import services
from lms.quizzes.forms import ExtraTimeForm

LONGEST_COMMENT = 5_000


class GiveExtraTimeForm(ExtraTimeForm):
    holder = SelectField(
        _l("For"), [InputRequired(_l("Choose a person, or everybody in a cohort."))]
    )

    def offer(self, takers: Takers) -> None:
        choices = [SelectChoice("", _l("Nobody chosen yet"))]
        for cohort in takers.cohorts:
            whole = _("Everybody in %(cohort)s", cohort=cohort.title)
            choices.append(SelectChoice(f"cohort-{cohort.id}", whole, optgroup=cohort.title))
            choices += [
                SelectChoice(
                    f"person-{person.id}", person.name_latin or person.name, optgroup=cohort.title
                )
                for person in takers.people.get(cohort.id, [])
            ]
        self.holder.choices = choices


class AttemptFilterForm(FlaskForm):
    """Which attempts: in the address, so that a filtered list can be kept and mailed."""

    class Meta:
        csrf = False

    cohort = SelectField(_l("Cohort"), default="")
    state = SelectField(
        _l("State"),
        choices=[
            SelectChoice("", _l("Every state")),
            *(SelectChoice(state, words) for state, words in STATE_NAMES.items()),
        ],
        default="",
    )
    days = IntegerField(
        _l("Begun at least so many days ago"),
        [Optional(), NumberRange(0, 3650)],
        render_kw={"inputmode": "numeric"},
    )

    @classmethod
    def from_address(cls, taking: Iterable[CohortCourse]) -> AttemptFilterForm:
        form = cls(request.args)
        form.cohort.choices = [
            SelectChoice("", _l("Every cohort")),
            *(SelectChoice(one.cohort.slug, one.cohort.title) for one in taking),
        ]
        return form

    def filters(self) -> dict[str, Any]:
        """Return what to filter by; what cannot be read filters nothing, and says so."""
        self.validate()
        return {field.name: field.data for field in self if field.data and not field.errors}


class MarkingForm(FlaskForm):
    """A mark for one answer; ``with_criteria`` adds the levels of a rubric to it."""

    comment = TextAreaField(
        _l("Comment"),
        [Length(max=LONGEST_COMMENT, message=_l("Write at most 5,000 characters."))],
        description=_l("The learner reads it with the result."),
        render_kw={"maxlength": False, "rows": 5},
    )
    place = IntegerField(widget=HiddenInput())
    seen_id = IntegerField(widget=HiddenInput())

    def given(self, criteria: Mapping[str, Any]) -> services.Given:
        """Return what was filled in."""
        reason = self["reason"].data if "reason" in self else ""
        return services.Given(
            place=self.place.data or 0,
            levels={criterion: int(self[f"level-{criterion}"].data) for criterion in criteria},
            comment=(self.comment.data or "").strip(),
            reason=(reason or "").strip(),
            seen_id=self.seen_id.data or 0,
        )


def with_criteria(criteria: Mapping[str, Any], *, is_change: bool) -> type[MarkingForm]:
    """Make the form of one rubric.

    Args:
        criteria: criterion -> ``title`` and ``levels`` in words.
        is_change: whether a mark is there that this one replaces: that needs a reason.
    """
    fields: dict[str, Any] = {
        f"level-{criterion}": RadioField(
            words["title"],
            [InputRequired(_l("Choose a level."))],
            choices=[SelectChoice(str(level), text) for level, text in enumerate(words["levels"])],
        )
        for criterion, words in criteria.items()
    }
    if is_change:
        fields["reason"] = StringField(
            _l("Why the mark is changed"),
            [InputRequired(services.ReasonMissing.message), Length(max=500)],
            description=_l("It stands in the history; the learner does not see it."),
        )
    return type("RubricForm", (MarkingForm,), fields)


class InboxFilterForm(FlaskForm):
    """Which questions: in the address, so that a filtered list can be kept."""

    class Meta:
        csrf = False

    state = SelectField(
        _l("State"),
        choices=[
            SelectChoice("", _l("Every state")),
            SelectChoice("open", _l("Waits for an answer")),
            SelectChoice("answered", _l("Answered")),
        ],
        default="",
    )
    kind = SelectField(
        _l("Kind"),
        choices=[
            SelectChoice("", _l("Every kind")),
            *(SelectChoice(kind, words) for kind, words in KIND_NAMES.items()),
        ],
        default="",
    )

    @classmethod
    def from_address(cls) -> InboxFilterForm:
        return cls(request.args)

    def filters(self) -> dict[str, str]:
        """Return what to filter by; a choice that is not offered filters nothing."""
        self.validate()
        return {field.name: field.data or "" for field in self if not field.errors}


class AnswerForm(FlaskForm):
    text = TextAreaField(
        _l("Your answer"),
        [
            DataRequired(_l("Write an answer.")),
            Length(max=LONGEST_COMMENT, message=_l("Shorten it to 5,000 characters.")),
        ],
        render_kw={"maxlength": False, "rows": 6},
    )
