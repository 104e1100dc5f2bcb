"""Signing in and out."""

from __future__ import annotations

import math
import time

from flask import current_app as app
from flask import (
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_limiter.errors import RateLimitExceeded
from flask_login import current_user

from lms.accounts import services, sessions
from lms.accounts.forms import LinkForm, SignInForm
from lms.accounts.views import bp
from lms.accounts.views.limits import ACCOUNT_LIMIT, FROM_ONE_PLACE, PLACE_LIMIT, account_and_place
from lms.accounts.views.welcome import welcome
from lms.errors import show_http_error
from lms.extensions import db, limiter
from lms.web.access import own_path, public


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
            return welcome(person, "password", form.next.data)
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
@limiter.limit(FROM_ONE_PLACE)
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
@limiter.limit(FROM_ONE_PLACE)
def sign_in_with_link(token: str) -> ResponseReturnValue:
    link = services.use_link(token)
    return welcome(link.person, "link", link.next_path)


@bp.errorhandler(services.LinkExpired)
def show_expired_link(error: services.LinkExpired) -> ResponseReturnValue:
    db.session.rollback()
    return render_template(
        "accounts/link.html", link=None, form=LinkForm(formdata=None)
    ), error.status


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    sessions.end()
    db.session.commit()
    answer = make_response(redirect("/", 303))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
