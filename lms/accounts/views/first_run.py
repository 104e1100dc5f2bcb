"""The first-run questions: language, name and time zone."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import (
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import current_app as app
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, refresh
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import services
from lms.accounts.forms import NameForm, TimeZoneForm
from lms.accounts.views import bp
from lms.config import LANGUAGES
from lms.extensions import db
from lms.web.access import allow, own_path, public
from lms.web.languages import COOKIE, COOKIE_SECONDS, chosen_language, interface_language


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
    if address := services.name_lock(current_user):
        return redirect(address, 303)
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
