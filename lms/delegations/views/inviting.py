"""Inviting people by e-mail or by a link to hand over, and what has become of the invitations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import segno
from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_login import current_user

from lms.cohorts import queries as cohort_queries
from lms.cohorts import services as cohorts
from lms.cohorts.models import Cohort
from lms.cohorts.queries import coordinated_cohort, country_name
from lms.cohorts.rules import LineProblem, PastedAddress, pasted_addresses
from lms.config import LANGUAGES
from lms.delegations.forms import HandOverForm, InvitePeopleForm
from lms.delegations.views import bp
from lms.delegations.views.addresses import page_of, place_of
from lms.delegations.views.nominations import problem_words, withdrawal_words
from lms.extensions import db
from lms.web.access import Role, allow
from lms.web.languages import chosen_language

MOST_SAID = 10  # addresses that were left out
LONGEST_SAID = 80  # characters of each


@dataclass(frozen=True)
class Checked:
    """What would become of one pasted address."""

    address: PastedAddress
    why_not: str  # empty: it is invited

    @property
    def language_name(self) -> str:
        return LANGUAGES[self.address.language].own_name if self.address.language else ""


@bp.get("/<country>/<cohort>/invite")
@allow(Role.COORDINATOR)
def invite(country: str, cohort: str) -> ResponseReturnValue:
    return _page(coordinated_cohort(current_user, country, cohort))


def _page(cohort: Cohort, status: int = 200, **shown: Any) -> ResponseReturnValue:
    language = chosen_language()
    facts: dict[str, Any] = {
        "form": InvitePeopleForm(formdata=None, language=language),
        "link_form": HandOverForm(formdata=None, language=language),
        "checked": [],
        "previews": [],
        **shown,
    }
    page = render_template(
        "delegations/invite.html",
        cohort=cohort,
        place=place_of(cohort),
        country=country_name(cohort.country_code, str(get_locale())),
        quota=cohort_queries.quota_of(cohort),
        invitations=cohort_queries.open_invitations(cohort),
        links=cohort_queries.open_links(cohort),
        now=datetime.now(UTC),
        **facts,
    )
    return page, status


@bp.post("/<country>/<cohort>/invite")
@allow(Role.COORDINATOR)
def send_invitations(country: str, cohort: str) -> ResponseReturnValue:
    """Show what would be sent to whom; then, with the second button, send it."""
    found = coordinated_cohort(current_user, country, cohort)
    form = InvitePeopleForm()
    if not form.validate_on_submit():
        return _page(found, 422, form=form)
    pasted = pasted_addresses(form.addresses.data or "", form.language.data, LANGUAGES)
    room, known = cohorts.Room(found), cohort_queries.known_in(found)
    checked = [Checked(one, _why_not(one, room, known)) for one in pasted]
    fit = [one.address for one in checked if not one.why_not]
    if request.form.get("then") != "send" or not fit:
        languages = sorted({one.language for one in fit})
        previews = [
            (code, *cohorts.preview_invitation(current_user, found, code)) for code in languages
        ]
        return _page(found, 200 if fit else 422, form=form, checked=checked, previews=previews)
    room = cohorts.Room(found)
    for one in fit:
        cohorts.invite(current_user, found, one.email, one.language, room)
    db.session.commit()
    flash(
        ngettext(
            "%(num)d invitation is on its way.", "%(num)d invitations are on their way.", len(fit)
        ),
        "success",
    )
    _tell_left_out([one for one in checked if one.why_not])
    return redirect(page_of(found, ".invite"), 303)


def _why_not(one: PastedAddress, room: cohorts.Room, known: cohort_queries.Known) -> str:
    """Say why an address is not invited, or count its place."""
    if one.problem is LineProblem.BAD_ADDRESS:
        return _("An e-mail address looks like name@ministry.example.")
    if one.problem is not None:
        return problem_words(one.problem)
    if one.email in known.enrolled:
        return _("Is in the cohort already.")
    if one.email in known.invited:
        return _("Has an invitation that works. To send it again, use the list below.")
    if not room.has(one.email):
        return _("All places are taken. Nominate this person for the waiting list.")
    room.take(one.email)
    return ""


def _tell_left_out(left_out: list[Checked]) -> None:
    """Say it of some; the check has listed all, and a cookie takes these words to the next page."""
    for one in left_out[:MOST_SAID]:
        flash(f"{one.address.text[:LONGEST_SAID]}: {one.why_not}", "warning")
    if rest := len(left_out[MOST_SAID:]):
        flash(ngettext("and %(num)d more", "and %(num)d more", rest), "warning")


@bp.post("/<country>/<cohort>/invitations/<int:invitation_id>/again")
@allow(Role.COORDINATOR)
def invite_again(country: str, cohort: str, invitation_id: int) -> ResponseReturnValue:
    """Send an invitation again to the same address; let an expired link work again."""
    found = coordinated_cohort(current_user, country, cohort)
    old = cohort_queries.invitation_of(found, invitation_id)
    if old.email:
        cohorts.invite(current_user, found, old.email, old.language)
        words = _("The invitation is on its way to %(address)s.", address=old.email)
    else:
        cohorts.renew_link(old)
        words = _("The link works again, for whoever has it.")
    db.session.commit()
    flash(words, "success")
    return redirect(page_of(found, ".invite") + "#invitations", 303)


@bp.post("/<country>/<cohort>/invitations/<int:invitation_id>/withdraw")
@allow(Role.COORDINATOR)
def withdraw_invitation(country: str, cohort: str, invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back; a place that it kept goes to the next."""
    found = coordinated_cohort(current_user, country, cohort)
    invitation = cohort_queries.invitation_of(found, invitation_id)
    promoted = cohorts.withdraw_invitation(invitation)
    db.session.commit()
    name = invitation.email or invitation.note or _("The link")
    flash(withdrawal_words(name, [one.name for one in promoted]), "success")
    return redirect(page_of(found, ".invite") + "#invitations", 303)


@bp.post("/<country>/<cohort>/links")
@allow(Role.COORDINATOR)
def make_link(country: str, cohort: str) -> ResponseReturnValue:
    """Make a link to hand over, and show it once: only its fingerprint is kept."""
    found = coordinated_cohort(current_user, country, cohort)
    form = HandOverForm()
    if not form.validate_on_submit():
        return _page(found, 422, link_form=form)
    try:
        made, token = cohorts.make_link(
            current_user, found, form.language.data, (form.note.data or "").strip()
        )
    except cohorts.NoPlaceLeft as refusal:
        form.note.errors = [str(refusal.message)]
        return _page(found, 422, link_form=form)
    db.session.commit()
    base = str(current_app.config["PUBLIC_URL"]).rstrip("/")
    address = f"{base}/invite/{token}?lang={made.language}"
    return render_template(
        "delegations/link.html",
        cohort=found,
        place=place_of(found),
        invitation=made,
        address=address,
        picture=segno.make(address, error="m").svg_inline(
            scale=4, border=4, dark="#000", light="#fff"
        ),
    )
