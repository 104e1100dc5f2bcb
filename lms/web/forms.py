"""What forms of all packages share: filters of lists, and edits that two may make at once.

Filters stand in the address, so that a filtered list can be kept and mailed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, SelectChoice, ValidationError
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import HiddenInput

from lms.web.addresses import LARGEST_ID

YEARS = range(2000, 2101)  # any other is a slip of the keyboard


def trimmed(typed: str | None) -> str:
    return (typed or "").strip()


def check_year(_form: FlaskForm, field: Field) -> None:
    if field.data and field.data.year not in YEARS:
        raise ValidationError(_("Write the year with four digits, as in 2026."))


def choices(named: Mapping[str, Any], none: Any = None) -> list[SelectChoice]:
    """List what a select offers; ``none`` is the words for choosing nothing."""
    offered = [SelectChoice(value, words) for value, words in named.items()]
    return offered if none is None else [SelectChoice("", none), *offered]


class FilterForm(FlaskForm):
    """What a list is filtered by; asking changes nothing, so no token is needed."""

    class Meta:
        csrf = False

    @classmethod
    def from_address(cls) -> Self:
        return cls(request.args)

    def filters(self) -> dict[str, Any]:
        """Return what to filter by; a choice that is not offered filters nothing, and says so."""
        self.validate()
        return {field.name: field.data or "" for field in self if not field.errors}


@dataclass(frozen=True)
class Difference:
    """One field that somebody else saved otherwise meanwhile."""

    label: str
    theirs: Any
    yours: Any


class EditForm(FlaskForm):
    """An edit that remembers which version was seen, so that nobody undoes what another has just saved."""

    row_version = IntegerField(
        widget=HiddenInput(), validators=[InputRequired(), NumberRange(0, LARGEST_ID)]
    )

    facts: Callable[[], dict[str, Any]]

    def differences(self, row: Any) -> list[Difference]:
        """Compare what was typed with what is saved now; from here on an edit is one of the newest version."""
        self.row_version.data = row.row_version
        self.row_version.raw_data = [str(row.row_version)]
        return [
            Difference(str(self[name].label.text), getattr(row, name), value)
            for name, value in self.facts().items()
            if getattr(row, name) != value
        ]
