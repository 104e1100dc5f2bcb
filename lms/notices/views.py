"""The own notices, which of them come by e-mail too, and the link that stops them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.extensions import csrf, db
from lms.notices import queries, services
from lms.notices.forms import ChoicesForm
from lms.notices.rules import KINDS
from lms.notices.tokens import read_stop_token
from lms.notices.words import TOPIC_NAMES
from lms.web.access import allow, public
from lms.web.pages import paged

bp = Blueprint("notices", __name__)


@bp.get("/account/notices")
@allow()
def list_notices() -> ResponseReturnValue:
    return render_template(
        "notices/list.html",
        page=paged(queries.list_notices(current_user)),
        unread=queries.unread_count(current_user),
    )


@bp.post("/account/notices/read")
@allow()
def mark_all_read() -> ResponseReturnValue:
    services.mark_all_read(current_user)
    db.session.commit()
    return redirect(url_for(".list_notices"), 303)


@bp.post("/account/notices/<int:notice_id>")
@allow()
def open_notice(notice_id: int) -> ResponseReturnValue:
    """Note that a notice was read, and show it: a page that is only looked at changes nothing."""
    services.mark_read(queries.notice_of(current_user, notice_id))
    db.session.commit()
    return redirect(url_for(".notice", notice_id=notice_id), 303)


@bp.get("/account/notices/<int:notice_id>")
@allow()
def notice(notice_id: int) -> ResponseReturnValue:
    found = queries.notice_of(current_user, notice_id)
    return render_template("notices/one.html", notice=found, text=services.words_of(found))


@bp.get("/account/notifications")
@allow()
def choices() -> ResponseReturnValue:
    return _choices_page(ChoicesForm.of(current_user))


def _choices_page(form: ChoicesForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "notices/choices.html", form=form, bounce=queries.bounce_of(current_user.email)
    )
    return page, status


@bp.post("/account/notifications")
@allow()
def choose() -> ResponseReturnValue:
    form = ChoicesForm.of(current_user)
    if not form.validate_on_submit():
        return _choices_page(form, 422)
    services.choose(current_user, form.wanted())
    db.session.commit()
    flash(_("Your choice is saved; it holds from the next e-mail on."), "success")
    return redirect(url_for(".choices"), 303)


@bp.get("/notices/off/<token>")
@public
def ask_to_stop(token: str) -> ResponseReturnValue:
    """Show one button: mail programs open links by themselves, and that must not stop anything."""
    return _stop_page(token)


def _stop_page(token: str) -> ResponseReturnValue:
    person_id, topic = read_stop_token(token)
    person = services.person_of_link(person_id)
    return render_template(
        "notices/stop.html",
        token=token,
        topic=TOPIC_NAMES[topic],
        kinds=KINDS[topic],
        is_wanted=queries.is_wanted(person, topic),
    )


@bp.post("/notices/off/<token>")
@public
def stop(token: str) -> ResponseReturnValue:
    """Stop e-mails of one kind, or let them come again; a mail program asks the same way (RFC 8058)."""
    person_id, topic = read_stop_token(token)
    person = services.person_of_link(person_id)
    services.stop(person, topic, is_wanted="again" in request.form)
    db.session.commit()
    return _stop_page(token)


# A mail program has no session and no token of a page; the address itself can be made by nobody else.
csrf.exempt(stop)
