"""Correcting a wrong key: first what it would do, then, with a reason, doing it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from lms.authoring.queries import regrading as queries
from lms.authoring.queries.regrading import Correctable
from lms.authoring.views import bp
from lms.courses.queries import contents_of, taught_version
from lms.errors import LmsError
from lms.extensions import db
from lms.jobs.services import enqueue
from lms.quizzes.forms import ReasonForm
from lms.quizzes.items import BadResponse, NoKey
from lms.quizzes.items.submitted import PART
from lms.quizzes.queries.regrading import Proposal, Regrade, regrade_of
from lms.quizzes.services import sentence
from lms.quizzes.services.regrading import RegradeChanged
from lms.quizzes.services.regrading import regrade as apply_regrade
from lms.web.access import Role, allow
from lms.web.languages import chosen_language

MOST_AT_ONCE = 200  # scores that change while somebody waits for the page; more are a job's work
ITEM = "/<course>/regrade/<bank>/<item>"


class Unclear(LmsError):
    """What was asked cannot be worked out; ``message`` stands beside the form."""

    status = 422


NOT_GIVEN = _l("Give the answer that should be right, or choose the whole mark for everybody.")
NO_KEY = _l("No key makes this answer right. Give another answer.")
NO_VERSION = _l("Choose at least one version.")


def _found(course: str, bank: str, item: str) -> Correctable:
    version = taught_version(current_user, course)
    language = contents_of(version.id, chosen_language()).language
    shown = request.values.get("shown", type=int)
    return queries.correctable_item(version.course_id, f"{bank}/{item}", language, shown)


def _proposal(found: Correctable) -> Proposal:
    """Read what shall hold from now on, else say what is missing."""
    offered = {line.id for line in found.same}
    chosen = {int(one) for one in request.values.getlist("version") if one.isdecimal()}
    version_ids = tuple(sorted(chosen & offered))
    if not version_ids:
        raise Unclear(NO_VERSION)
    if request.values.get("give") == "all":
        return Proposal(found.key, version_ids, None)
    try:
        response = found.question.type.parse(found.question.structure, request.values)
    except BadResponse as error:
        raise Unclear(sentence(error)) from error
    if response is None or not found.has_key:
        raise Unclear(NOT_GIVEN)
    return Proposal(found.key, version_ids, response)


def _dry_run(proposal: Proposal) -> Regrade:
    try:
        return regrade_of(proposal)
    except NoKey as error:
        raise Unclear(NO_KEY) from error


@bp.get(ITEM)
@allow(Role.INSTRUCTOR)
def regrade(course: str, bank: str, item: str) -> ResponseReturnValue:
    """Show the item with today's key; once an answer is given, what it would change."""
    found = _found(course, bank, item)
    if "give" not in request.args:
        return _page(found)
    try:
        return _page(found, _dry_run(_proposal(found)), form=ReasonForm())
    except Unclear as refusal:
        return _page(found, error=str(refusal.message))


@bp.post(ITEM)
@allow(Role.INSTRUCTOR, step_up=True)
def apply(course: str, bank: str, item: str) -> ResponseReturnValue:
    """Apply what was shown. What has changed since is shown anew, and asked again."""
    found, form = _found(course, bank, item), ReasonForm()
    try:
        proposal = _proposal(found)
        shown = _dry_run(proposal)
    except Unclear as refusal:
        return _page(found, error=str(refusal.message))
    if not form.validate_on_submit():
        return _page(found, shown, form=form, status=422)
    reason, fingerprint = form.reason.data or "", request.form.get("fingerprint", "")
    if len(shown.changed) > MOST_AT_ONCE:
        _apply_later(found, proposal, reason, fingerprint)
        return redirect(_address(found), 303)
    try:
        apply_regrade(proposal, reason=reason, person=current_user, fingerprint=fingerprint)
    except RegradeChanged as refusal:
        db.session.rollback()
        return _page(found, shown, form=form, status=409, notice=str(refusal.message))
    db.session.commit()
    flash(_("The key is corrected. Everybody whose score changed gets a message."), "success")
    return redirect(_address(found), 303)


def _address(found: Correctable) -> str:
    bank, _slash, item = found.key.partition("/")
    slug = found.version.course.slug
    return url_for(".regrade", course=slug, bank=bank, item=item, shown=found.version.number)


def _apply_later(found: Correctable, proposal: Proposal, reason: str, fingerprint: str) -> None:
    """Leave it to a job, once."""
    if queries.running_regrade([line.id for line in found.same], found.key).is_waiting:
        return
    enqueue(
        queries.HANDLER,
        item_key=proposal.item_key,
        version_ids=list(proposal.version_ids),
        response=proposal.response,
        reason=reason,
        person_id=current_user.id,
        fingerprint=fingerprint,
    )
    db.session.commit()
    flash(_("The key is being corrected in the background. You may leave this page."), "success")


def _page(
    found: Correctable,
    shown: Regrade | None = None,
    *,
    form: ReasonForm | None = None,
    error: str = "",
    notice: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    given = request.values.get("give", "")
    if shown and not shown.proposal.is_given_to_all:
        found = found.with_response(shown.proposal.response)
    elif error and given == "key":
        found = found.with_response(found.question.type.as_typed(request.values))
    version_ids = [line.id for line in (*found.same, *found.others)]
    page = render_template(
        "authoring/regrade.html",
        found=found,
        contents=contents_of(found.version.id, chosen_language()),
        regrade=shown,
        effect=_effect(shown) if shown else "",
        chosen=shown.proposal.version_ids if shown else found.default_ids,
        given=given or ("key" if found.has_key else "all"),
        repeated=list(_repeated()),
        form=form,
        error=error,
        notice=notice,
        made=queries.corrections_made(found.version.course_id, found.key),
        running=queries.running_regrade(version_ids, found.key),
    )
    return page, Unclear.status if error else status


def _effect(shown: Regrade) -> str:
    """Say it in one line: 12 scores go up, 0 go down, 1 certificate is affected."""
    certificates = queries.certificates_affected(shown)
    return ", ".join([
        ngettext("%(num)d score goes up", "%(num)d scores go up", len(shown.up)),
        ngettext("%(num)d goes down", "%(num)d go down", len(shown.down)),
        ngettext(
            "%(num)d certificate is affected", "%(num)d certificates are affected", certificates
        ),
    ])  # fmt: skip


def _repeated() -> Iterator[tuple[str, Any]]:
    """Repeat what was asked, for the form that applies it."""
    for name, values in request.values.lists():
        if name in {"answer", "give", "version", "shown"} or name.startswith(PART):
            yield from ((name, value) for value in values)
