"""Who signs the certificates of a programme."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.certificates import queries, services
from lms.certificates.forms import SignatoryForm
from lms.certificates.models import Signatory
from lms.certificates.views import bp
from lms.cohorts.models import Programme
from lms.cohorts.services import EditedMeanwhile
from lms.errors import NotFound
from lms.extensions import db
from lms.web.access import Role, allow
from lms.web.forms import Difference

SIGNATORIES = "/programmes/<programme>/signatories"
SIGNATORY = f"{SIGNATORIES}/<int:signatory_id>"


@bp.get(SIGNATORIES)
@allow(Role.ADMINISTRATOR, Role.OFFICER)
def signatories(programme: str) -> ResponseReturnValue:
    found = queries.signing_programme(current_user, programme)
    today = datetime.now(UTC).date()
    in_office = queries.in_office(found, today)
    return render_template(
        "certificates/signatories.html",
        programme=found,
        signatories=queries.signatories_of(found),
        in_office=[one.id for one in in_office],
        today=today,
        may_change="administrator" in current_user.role_names,
    )


@bp.get(f"{SIGNATORY}/signature.png")
@allow(Role.ADMINISTRATOR, Role.OFFICER)
def signature(programme: str, signatory_id: int) -> ResponseReturnValue:
    """Answer with a scanned signature, for those alone who issue with it; nobody keeps a copy."""
    _programme, signatory = _signatory(programme, signatory_id)
    if signatory.signature_sha256 is None:
        raise NotFound
    answer = Response(queries.signature_png(signatory.signature_sha256), mimetype="image/png")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _signatory(programme: str, signatory_id: int) -> tuple[Programme, Signatory]:
    found = queries.signing_programme(current_user, programme)
    return found, queries.signatory_of(found, signatory_id)


@bp.get(f"{SIGNATORIES}/new")
@allow(Role.ADMINISTRATOR)
def new_signatory(programme: str) -> ResponseReturnValue:
    found = queries.signing_programme(current_user, programme)
    return _form_page(found, SignatoryForm.for_new())


def _form_page(
    programme: Programme,
    form: SignatoryForm,
    signatory: Signatory | None = None,
    differences: list[Difference] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Show the form; ``differences`` are there where somebody else was faster."""
    if form.scan.data and not form.scan.errors:
        form.scan.errors = [_("Choose the picture again: it is kept only with everything else.")]
    page = render_template(
        "certificates/signatory.html",
        programme=programme,
        form=form,
        signatory=signatory,
        differences=differences,
    )
    return page, status


@bp.post(f"{SIGNATORIES}/new")
@allow(Role.ADMINISTRATOR, step_up=True)
def add_signatory(programme: str) -> ResponseReturnValue:
    found = queries.signing_programme(current_user, programme)
    form = SignatoryForm.for_new()
    if not form.validate_on_submit() or not _reads_scan(form):
        return _form_page(found, form, status=422)
    facts = {**form.facts(), "signature_sha256": form.sha256}
    services.add_signatory(found, facts, hands_over=form.hands_over.data)
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for(".signatories", programme=found.slug), 303)


def _reads_scan(form: SignatoryForm) -> bool:
    """Keep the scan that was sent, or say beside the field what is wrong with it."""
    content = form.scan.data.read() if form.scan.data else b""
    if not content:
        return True
    try:
        form.sha256 = services.keep_signature(content)
    except services.SignatureRefused as refusal:
        form.scan.errors = [str(refusal.message)]
    return not form.scan.errors


@bp.get(SIGNATORY)
@allow(Role.ADMINISTRATOR)
def edit_signatory(programme: str, signatory_id: int) -> ResponseReturnValue:
    found, signatory = _signatory(programme, signatory_id)
    return _form_page(found, SignatoryForm.for_edit(signatory), signatory)


@bp.post(SIGNATORY)
@allow(Role.ADMINISTRATOR, step_up=True)
def change_signatory(programme: str, signatory_id: int) -> ResponseReturnValue:
    found, signatory = _signatory(programme, signatory_id)
    form = SignatoryForm.for_edit(signatory)
    if not form.validate_on_submit() or not _reads_scan(form):
        return _form_page(found, form, signatory, status=422)
    facts = {**form.facts(), "signature_sha256": form.kept_scan(signatory.signature_sha256)}
    try:
        services.change_signatory(found, signatory, facts, seen_version=form.row_version.data or 0)
    except EditedMeanwhile:
        return _form_page(found, form, signatory, form.differences(signatory), 409)
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for(".signatories", programme=found.slug), 303)
