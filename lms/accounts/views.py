"""Sign-in, the first-run questions, and the own account."""

from __future__ import annotations

import math
import time
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import current_app as app
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, ngettext, refresh
from flask_babel import gettext as _
from flask_limiter.errors import RateLimitExceeded
from flask_limiter.util import get_remote_address
from flask_login import current_user
from werkzeug import Response

from lms.accounts import rules, services, sessions, zones
from lms.accounts.forms import LinkForm, NameForm, NewPasswordForm, SignInForm, TimeZoneForm
from lms.accounts.models import Person
from lms.config import LANGUAGES
from lms.errors import show_http_error
from lms.extensions import db, limiter
from lms.web.access import allow, own_path, public
from lms.web.languages import COOKIE, COOKIE_SECONDS, chosen_language, interface_language

bp = Blueprint("accounts", __name__)


@bp.record
def load_people_by_session(state: BlueprintSetupState) -> None:
    state.app.login_manager.user_loader(sessions.load_person)  # type: ignore[attr-defined]


def account_and_place() -> str:
    return f"{rules.normal_email(request.form.get('email', ''))} {get_remote_address()}"


def own_account() -> str:
    return f"person {current_user.get_id()}"


def has_failed(answer: Response) -> bool:
    return answer.status_code == 422


# A whole ministry sits behind one address: only failures count, for one account from one place,
# and widely for the place. So nobody can lock somebody else out.
ACCOUNT_LIMIT = limiter.limit(
    "10 per 5 minutes", key_func=account_and_place, deduct_when=has_failed
)
PLACE_LIMIT = limiter.limit("300 per 5 minutes", deduct_when=has_failed)


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    target = own_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(target or "/learn", 303)
    return _sign_in_page(SignInForm(next=target), LinkForm(next=target))


@bp.post("/sign-in")
@public
@ACCOUNT_LIMIT
@PLACE_LIMIT
def sign_in_with_password() -> ResponseReturnValue:
    form = SignInForm()
    if form.validate_on_submit():
        try:
            person = services.authenticate(form.email.data, form.password.data)
        except services.WrongCredentials as refusal:
            form.email.errors = [refusal.message]  # beside the field, with what was typed
        else:
            return _welcome(person, "password", form.next.data)
    link_form = LinkForm(formdata=None, email=form.email.data, next=own_path(form.next.data))
    return _sign_in_page(form, link_form, 422)


def _sign_in_page(form: SignInForm, link_form: LinkForm, status: int = 200) -> ResponseReturnValue:
    page = render_template("accounts/sign_in.html", form=form, link_form=link_form)
    return page, status


@bp.errorhandler(RateLimitExceeded)
def show_lock_out(error: RateLimitExceeded) -> ResponseReturnValue:
    """Say how long to wait, with what was typed still there."""
    reset_at = limiter.current_limit.reset_at if limiter.current_limit else time.time()
    seconds = max(1, math.ceil(reset_at - time.time()))
    if request.path != url_for(".sign_in"):
        return show_http_error(error)
    form = SignInForm()
    minutes = max(1, math.ceil((seconds - 1) / 60))  # the limiter adds a second
    form.email.errors = [
        ngettext(
            "Too many tries. Wait %(num)d minute, then try again, or have a link e-mailed to you.",
            "Too many tries. Wait %(num)d minutes, then try again, or have a link e-mailed to you.",
            minutes,
        )
    ]
    link_form = LinkForm(formdata=None, email=form.email.data, next=own_path(form.next.data))
    answer = make_response(_sign_in_page(form, link_form, 429))
    answer.headers["Retry-After"] = str(seconds)
    return answer


@bp.get("/sign-in/link")
@public
def ask_for_link() -> ResponseReturnValue:
    """Lead back to the form, for whoever reloads or changes the language after sending it."""
    return redirect(url_for(".sign_in"), 303)


@bp.post("/sign-in/link")
@public
@limiter.limit("5 per 15 minutes", key_func=account_and_place)
@limiter.limit("300 per 15 minutes")
def send_link() -> ResponseReturnValue:
    form = LinkForm()
    if not form.validate_on_submit():
        sign_in_form = SignInForm(formdata=None, next=own_path(form.next.data))
        return _sign_in_page(sign_in_form, form, 422)
    services.request_link(form.email.data, own_path(form.next.data))
    db.session.commit()
    return redirect(url_for(".check_email"), 303)


@bp.get("/sign-in/check-email")
@public
def check_email() -> ResponseReturnValue:
    minutes = app.config["SIGN_IN_LINK_SECONDS"] // 60
    return render_template("accounts/check_email.html", minutes=minutes)


@bp.get("/sign-in/link/<token>")
@public
def link(token: str) -> ResponseReturnValue:
    """Ask to press a button: mail filters open links by themselves and would use it up."""
    return render_template("accounts/link.html", link=services.find_link(token), token=token)


@bp.post("/sign-in/link/<token>")
@public
@limiter.limit("30 per 5 minutes")
def sign_in_with_link(token: str) -> ResponseReturnValue:
    link = services.use_link(token)
    return _welcome(link.person, "link", link.next_path)


@bp.errorhandler(services.LinkExpired)
def show_expired_link(error: services.LinkExpired) -> ResponseReturnValue:
    db.session.rollback()
    return render_template(
        "accounts/link.html", link=None, form=LinkForm(formdata=None)
    ), error.status


def _welcome(person: Person, way: str, target: str | None) -> ResponseReturnValue:
    """Begin a session. First-timers go through language, name and time zone."""
    sessions.begin(person, way)
    services.note_sign_in(person, way)
    db.session.commit()
    if person.name_confirmed_at is None and not own_path(target):
        return redirect("/welcome/language", 303)
    return redirect(own_path(target, "/learn"), 303)


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    sessions.end()
    db.session.commit()
    answer = make_response(redirect("/", 303))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@bp.get("/welcome/language", endpoint="language")
@bp.get("/language", endpoint="language")  # the last one is what url_for writes
@public
def language() -> ResponseReturnValue:
    return render_template(
        "accounts/language.html",
        cards=[(language, _shown_instead(language.code)) for language in LANGUAGES.values()],
        chosen=chosen_language(),
        next=own_path(request.args.get("next")),
        is_first=_is_first_run(),
    )


def _shown_instead(code: str) -> tuple[str, str] | None:
    """Say, in that language, which one the pages are in while ``code`` is not translated yet."""
    shown = interface_language(code)
    if shown == code:
        return None
    with force_locale(shown):
        sentence = _("For now the pages are in: %(language)s", language=LANGUAGES[shown].own_name)
    return shown, sentence


def _is_first_run() -> bool:
    return request.path.startswith("/welcome/")


@bp.post("/language")
@public
def choose_language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    if current_user.is_authenticated:
        services.choose_language(current_user, chosen)
        db.session.commit()
    answer = make_response(redirect(_after_language(chosen), 303))
    answer.set_cookie(
        COOKIE,
        chosen,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=app.config["SESSION_COOKIE_SECURE"],
    )
    return answer


def _after_language(chosen: str) -> str:
    """Return to the page that was left, in the new language; newcomers go on to their name."""
    refresh()
    target = urlsplit(own_path(request.form.get("next")))
    if target.path in {"", "/language", "/welcome/language"}:
        is_new = current_user.is_authenticated and current_user.name_confirmed_at is None
        return "/welcome/name" if is_new else "/"
    first, slash, rest = target.path.lstrip("/").partition("/")
    path = f"/{chosen}{slash}{rest}" if first in LANGUAGES else target.path
    query = [pair for pair in parse_qsl(target.query, keep_blank_values=True) if pair[0] != "lang"]
    return path + (f"?{urlencode(query)}" if query else "")


@bp.get("/welcome/name", endpoint="name")
@bp.get("/account/name", endpoint="name")
@allow()
def name() -> ResponseReturnValue:
    form = NameForm(current_user)
    form.suggest_latin()
    form.check_letters()
    return _name_page(form)


@bp.post("/welcome/name", endpoint="confirm_name")
@bp.post("/account/name", endpoint="confirm_name")
@allow()
def confirm_name() -> ResponseReturnValue:
    form = NameForm(current_user)
    if "preview" in request.form:
        form.suggest_latin()
        return _name_page(form)
    if not form.validate_on_submit():
        return _name_page(form, 422)
    services.confirm_name(current_user, **form.parts())
    db.session.commit()
    flash(_("Saved. This is printed: %(name)s", name=current_user.name_latin), "success")
    return redirect("/welcome/time-zone" if _is_first_run() else url_for(".account"), 303)


def _name_page(form: NameForm, status: int = 200) -> ResponseReturnValue:
    return render_template("accounts/name.html", form=form, is_first=_is_first_run()), status


@bp.get("/welcome/time-zone", endpoint="time_zone")
@bp.get("/account/time-zone", endpoint="time_zone")
@allow()
def time_zone() -> ResponseReturnValue:
    return _time_zone_page(TimeZoneForm(current_user))


@bp.post("/welcome/time-zone", endpoint="choose_time_zone")
@bp.post("/account/time-zone", endpoint="choose_time_zone")
@allow()
def choose_time_zone() -> ResponseReturnValue:
    form = TimeZoneForm(current_user)
    if not form.validate_on_submit():
        return _time_zone_page(form, 422)
    services.choose_time_zone(current_user, form.time_zone.data)
    db.session.commit()
    if _is_first_run():
        return redirect("/learn", 303)
    flash(_("Saved. Times are shown in this zone from now on."), "success")
    return redirect(url_for(".account"), 303)


def _time_zone_page(form: TimeZoneForm, status: int = 200) -> ResponseReturnValue:
    return render_template("accounts/time_zone.html", form=form, is_first=_is_first_run()), status


@bp.get("/account/password", endpoint="account")
@bp.get("/account", endpoint="account")
@allow()
def account() -> ResponseReturnValue:
    return _account_page(_password_form())


def _password_form() -> NewPasswordForm:
    """Ask for the old password, unless there is none or this session has proved the mailbox."""
    knows_mailbox = sessions.way() in sessions.MAILBOX_WAYS
    asks_for_current = current_user.password is not None and not knows_mailbox
    return NewPasswordForm(current_user, asks_for_current=asks_for_current)


def _account_page(form: NewPasswordForm, status: int = 200) -> ResponseReturnValue:
    zone = zones.zone_name(current_user.time_zone)
    page = render_template("accounts/account.html", form=form, languages=LANGUAGES, zone=zone)
    return page, status


@bp.post("/account/password")
@allow()
@limiter.limit("10 per 5 minutes", key_func=own_account, deduct_when=has_failed)
def change_password() -> ResponseReturnValue:
    form = _password_form()
    if not form.validate_on_submit():
        return _account_page(form, 422)
    services.change_password(current_user, form.password.data)
    db.session.commit()
    sessions.renew()
    flash(_("Your password is changed. Other devices are signed out."), "success")
    return redirect(url_for(".account"), 303)
