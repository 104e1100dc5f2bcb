"""The programme's side: all its nominations on one page, approving and declining them, spare seats."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.cohorts import queries, services
from lms.cohorts.models import Programme
from lms.delegations.forms import DeclineForm
from lms.delegations.views import programme_bp as bp
from lms.delegations.views.nominations import chosen_state
from lms.errors import NotFound
from lms.extensions import db
from lms.web.access import Role, allow
from lms.web.addresses import stored_id
from lms.web.pages import paged


@bp.get("/<programme>/nominations")
@allow(Role.COORDINATOR)
def nominations(programme: str) -> ResponseReturnValue:
    return _page(queries.deciding_programme(current_user, programme), DeclineForm(formdata=None))


def _page(programme: Programme, form: DeclineForm) -> ResponseReturnValue:
    cohorts = queries.programme_cohorts(programme)
    ids = [cohort.id for cohort in cohorts]
    state = chosen_state()
    quotas = {quota.cohort_id: quota for quota in queries.quotas_of(ids)}
    page = render_template(
        "delegations/programme_nominations.html",
        programme=programme,
        cohorts=cohorts,
        quotas=quotas,
        state=state,
        counts=queries.nomination_counts(ids),
        page=paged(queries.nominations_in(ids, state)),
        queue_places=queries.queue_places(ids),
        form=form,
        chosen=set(request.form.getlist("nomination", type=stored_id)),
    )
    return page, 422 if form.errors else 200


@bp.post("/<programme>/nominations")
@allow(Role.COORDINATOR)
def decide(programme: str) -> ResponseReturnValue:
    """Approve or decline the selected nominations."""
    found = queries.deciding_programme(current_user, programme)
    form = DeclineForm()
    form.validate_on_submit()
    is_approval = request.form.get("then") == "approve"
    chosen = request.form.getlist("nomination", type=stored_id)
    if not chosen:
        form.reason.errors = [*form.reason.errors, _("Select at least one nomination above.")]
    if not is_approval and not (form.reason.data or "").strip():
        form.reason.errors = [*form.reason.errors, _("Say why; the nominee reads it.")]
    if form.errors:
        return _page(found, form)
    ids = [cohort.id for cohort in queries.programme_cohorts(found)]
    nominations = queries.nominations_of_ids(ids, chosen)
    if is_approval:
        services.approve(current_user, nominations)
    else:
        services.decline(current_user, nominations, (form.reason.data or "").strip())
    db.session.commit()
    flash(
        _decided_words([one.placed_at is not None for one in nominations], is_approval), "success"
    )
    return redirect(url_for(".nominations", programme=found.slug), 303)


def _decided_words(are_placed: list[bool], is_approval: bool) -> str:  # noqa: FBT001 - one of two sentences
    if not is_approval:
        return ngettext("%(num)d is declined.", "%(num)d are declined.", len(are_placed))
    placed, waiting = sum(are_placed), len(are_placed) - sum(are_placed)
    if not waiting:
        return ngettext("%(num)d has a place.", "%(num)d have a place.", placed)
    return _(
        "%(placed)d have a place, %(waiting)d are on the waiting list.",
        placed=placed,
        waiting=waiting,
    )


@bp.post("/<programme>/nominations/share/<cohort>")
@allow(Role.COORDINATOR)
def share_seats(programme: str, cohort: str) -> ResponseReturnValue:
    """Let the free seats of a cohort's round go to whoever waits, by the rule of the round."""
    found = queries.deciding_programme(current_user, programme)
    home = next((one for one in queries.programme_cohorts(found) if one.slug == cohort), None)
    if home is None:
        raise NotFound
    promoted = services.share_spare_seats(home)
    db.session.commit()
    flash(
        ngettext("%(num)d person got a place.", "%(num)d people got a place.", len(promoted)),
        "success" if promoted else "info",
    )
    return redirect(url_for(".nominations", programme=found.slug, tab="waiting"), 303)
