from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length

from lms.courses.outline import Outline
from lms.delegations.queries import NAMELESS, Filters, Overview
from lms.delegations.rules import Standing
from lms.web.forms import FilterForm, choices

STANDINGS = {
    Standing.NOT_SIGNED_IN.value: _l("Never signed in"),
    Standing.ON_TRACK.value: _l("On track"),
    Standing.BEHIND.value: _l("Falling behind"),
    Standing.FINISHED.value: _l("Finished"),
    NAMELESS: _l("Finished, the name is missing"),
    Standing.SUSPENDED.value: _l("Suspended"),
    Standing.WITHDRAWN.value: _l("Withdrawn"),
}
SORTS = {"name": _l("Name"), "last-seen": _l("Last seen"), "progress": _l("Progress")}


class PeopleFilterForm(FilterForm):
    """Filters of a delegation's people; what is offered depends on who is in it."""

    _chosen: Filters | None = None

    search = StringField(_l("Name or e-mail address"), [Length(max=100)])
    status = SelectField(
        _l("Where they stand"), choices=choices(STANDINGS, _l("Everybody")), default=""
    )
    institution = SelectField(_l("Institution"), default="")
    course = SelectField(_l("Course"), default="")
    module = SelectField(_l("Has not begun module"), default="")
    sort = SelectField(_l("Sorted by"), choices=choices(SORTS), default="name")

    def offer(self, overview: Overview, courses: dict[str, Outline], language: str) -> None:
        """Offer the institutions and courses that are there, and the modules of the chosen course."""
        self.institution.choices = choices(
            {str(one): name for one, name in overview.institutions}, _l("Every institution")
        )
        titles = {slug: outline.title(language) for slug, outline in courses.items()}
        self.course.choices = choices(titles, _l("Every course"))
        chosen = courses.get(self.course.data or "")
        modules = (
            {one.slug: one.titles[chosen.language_for(language)] for one in chosen.modules}
            if chosen
            else {}
        )
        self.module.choices = choices(modules, _l("Any"))

    @property
    def is_narrowing(self) -> bool:
        """Whether the list shows less than everybody, or in another order than by name."""
        chosen = self.chosen()
        kept = (chosen.status, chosen.search, chosen.institution, chosen.module)
        return any(kept) or chosen.sort != "name"

    def chosen(self) -> Filters:
        """Return what the list is filtered by; looked at once, because every look checks all fields."""
        if self._chosen is None:
            self._chosen = self._read()
        return self._chosen

    def _read(self) -> Filters:
        found = self.filters()
        institution = found.get("institution")
        return Filters(
            status=found.get("status", ""),
            search=found.get("search", ""),
            institution=int(institution) if institution else None,
            course=found.get("course", ""),
            module=found.get("module", ""),
            sort=found.get("sort") or "name",
        )


class MessageForm(FlaskForm):
    """What a coordinator writes to one person."""

    subject = StringField(_l("Subject"), [DataRequired(), Length(max=150)])
    text = TextAreaField(
        _l("Your message"),
        [DataRequired(), Length(max=5000)],
        description=_l(
            "It is sent as you write it, by e-mail and in the list of notices. An answer goes to your e-mail address."
        ),
        render_kw={"rows": 6},
    )
