"""What several forms share: short names for addresses, edits that two may make at once, moments of a cohort."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from lms.web.addresses import LARGEST_ID

LONGEST_SLUG = 80
FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
YEARS = range(2000, 2101)  # any other is a slip of the keyboard

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_RESERVED = {"new", "logos", "hand-over"}  # addresses of pages beside it


def slug_from(text: str) -> str:
    """Make a short name out of a title; of a title without Latin letters nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].rstrip("-")


def trimmed(typed: str | None) -> str:
    return (typed or "").strip()


def plain_slug(_form: FlaskForm, field: Field) -> None:
    if not _SLUG.fullmatch(field.data) or field.data in _RESERVED:
        raise ValidationError(
            _("Use small Latin letters, digits and single hyphens, such as kz-2026.")
        )


def slug_field(description: Any) -> StringField:
    return StringField(
        _l("Short name in addresses"),
        [Optional(), Length(max=LONGEST_SLUG), plain_slug],
        description=description,
        filters=[trimmed],
        render_kw={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"},
    )


def check_year(_form: FlaskForm, field: Field) -> None:
    if field.data and field.data.year not in YEARS:
        raise ValidationError(_("Write the year with four digits, as in 2026."))


def moment_in(zone: str, typed: datetime | None) -> datetime | None:
    """Return what was typed on a cohort's clock as a moment in UTC."""
    return typed.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if typed else None


def typed_in(zone: str, moment: datetime | None) -> datetime | None:
    """Return a moment as it is typed on a cohort's clock."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if moment else None


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
