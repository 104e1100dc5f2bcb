"""What waits for a second person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from lms.accounts.models import Approval
from lms.accounts.services import approvals
from lms.extensions import db
from lms.site.forms import OpenCourseForm
from lms.site.views import bp
from lms.web.access import Role, allow

SHOWN_FOR = timedelta(days=90)
MOST_SHOWN = 200


@bp.get("/approvals")
@allow(Role.ADMINISTRATOR, Role.OFFICER)
def list_approvals() -> ResponseReturnValue:
    return _page(OpenCourseForm(formdata=None))


def _page(form: OpenCourseForm, status: int = 200) -> ResponseReturnValue:
    waiting, closed = approvals.waiting_for(current_user), _closed()
    asked = [one for one in approvals.waiting() if one.asked_by_id == current_user.id]
    shown = [*waiting, *asked, *closed]
    _people = approvals.people_in(
        shown
    )  # held until the page is written: nobody is asked for one by one
    page = render_template(
        "site/approvals.html",
        waiting=waiting,
        asked=asked,
        closed=closed,
        words={one.id: approvals.APPROVED[one.action].describe(one) for one in shown},
        form=form,
        is_administrator="administrator" in current_user.role_names,
    )
    return page, status


def _closed() -> list[Approval]:
    """List what was decided, or what nobody decided in time, of the last three months."""
    now = datetime.now(UTC)
    query = (
        select(Approval)
        .where(
            Approval.asked_at > now - SHOWN_FOR,
            Approval.decided_at.is_not(None) | (Approval.expires_at <= now),
        )
        .order_by(Approval.id.desc())
    )
    found = db.session.scalars(query.limit(MOST_SHOWN)).unique()
    return [one for one in found if approvals.is_visible(current_user, one)]


@bp.post("/approvals/<int:approval_id>/<any(approve, decline):decision>")
@allow(Role.ADMINISTRATOR, Role.OFFICER, step_up=True)
def decide(approval_id: int, decision: str) -> ResponseReturnValue:
    approval = approvals.approval_of(current_user, approval_id)
    is_approved = decision == "approve"
    approvals.decide(current_user, approval, is_approved=is_approved)
    db.session.commit()
    flash(_("Agreed, and done.") if is_approved else _("Declined. Nothing was changed."), "success")
    return redirect(url_for(".list_approvals"), 303)


@bp.post("/approvals/open-course")
@allow(Role.ADMINISTRATOR, step_up=True)
def ask_to_open_course() -> ResponseReturnValue:
    """Ask for an instructor's view of one course, for an hour, in an emergency."""
    form = OpenCourseForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    approvals.ask(
        current_user, "open_course", {"course": form.course.data}, "", form.reason.data or ""
    )
    db.session.commit()
    flash(_("Asked. It is opened as soon as a second administrator agrees."), "success")
    return redirect(url_for(".list_approvals"), 303)
