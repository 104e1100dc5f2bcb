"""Where the person who looks works."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.cohorts import queries, services
from lms.cohorts.forms import WorkForm
from lms.cohorts.rules import may_add_bodies
from lms.cohorts.views import bp
from lms.extensions import db
from lms.web.access import allow


@bp.get("/account/work")
@allow()
def work() -> ResponseReturnValue:
    form = _form()
    known = queries.affiliation_of(current_user)
    if known is not None:
        form.institution.show(known.institution)
        form.post.data = known.post
    return render_template("cohorts/work.html", form=form)


@bp.post("/account/work")
@allow()
def set_work() -> ResponseReturnValue:
    form = _form()
    if not form.validate_on_submit():
        return render_template("cohorts/work.html", form=form), 422
    place = services.chosen_institution(
        form.institution.chosen, form.institution.data or "", current_user.country_code
    )
    if place is not None:
        services.set_workplace(current_user, place, form.post.data or "")
        db.session.commit()
        flash(_("Saved: you work at %(body)s.", body=place.name), "success")
    return redirect(url_for(".work"), 303)


def _form() -> WorkForm:
    form = WorkForm()
    country = current_user.country_code
    form.institution.offer(
        country,
        may_add=may_add_bodies(
            current_user.role_names, current_user.objects_of("coordinator", "country"), country
        ),
    )
    return form
