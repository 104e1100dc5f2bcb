"""The register, and passes that a corrected key would not give."""

from __future__ import annotations

from flask import (
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.certificates import queries, services
from lms.certificates.forms import KeptPassForm, RegisterFilterForm
from lms.certificates.views import bp
from lms.cohorts.queries import country_name, list_countries
from lms.extensions import db
from lms.quizzes.models import ScoreChange
from lms.quizzes.queries import quiz_of_attempt
from lms.web.access import Role, allow
from lms.web.forms import choices
from lms.web.languages import chosen_language
from lms.web.pages import here_with, paged

DECISION = "/certificates/kept-passes/<int:change_id>"


@bp.get("/certificates")
@bp.get("/certificates/register")
@allow(Role.OFFICER)
def register() -> ResponseReturnValue:
    form, sort = register_filter(), request.args.get("sort", "-issued")
    page = paged(queries.register_for(current_user, form.wanted(), sort))
    return render_template(
        "certificates/register.html",
        page=page,
        filter_form=form,
        filters={
            name: value
            for name, value in request.args.items()
            if name not in {"page", "sort"} and value
        },
        sortable={
            "name": _sortable(_("Name as printed"), "name", sort),
            "issued": _sortable(_("Issued"), "issued", sort),
        },
    )


def _sortable(label: str, name: str, sort: str) -> dict[str, str | None]:
    """Return a heading that sorts by its column, and turns the order round when it does already."""
    directions = {name: "ascending", f"-{name}": "descending"}
    other = f"-{name}" if sort == name else name
    return {"label": label, "url": here_with(sort=other, page=None), "sort": directions.get(sort)}


def register_filter() -> RegisterFilterForm:
    """Read what the register is filtered by; offered is what the officer may see."""
    form = RegisterFilterForm.from_address()
    form.offer(*queries.places_of(current_user))
    countries = current_user.objects_of("officer", "country")
    seen = [one.code for one in list_countries() if "*" in countries or one.code in countries]
    named = {code: country_name(code, chosen_language()) for code in seen}
    form.country.choices = choices(named, _("Every country"))
    return form


@bp.get("/certificates/kept-passes")
@allow(Role.OFFICER)
def kept_passes() -> ResponseReturnValue:
    """List the passes that a corrected key would not give."""
    page = paged(queries.kept_passes(current_user))
    ids = [change.attempt.enrolment_id for change in page.rows]
    return render_template(
        "certificates/kept_passes.html",
        page=page,
        quiz_of=quiz_of_attempt,
        certificates=queries.valid_certificates(ids),
    )


@bp.get(DECISION)
@allow(Role.OFFICER)
def kept_pass(change_id: int) -> ResponseReturnValue:
    return _kept_pass_page(queries.kept_pass(current_user, change_id), KeptPassForm())


@bp.post(DECISION)
@allow(Role.OFFICER)
def decide_kept_pass(change_id: int) -> ResponseReturnValue:
    change, form = queries.kept_pass(current_user, change_id), KeptPassForm()
    if not form.validate_on_submit():
        return _kept_pass_page(change, form, 422)
    is_withdrawn = form.decision.data == "withdraw"
    reason = form.reason.data or ""
    services.decide_kept_pass(current_user, change, is_withdrawn=is_withdrawn, reason=reason)
    certificate = queries.certificate_of(change.attempt.enrolment_id)
    db.session.commit()
    if is_withdrawn and certificate:
        flash(_("The pass is withdrawn. Decide now about the certificate that rests on it."))
        return redirect(url_for(".one", number=certificate.number), 303)
    done = _("The pass is withdrawn.") if is_withdrawn else _("The pass is kept.")
    flash(done, "success")
    return redirect(url_for(".kept_passes"), 303)


def _kept_pass_page(
    change: ScoreChange, form: KeptPassForm, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "certificates/kept_pass.html",
        change=change,
        quiz=quiz_of_attempt(change.attempt),
        certificate=queries.certificate_of(change.attempt.enrolment_id),
        form=form,
    )
    return page, status
