"""What several forms share: short names for addresses, moments of a cohort."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, StringField, ValidationError
from wtforms.validators import Length, Optional

from lms.web.forms import trimmed

LONGEST_SLUG = 80
FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_RESERVED = {"new", "logos", "hand-over"}  # addresses of pages beside it


def slug_from(text: str) -> str:
    """Make a short name out of a title; of a title without Latin letters nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].rstrip("-")


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


def moment_in(zone: str, typed: datetime | None) -> datetime | None:
    """Return what was typed on a cohort's clock as a moment in UTC."""
    return typed.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if typed else None


def typed_in(zone: str, moment: datetime | None) -> datetime | None:
    """Return a moment as it is typed on a cohort's clock."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if moment else None
