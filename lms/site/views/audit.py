"""The log of who did what."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.site import queries
from lms.site.forms import (
    AuditFilterForm,
)
from lms.site.views import admin
from lms.site.views.words import named_countries
from lms.site.words import ACTION_NAMES, GRANT_NAMES, OBJECT_NAMES
from lms.web.access import Role, allow
from lms.web.pages import paged


@admin.get("/audit")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def audit() -> ResponseReturnValue:
    """Show the log; whoever is no administrator sees numbers in place of names."""
    form = AuditFilterForm.from_address()
    form.offer_actions(queries.logged_actions())
    page = paged(queries.audit_events(**form.filters()))
    is_administrator = "administrator" in current_user.role_names
    return render_template(
        "site/audit.html",
        page=page,
        filter_form=form,
        names=queries.names_in(page.rows) if is_administrator else {},
        is_administrator=is_administrator,
        action_names=ACTION_NAMES,
        object_names=OBJECT_NAMES,
        grant_names=GRANT_NAMES,
        countries=named_countries(),
    )
