"""Who is due a certificate; choosing some of them, and asking once more before anything is issued."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import (
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.certificates import drawing, queries, services
from lms.certificates.forms import ChoicesForm, PlaceFilterForm
from lms.certificates.queries import Candidate
from lms.certificates.rules import Choices, Kind, Restated
from lms.certificates.views import bp
from lms.certificates.words import KIND_NAMES
from lms.cohorts.models import Cohort
from lms.cohorts.queries import country_name
from lms.courses.queries import newest_version, outline_of
from lms.errors import LmsError
from lms.extensions import db
from lms.web.access import Role, allow
from lms.web.pages import paged

SHOWN = 100  # people on the list: their boxes travel in one address
MOST = 1000  # people in one batch


class TooManyChosen(LmsError):
    status = 422
    message = _l("Choose at most %(most)d people at once. Nothing was issued.", most=MOST)


@bp.get("/certificates/eligible")
@allow(Role.OFFICER)
def eligible() -> ResponseReturnValue:
    kind, places = _kind(), _places()
    wanted = places.filters()
    is_not_yet = request.args.get("tab") == "not-yet"
    due = _due(kind)
    ready = [line for line in due if line.eligibility.is_met]
    unfinished = queries.in_place(
        queries.unfinished(current_user), wanted.get("cohort", ""), wanted.get("course", "")
    )
    page = paged(unfinished) if kind == Kind.COMPLETION else None
    return render_template(
        "certificates/eligible.html",
        tab="not-yet" if is_not_yet else "ready",
        kind=kind,
        kinds=[each for each in queries.DUE if drawing.layouts_of(each)],
        filter_form=places,
        filters={name: value for name, value in wanted.items() if value},
        rule=_rule_of(wanted.get("course", "")),
        ready=ready,
        shown=ready[:SHOWN],
        most=MOST,
        waiting=[line for line in due if not line.eligibility.is_met],
        page=page,
        unfinished=queries.candidates(page.rows) if page and is_not_yet else [],
        form=_choices(kind, due),
        kind_names=KIND_NAMES,
        country_name=country_name,
    )


def _due(kind: Kind) -> list[Candidate]:
    """List who may be due a certificate of a kind where the address asks for it."""
    wanted = _places().filters()
    return [line for line in queries.DUE[kind](current_user) if _is_there(line, wanted)]


def _choices(kind: Kind, lines: list[Candidate]) -> ChoicesForm:
    """Offer what certificates of a kind can be printed like, to some people."""
    programmes = [line.occasion.cohort.programme for line in lines]
    offered = queries.signatories_offered(programmes, datetime.now(UTC).date())
    return ChoicesForm.offering([kind], str(get_locale()), offered)


def _kind() -> Kind:
    asked = request.values.get("kind", "")
    return Kind(asked) if asked in list(Kind) and drawing.layouts_of(asked) else Kind.COMPLETION


def _places() -> PlaceFilterForm:
    form = PlaceFilterForm.from_address()
    form.offer(*queries.places_of(current_user))
    return form


def _is_there(line: Candidate, wanted: dict[str, Any]) -> bool:
    occasion = line.occasion
    return all(
        wanted.get(name, "") in {"", place.slug}
        for name, place in (("cohort", occasion.cohort), ("course", occasion.course))
    )


def _rule_of(course: str) -> dict[str, int] | None:
    """Return what one course asks for, in figures."""
    if not course:
        return None
    outline = outline_of(newest_version(course).id)
    final = outline.by_path[outline.certificate["final"]].quiz
    return {"steps": len(outline.steps), "percent": final["pass_percent"] if final else 0}


def _chosen(kind: Kind) -> list[Candidate]:
    """Return whom the address or the form names, or everybody who is ready; 404 when one may not be seen."""
    if request.values.get("everyone"):
        return [line for line in _due(kind) if line.eligibility.is_met]
    keys = request.values.getlist("occasion")
    return queries.candidates(queries.occasions_of(current_user, keys), Choices(kind))


@bp.get("/certificates/issue")
@allow(Role.OFFICER)
def confirm_issue() -> ResponseReturnValue:
    """Say once more how many, to whom, for what, before anything is issued."""
    kind = _kind()
    chosen = _chosen(kind)
    if not chosen:
        flash(_("Choose at least one person."), "warning")
        return redirect(url_for(".eligible", kind=kind), 303)
    page = chosen[:MOST]  # which tells how many are left
    return _confirm_page(kind, page, _choices(kind, page), left=len(chosen) - len(page))


def _confirm_page(
    kind: Kind, chosen: list[Candidate], form: ChoicesForm, status: int = 200, *, left: int = 0
) -> ResponseReturnValue:
    keys = queries.held_among((line.occasion.key for line in chosen), kind)
    held = [line for line in chosen if line.occasion.key in keys]
    ready = [line for line in chosen if line not in held and line.eligibility.is_met]
    page = render_template(
        "certificates/confirm_issue.html",
        kind=kind,
        form=form,
        held=held,
        left=left,
        ready=ready,
        not_ready=[line for line in chosen if line not in held and not line.eligibility.is_met],
        key=secrets.token_urlsafe(18),
        needs_second=len(ready) > services.SECOND_OFFICER_ABOVE,
        restated=partial(_restated, choices=form.choices()),
        country_name=country_name,
    )
    return page, status


@bp.post("/certificates/issue")
@allow(Role.OFFICER, step_up=True)
def issue() -> ResponseReturnValue:
    kind = _kind()
    chosen = _chosen(kind)
    form = _choices(kind, chosen)
    if not form.validate():
        return _confirm_page(kind, chosen, form, 422)
    if len(chosen) > MOST:
        raise TooManyChosen
    occasions = [line.occasion for line in chosen]
    key = request.form.get("key", "")
    batch = services.ask_for_batch(current_user, occasions, form.choices(), key)
    db.session.commit()
    return redirect(url_for(".batch", batch_id=batch.id), 303)


def _restated(cohort: Cohort, choices: Choices) -> Restated:
    """Return the date and the signatory of a cohort's certificates, as a batch that is asked for now keeps them."""
    return queries.restated_on(cohort, cohort.day_at(datetime.now(UTC)), choices)
