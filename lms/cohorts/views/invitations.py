"""Accepting an invitation."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import services as accounts
from lms.accounts import sessions
from lms.accounts.models import Person
from lms.accounts.queries import person_by_email
from lms.cohorts import queries, services
from lms.cohorts.forms import AcceptForm, AddressForm
from lms.cohorts.services import Opened
from lms.cohorts.views import bp
from lms.extensions import db, limiter
from lms.web.access import public
from lms.web.languages import chosen_language

# A whole ministry opens its invitations from one address; a token cannot be guessed.
PLACE_LIMIT = "300 per 5 minutes"


def invitation_link() -> str:
    return f"invitation {(request.view_args or {}).get('token', '')}"


@bp.get("/invite/<token>")
@public
@limiter.limit(PLACE_LIMIT)
def invitation(token: str) -> ResponseReturnValue:
    return _page(services.find_invitation(token))


@bp.post("/invite/<token>/address")
@public
@limiter.limit("10 per hour", key_func=invitation_link)
@limiter.limit(PLACE_LIMIT)
def prove_address(token: str) -> ResponseReturnValue:
    """Mail a link to whoever opened one that was handed over."""
    found = services.find_invitation(token)
    form = AddressForm()
    if not form.validate_on_submit():
        return _page(found, 422, address_form=form)
    services.prove_address(found, form.email.data or "")
    db.session.commit()
    return render_template("cohorts/proof_sent.html", invitation=found.invitation)


@bp.get("/invite/<token>/address")
@public
def back_to_link(token: str) -> ResponseReturnValue:
    """Lead back, for whoever reloads or changes the language after typing an address."""
    return redirect(url_for(".invitation", token=token), 303)


@bp.post("/invite/<token>")
@public
@limiter.limit(PLACE_LIMIT)
def accept_invitation(token: str) -> ResponseReturnValue:
    found = services.find_invitation(token)
    has_account = _has_account(found)
    form = AcceptForm(found.email, has_account=has_account)
    if not form.validate_on_submit():
        return _page(found, 422, form)
    person = services.accept(found, form.chosen_password)
    return _go_on_to_sign_in(person) if has_account else _welcome(person)


def _welcome(person: Person) -> ResponseReturnValue:
    sessions.begin(person, "invitation")
    accounts.note_sign_in(person, "invitation")
    db.session.commit()
    return redirect("/welcome/language", 303)


def _go_on_to_sign_in(person: Person) -> ResponseReturnValue:
    """Ask for the password: a link alone never opens an account that exists."""
    is_somebody_else = current_user.is_authenticated and current_user.id != person.id
    if is_somebody_else:
        sessions.end()
    db.session.commit()
    flash(_("You have accepted the invitation. The course waits for you."), "success")
    return redirect(url_for("accounts.sign_in", next="/learn"), 303)


@bp.get("/invite/<token>/renew")
@public
def back_to_invitation(token: str) -> ResponseReturnValue:
    """Lead back, for whoever reloads or changes the language after asking for a new link."""
    return redirect(url_for(".invitation", token=token), 303)


@bp.post("/invite/<token>/renew")
@public
@limiter.limit("3 per hour", key_func=invitation_link)
@limiter.limit(PLACE_LIMIT)
def renew_invitation(token: str) -> ResponseReturnValue:
    found = services.find_invitation(token)
    if found.is_handed_over:
        services.ask_for_renewal(found)
        db.session.commit()
        return render_template("cohorts/renewal_asked.html", invitation=found.invitation)
    renewed = services.renew(found)
    db.session.commit()
    return render_template("cohorts/renewed.html", invitation=renewed)


@bp.errorhandler(services.InvitationRefused)
def show_refusal(error: services.InvitationRefused) -> ResponseReturnValue:
    """Show the invitation in the state it is in, with the way on from there."""
    db.session.rollback()
    found = services.find_invitation((request.view_args or {})["token"])
    return _page(found, error.status, message=str(error.message))


def _page(
    found: Opened,
    status: int = 200,
    form: AcceptForm | None = None,
    message: str = "",
    address_form: AddressForm | None = None,
) -> ResponseReturnValue:
    has_account, cohort = _has_account(found), found.invitation.cohort
    page = render_template(
        "cohorts/invitation.html",
        invitation=found.invitation,
        email=found.email,
        state=services.state_of(found),
        message=message,
        courses=queries.course_titles([cohort], chosen_language())[cohort.id],
        has_account=has_account,
        form=form or AcceptForm(found.email, has_account=has_account),
        address_form=address_form or AddressForm(formdata=None),
    )
    return page, status


def _has_account(found: Opened) -> bool:
    return not found.is_handed_over and person_by_email(found.email) is not None
