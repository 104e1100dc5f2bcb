"""Two accounts of one person are made one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.models import Person, shown_name
from lms.extensions import db
from lms.site import merging as mergers
from lms.site.forms import MergePeopleForm
from lms.site.views import admin
from lms.site.views.words import named_countries
from lms.site.words import ROLE_NAMES
from lms.web.access import Role, allow
from lms.web.addresses import stored_id
from lms.web.languages import chosen_language

MERGE = "/users/<int:person_id>/merge"


@admin.get(MERGE)
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def merging(person_id: int) -> ResponseReturnValue:
    """List who may be the same person; ``into`` in the address shows both side by side."""
    goes = mergers.mergeable_person(current_user, person_id)
    into = request.args.get("into", type=stored_id)
    if into is None:
        return render_template(
            "site/merge_candidates.html",
            person=goes,
            candidates=mergers.candidates_for(current_user, goes),
            countries=named_countries(),
        )
    return _preview(goes, mergers.mergeable_person(current_user, into), MergePeopleForm())


def _preview(
    goes: Person, stays: Person, form: MergePeopleForm, status: int = 200
) -> ResponseReturnValue:
    if goes.id == stays.id:
        raise mergers.SameAccount
    page = render_template(
        "site/merge_people.html",
        goes=mergers.side_of(goes),
        stays=mergers.side_of(stays),
        clashes=mergers.clashes_of(goes, stays),
        refusal=mergers.RolesFirst.message if mergers.missing_roles(goes, stays) else "",
        form=form,
        countries=named_countries(),
        role_names=ROLE_NAMES,
    )
    return page, status


@admin.post(f"{MERGE}/<int:survivor_id>")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR, step_up=True)
def merge(person_id: int, survivor_id: int) -> ResponseReturnValue:
    """Make one account of two, after the preview was seen."""
    goes = mergers.mergeable_person(current_user, person_id)
    stays = mergers.mergeable_person(current_user, survivor_id)
    form = MergePeopleForm()
    if not form.validate_on_submit():
        return _preview(goes, stays, form, 422)
    mergers.merge_people(current_user, goes, stays, form.reason.data or "")
    db.session.commit()
    flash(
        _("The two accounts are one now: %(name)s.", name=shown_name(stays, chosen_language())),
        "success",
    )
    if "administrator" in current_user.role_names:
        return redirect(url_for(".person", person_id=stays.id), 303)
    return redirect(url_for(".merging", person_id=stays.id), 303)
