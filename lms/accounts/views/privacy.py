"""What is kept about people: the notice that they accept before they begin."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts.services import privacy
from lms.accounts.views import bp
from lms.errors import NotFound
from lms.extensions import db
from lms.lib import markdown
from lms.web.access import allow, own_path, policy_of
from lms.web.languages import chosen_language

# Whoever does not agree can still read what is kept, take it along and leave.
OPEN_WITHOUT = {
    "accounts.privacy_notice",
    "accounts.data",
    "accounts.confirm_close",
    "accounts.confirm_erase",
    "accounts.confirm",
}


@bp.before_app_request
def ask_for_consent() -> ResponseReturnValue | None:
    """Lead to the notice until it is accepted. What a page sends meanwhile, such as an answer, is kept first."""
    if not session.get("asks_privacy") or request.method not in {"GET", "HEAD"}:
        return None
    if request.accept_mimetypes.best == "application/json":
        return None  # a script of a page that is open, with an answer that waits to be sent
    endpoint = request.endpoint
    if endpoint is None or endpoint in OPEN_WITHOUT:
        return None
    policy = policy_of(current_app, endpoint)
    if policy is None or policy.is_public or not current_user.is_authenticated:
        return None
    return redirect(url_for("accounts.privacy_notice", next=own_path(request.full_path)), 303)


@bp.get("/welcome/privacy")
@allow()
def privacy_notice() -> ResponseReturnValue:
    notice = privacy.notice_for(current_user.country_code)
    if notice is None:
        raise NotFound
    language = _language_of(notice.texts)
    return render_template(
        "accounts/privacy.html",
        notice=notice,
        language=language,
        html=markdown.plain(notice.texts[language]),
        is_open=privacy.open_notice(current_user) is not None,
        next=own_path(request.args.get("next")),
    )


def _language_of(texts: dict[str, str]) -> str:
    """Return the language in which a notice is read: the reader's own where it is written in it."""
    asked = chosen_language()
    return asked if asked in texts else "en"


@bp.post("/welcome/privacy")
@allow()
def accept_privacy_notice() -> ResponseReturnValue:
    """Accept the version that was shown; one that is newer by now is asked for again."""
    notice = privacy.open_notice(current_user)
    if notice is not None and request.form.get("notice") == str(notice.id):
        privacy.accept(current_user, notice, _language_of(notice.texts))
        db.session.commit()
    if privacy.open_notice(current_user) is None:
        session.pop("asks_privacy", None)
    return redirect(own_path(request.form.get("next"), "/learn"), 303)
