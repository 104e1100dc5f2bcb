"""The own dates, for a calendar program."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.extensions import db
from lms.learning.calendar import calendar_of
from lms.learning.views import calendar_bp
from lms.notices import services as notices
from lms.notices.services.writing import page_url
from lms.web.access import allow, public


@calendar_bp.get("/calendar/<secret>.ics")
@public
def feed(secret: str) -> ResponseReturnValue:
    """Give a calendar program what it subscribed to; the address itself is the right, and can be renewed."""
    content = calendar_of(notices.person_of_calendar(secret))
    answer = Response(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


@calendar_bp.get("/account/calendar.ics")
@allow()
def download() -> ResponseReturnValue:
    answer = Response(calendar_of(current_user), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="serai.ics"'
    return answer


@calendar_bp.get("/account/calendar")
@allow()
def address() -> ResponseReturnValue:
    secret = notices.calendar_secret(current_user)
    return render_template(
        "learning/calendar.html", address=page_url(url_for(".feed", secret=secret))
    )


@calendar_bp.post("/account/calendar")
@allow()
def renew() -> ResponseReturnValue:
    notices.renew_calendar(current_user)
    db.session.commit()
    flash(_("Your calendar has a new address. The old one no longer works."), "success")
    return redirect(url_for(".address"), 303)
