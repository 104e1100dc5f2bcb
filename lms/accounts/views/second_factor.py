"""Setting up the app that makes one-time codes, and signing in with one."""

from __future__ import annotations

import segno
from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import queries, sessions
from lms.accounts.forms import CodeForm
from lms.accounts.models import AuthenticatorApp
from lms.accounts.services import factors
from lms.accounts.views import bp
from lms.accounts.views.limits import CODE_LIMIT
from lms.accounts.views.welcome import welcome
from lms.extensions import db
from lms.lib import codes
from lms.web.access import allow, has_proved, own_path, policy_of, public

OPEN_WITHOUT_FACTOR = {
    "accounts.second_factor",
    "accounts.begin_second_factor",
    "accounts.confirm_second_factor",
    "accounts.confirm",
    "accounts.prove",
    "accounts.confirm_by_link",
}


@bp.before_app_request
def ask_for_second_factor() -> ResponseReturnValue | None:
    """Lead staff to the set-up page until they have a second factor, where one is required.

    Whoever has set it up in another browser only shows the code here.
    """
    endpoint = request.endpoint
    if not current_app.config["SECOND_FACTOR_REQUIRED"] or endpoint is None:
        return None
    policy = policy_of(current_app, endpoint)
    if policy is None or policy.is_public or endpoint in OPEN_WITHOUT_FACTOR:
        return None
    if not current_user.is_staff or session.get("has_factor"):
        return None
    here = own_path(request.full_path.rstrip("?")) if request.method == "GET" else ""
    page = "accounts.confirm" if queries.has_app(current_user) else "accounts.second_factor"
    return redirect(url_for(page, next=here or None), 303)


@bp.get("/account/second-factor")
@allow()
def second_factor() -> ResponseReturnValue:
    return _page(CodeForm(formdata=None, next=own_path(request.args.get("next"))))


def _page(form: CodeForm, status: int = 200) -> ResponseReturnValue:
    app = queries.app_of(current_user)
    if app and app.confirmed_at is None and not has_proved():
        app = (
            None  # whoever sees the key has the codes for good: a session that lies open shows none
        )
    page = render_template(
        "accounts/second_factor.html",
        form=form,
        app=app,
        is_required=current_app.config["SECOND_FACTOR_REQUIRED"] and current_user.is_staff,
        open_codes=queries.open_recovery_code_count(current_user),
        **(_seed(app) if app and app.confirmed_at is None else {}),
    )
    return page, status


def _seed(app: AuthenticatorApp) -> dict[str, str]:
    """Return the new seed as a picture and as text, in groups that can be typed."""
    seed = factors.seed_of(app)
    address = codes.app_address(seed, current_user.email, "Serai")
    text = codes.seed_text(seed)
    return {
        "picture": segno.make_qr(address).svg_data_uri(scale=5, border=4, light="#ffffff"),
        "seed": " ".join(text[start : start + 4] for start in range(0, len(text), 4)),
    }


@bp.post("/account/second-factor/begin")
@allow(step_up=True)
def begin_second_factor() -> ResponseReturnValue:
    factors.begin_app(current_user)
    db.session.commit()
    target = own_path(request.form.get("next")) or None
    return redirect(url_for(".second_factor", next=target), 303)


@bp.post("/account/second-factor/confirm")
@allow(step_up=True)
@CODE_LIMIT
def confirm_second_factor() -> ResponseReturnValue:
    """Take the first code, and show the recovery codes: this once."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    made = factors.confirm_app(current_user, form.code.data or "")
    if made is None:
        form.refuse()
        return _page(form, 422)
    db.session.commit()
    session["has_factor"] = True
    return _codes_page(made, own_path(form.next.data, url_for(".account")))


@bp.post("/account/second-factor/recovery-codes")
@allow(step_up=True)
def renew_recovery_codes() -> ResponseReturnValue:
    app = queries.app_of(current_user)
    if app is None or app.confirmed_at is None:
        raise factors.NoAppYet
    made = factors.renew_recovery_codes(current_user)
    db.session.commit()
    return _codes_page(made, url_for(".account"))


def _codes_page(made: list[str], target: str) -> ResponseReturnValue:
    return render_template("accounts/recovery_codes.html", codes=made, next=target)


@bp.post("/account/second-factor/remove")
@allow(step_up=True)
def remove_second_factor() -> ResponseReturnValue:
    factors.remove_app(current_user)
    db.session.commit()
    sessions.renew()
    flash(_("The app is removed. Other devices are signed out."), "success")
    return redirect(url_for(".second_factor"), 303)


@bp.get("/sign-in/code")
@public
def code() -> ResponseReturnValue:
    if sessions.half_signed_in() is None:
        return redirect(url_for(".sign_in"), 303)
    return render_template("accounts/code.html", form=CodeForm())


@bp.post("/sign-in/code")
@public
@CODE_LIMIT
def sign_in_with_code() -> ResponseReturnValue:
    """Finish signing in. Until then the session opens nothing that a stranger's would not."""
    half = sessions.half_signed_in()
    if half is None:
        return redirect(url_for(".sign_in"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        if factors.use_code(half.person, form.code.data or ""):
            return welcome(half.person, half.way, half.target, has_factor=True)
        form.refuse()
    return render_template("accounts/code.html", form=form), 422
