"""One certificate for its officers: what happened to it, and what changes its standing."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from lms.certificates import queries, revoking, services
from lms.certificates.forms import LiftForm, ReplaceForm, RevokeForm, SuspendForm
from lms.certificates.models import Certificate
from lms.certificates.picture import picture_of
from lms.certificates.rules import REVOCATION_REASONS
from lms.certificates.views import bp
from lms.config import LANGUAGES
from lms.extensions import db
from lms.web.access import Role, allow
from lms.web.languages import interface_language

ONE = "/certificates/<number>"


@bp.get(ONE)
@allow(Role.OFFICER)
def one(number: str) -> ResponseReturnValue:
    return _page(queries.registered(current_user, number))


FORMS: dict[str, type[FlaskForm]] = {
    "revoke": RevokeForm,
    "suspend": SuspendForm,
    "lift": LiftForm,
    "replace": ReplaceForm,
}


def _page(
    certificate: Certificate, *, sent: FlaskForm | None = None, status: int = 200
) -> ResponseReturnValue:
    """Show a certificate; ``sent`` is the form of an action that was refused, with what was typed."""
    page = render_template(
        "certificates/one.html",
        certificate=certificate,
        standing=certificate.standing,
        picture=picture_of(certificate.facts),
        file=queries.file_of(certificate),
        newest=queries.newest_of(certificate),
        history=queries.history_of(certificate),
        asked=revoking.asked_for(certificate),
        reasons=REVOCATION_REASONS,
        is_own=certificate.person_id == current_user.id,
        form=sent,
        forms={
            name: sent if isinstance(sent, form) else form(formdata=None)
            for name, form in FORMS.items()
        },
    )
    return page, status


@bp.post(f"{ONE}/revoke")
@allow(Role.OFFICER, step_up=True)
def revoke(number: str) -> ResponseReturnValue:
    """Show what strangers will read, and ask a second officer once that was confirmed."""
    certificate, form = queries.registered(current_user, number), RevokeForm()
    if certificate.is_revoked:
        raise services.AlreadyRevoked
    if certificate.replaced_at is not None:
        raise services.AlreadyReplaced
    if not form.validate_on_submit():
        return _page(certificate, sent=form, status=422)
    if "confirm" not in request.form:
        return _preview(certificate, form)
    revoking.ask_to_revoke(current_user, certificate, reason=form.reason.data, note=form.note.data)
    db.session.commit()
    flash(_("Asked. It is revoked as soon as a second officer agrees."), "success")
    return redirect(url_for(".one", number=certificate.number), 303)


def _preview(certificate: Certificate, form: RevokeForm) -> str:
    """Show the public's page of a revoked certificate in both languages that are printed."""
    printed = dict.fromkeys(("en", interface_language(certificate.facts["second_language"])))
    return render_template(
        "certificates/confirm_revoke.html",
        certificate=certificate,
        form=form,
        wordings={code: _public_words(code, form.reason.data) for code in printed},
        languages=LANGUAGES,
    )


def _public_words(language: str, reason: str) -> str:
    with force_locale(language):
        return render_template(
            "certificates/revoked_words.html",
            day=datetime.now(UTC).date(),
            reason=str(REVOCATION_REASONS[reason]),
        )


@bp.post(f"{ONE}/suspend")
@allow(Role.OFFICER, step_up=True)
def suspend(number: str) -> ResponseReturnValue:
    certificate, form = queries.registered(current_user, number), SuspendForm()
    if not form.validate_on_submit():
        return _page(certificate, sent=form, status=422)
    services.suspend_certificate(current_user, certificate, reason=form.reason.data or "")
    db.session.commit()
    flash(_("Suspended. Whoever checks it reads that it does not hold for now."), "success")
    return redirect(url_for(".one", number=certificate.number), 303)


@bp.post(f"{ONE}/lift")
@allow(Role.OFFICER, step_up=True)
def lift(number: str) -> ResponseReturnValue:
    certificate, form = queries.registered(current_user, number), LiftForm()
    if not form.validate_on_submit():
        return _page(certificate, sent=form, status=422)
    services.lift_suspension(current_user, certificate, reason=form.reason.data or "")
    db.session.commit()
    flash(_("The suspension is lifted; the certificate is valid as before."), "success")
    return redirect(url_for(".one", number=certificate.number), 303)


@bp.post(f"{ONE}/replace")
@allow(Role.OFFICER, step_up=True)
def replace(number: str) -> ResponseReturnValue:
    """Issue it anew in the name that the holder bears now."""
    certificate, form = queries.registered(current_user, number), ReplaceForm()
    if not form.validate_on_submit():
        return _page(certificate, sent=form, status=422)
    new = services.replace_certificate(current_user, certificate, reason=form.reason.data or "")
    db.session.commit()
    flash(_("Replaced. This is the new certificate."), "success")
    return redirect(url_for(".one", number=new.number), 303)
