"""A nominee's own page, from the link in the e-mail: where the nomination stands, and taking it back."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.cohorts import queries, services
from lms.cohorts.views import bp
from lms.extensions import db, limiter
from lms.web.access import public

PLACE_LIMIT = "300 per 5 minutes"  # a whole ministry opens its e-mails from one address


@bp.get("/nominations/<token>")
@public
@limiter.limit(PLACE_LIMIT)
def nomination(token: str) -> ResponseReturnValue:
    found = queries.nomination_behind(token)
    return render_template(
        "cohorts/nomination.html", standing=queries.standing_of(found), token=token
    )


@bp.get("/nominations/<token>/withdraw")
@public
def back_to_nomination(token: str) -> ResponseReturnValue:
    """Lead back, for whoever reloads or changes the language after a refusal."""
    return redirect(url_for(".nomination", token=token), 303)


@bp.post("/nominations/<token>/withdraw")
@public
@limiter.limit(PLACE_LIMIT)
def withdraw_own_nomination(token: str) -> ResponseReturnValue:
    services.withdraw_nomination(queries.nomination_behind(token), "", is_by_oneself=True)
    db.session.commit()
    flash(_("Your nomination is withdrawn. Thank you for telling us in time."), "success")
    return redirect(url_for(".nomination", token=token), 303)
