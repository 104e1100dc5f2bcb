"""Sign-in, the first-run questions, and the own account."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh
from flask_login import current_user
from flask_security.utils import login_user, logout_user
from flask_limiter.util import get_remote_address

from lms.accounts import services
from lms.accounts.forms import LinkForm, NameForm, NewPasswordForm, SignInForm, TimeZoneForm
from lms.accounts.models import Person
from lms.accounts.rules import normal_email
from lms.config import LANGUAGES
from lms.errors import NotFound
from lms.extensions import db, limiter
from lms.lib import names
from lms.web.access import allow, own_path, public
from lms.web.languages import COOKIE, COOKIE_SECONDS

bp = Blueprint("accounts", __name__)

# A whole ministry sits behind one address: only failures count, for one account from one place, and widely for the place.
SIGN_IN_LIMITS = "10 per 5 minutes"


def account_and_place() -> str:
    return f"{normal_email(request.form.get('email', ''))} {get_remote_address()}"


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(own_path(request.args.get("next"), "/learn"), 303)
    return render_template("accounts/sign_in.html", form=SignInForm(), next=own_path(request.args.get("next")))


@bp.post("/sign-in")
@public
@limiter.limit(SIGN_IN_LIMITS, key_func=account_and_place, deduct_when=lambda answer: answer.status_code == 422)
@limiter.limit("300 per 5 minutes", deduct_when=lambda answer: answer.status_code == 422)
def sign_in_with_password() -> ResponseReturnValue:
    form = SignInForm()
    target = own_path(request.form.get("next"))
    if form.validate_on_submit():
        try:
            person = services.authenticate(form.email.data or "", form.password.data or "")
        except services.WrongCredentials as refusal:
            form.email.errors = [str(refusal.message)]  # kept beside the field, with what was typed
        else:
            return _welcome(person, "password", target)
    return render_template("accounts/sign_in.html", form=form, next=target), 422


@bp.post("/sign-in/link")
@public
@limiter.limit("5 per 15 minutes", key_func=account_and_place)
def send_link() -> ResponseReturnValue:
    form = LinkForm()
    if not form.validate_on_submit():
        page = SignInForm(formdata=None, email=form.email.data)
        page.email.errors = list(form.email.errors)
        return render_template("accounts/sign_in.html", form=page, next=""), 422
    services.request_link(form.email.data or "")
    db.session.commit()
    return redirect(url_for(".check_email"), 303)


@bp.get("/sign-in/check-email")
@public
def check_email() -> ResponseReturnValue:
    return render_template("accounts/check_email.html")


@bp.get("/sign-in/link/<token>")
@public
def link(token: str) -> ResponseReturnValue:
    """Ask to press a button: mail filters open links by themselves and would use it up."""
    return render_template("accounts/link.html", token=token)


@bp.post("/sign-in/link/<token>")
@public
@limiter.limit("30 per 5 minutes")
def sign_in_with_link(token: str) -> ResponseReturnValue:
    return _welcome(services.use_link(token), "link", "")


def _welcome(person: Person, way: str, target: str) -> ResponseReturnValue:
    """Begin a session. First-timers go through language, name and time zone."""
    login_user(person, authn_via=[way])
    services.note_sign_in(person, way)
    db.session.commit()
    if person.name_confirmed_at is None and not target:
        return redirect(url_for(".language", first=1), 303)
    return redirect(target or "/learn", 303)


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    logout_user()
    answer = make_response(redirect("/", 303))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@bp.get("/language", endpoint="language")
@bp.get("/welcome/language", endpoint="language")
@public
def language() -> ResponseReturnValue:
    return render_template("accounts/language.html", next=own_path(request.args.get("next")))


@bp.post("/language")
@public
def choose_language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise NotFound
    if current_user.is_authenticated:
        services.choose_language(current_user, chosen)
        db.session.commit()
    answer = make_response(redirect(_after_language(chosen), 303))
    answer.set_cookie(COOKIE, chosen, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax")
    return answer


def _after_language(chosen: str) -> str:
    """Return to the page that was left, in the new language; newcomers go on to their name."""
    refresh()
    target = own_path(request.form.get("next"))
    if not target and current_user.is_authenticated and current_user.name_confirmed_at is None:
        return url_for(".name")
    first, slash, rest = target.lstrip("/").partition("/")
    if first in LANGUAGES:
        return f"/{chosen}{slash}{rest}"
    return target or "/"


@bp.get("/welcome/name", endpoint="name")
@bp.get("/account/name", endpoint="name")
@allow()
def name() -> ResponseReturnValue:
    person = current_user
    form = NameForm(obj=person)
    if not person.name_latin:
        form.given_name_latin.data = names.suggest_latin(person.given_name, person.language)
        form.family_name_latin.data = names.suggest_latin(person.family_name, person.language)
    return render_template("accounts/name.html", form=form)


@bp.post("/account/name")
@allow()
def confirm_name() -> ResponseReturnValue:
    form = NameForm()
    if not form.validate_on_submit():
        return render_template("accounts/name.html", form=form), 422
    is_first_time = current_user.name_confirmed_at is None
    services.confirm_name(current_user, **form.parts())
    db.session.commit()
    flash(_("Saved. Your name is printed like this: %(name)s", name=current_user.name_latin))
    return redirect(url_for(".time_zone") if is_first_time else url_for(".account"), 303)


@bp.get("/welcome/time-zone", endpoint="time_zone")
@bp.get("/account/time-zone", endpoint="time_zone")
@allow()
def time_zone() -> ResponseReturnValue:
    return render_template("accounts/time_zone.html", form=TimeZoneForm(obj=current_user))


@bp.post("/account/time-zone")
@allow()
def choose_time_zone() -> ResponseReturnValue:
    form = TimeZoneForm()
    if not form.validate_on_submit():
        return render_template("accounts/time_zone.html", form=form), 422
    services.choose_time_zone(current_user, form.time_zone.data)
    db.session.commit()
    return redirect("/learn", 303)


@bp.get("/account")
@allow()
def account() -> ResponseReturnValue:
    return render_template("accounts/account.html", form=NewPasswordForm())


@bp.post("/account/password")
@allow()
def change_password() -> ResponseReturnValue:
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return render_template("accounts/account.html", form=form), 422
    services.change_password(current_user, form.password.data or "")
    db.session.commit()
    login_user(current_user)
    flash(_("Your password is changed. Other devices are signed out."))
    return redirect(url_for(".account"), 303)
