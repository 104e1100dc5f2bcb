"""Addresses whose mail comes back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.extensions import db
from lms.notices import queries
from lms.notices import services as notices
from lms.site.views import admin
from lms.web.access import Role, allow
from lms.web.pages import paged


@admin.get("/bounces")
@allow(Role.ADMINISTRATOR)
def bounces() -> ResponseReturnValue:
    page = paged(queries.bounces())
    owners = queries.owners_of(bounce.address for bounce in page.rows)
    return render_template("site/bounces.html", page=page, owners=owners)


@admin.post("/bounces/clear")
@allow(Role.ADMINISTRATOR)
def clear_bounce() -> ResponseReturnValue:
    """Send mail to an address again."""
    address = request.form.get("address", "")
    notices.clear_bounce(address)
    db.session.commit()
    flash(_("Messages to %(address)s are sent again.", address=address), "success")
    return redirect(url_for(".bounces"), 303)
