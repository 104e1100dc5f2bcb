"""The holder's own pages, and the document."""

from __future__ import annotations

from typing import Any

from flask import (
    Response,
    current_app,
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
from lms.certificates.models import Certificate
from lms.certificates.picture import picture_of
from lms.certificates.rules import REVOCATION_REASONS
from lms.certificates.sharing import profile_entry
from lms.certificates.views import bp
from lms.courses.queries import contents_of
from lms.errors import NotFound
from lms.extensions import db
from lms.progress.queries import progress_of_many
from lms.web.access import allow
from lms.web.languages import chosen_language


@bp.get("/learn/<cohort>/<course>/certificate")
@allow()
def mine(cohort: str, course: str) -> ResponseReturnValue:
    """What the certificate of a course still asks for; once it is there, the newest one."""
    enrolment = queries.own_enrolment(current_user, cohort, course)
    contents = contents_of(enrolment.version_id, chosen_language())
    certificate = queries.newest_certificate(enrolment.id)
    if certificate is not None:
        return _page_of(certificate, enrolment=enrolment, contents=contents)
    progress = progress_of_many([(enrolment.id, enrolment.version_id)])[enrolment.id]
    return render_template(
        "certificates/mine.html",
        enrolment=enrolment,
        contents=contents,
        progress=progress,
        eligibility=queries.eligibility_of(enrolment, progress),
    )


@bp.get("/certificates/mine")
@allow()
def all_mine() -> ResponseReturnValue:
    """All that somebody ever got, also in courses and cohorts that are over."""
    return render_template(
        "certificates/all_mine.html",
        certificates=queries.certificates_of(current_user),
    )


@bp.get("/certificates/mine/<number>")
@allow()
def own(number: str) -> ResponseReturnValue:
    return _page_of(queries.own_certificate(current_user, number))


def _page_of(certificate: Certificate, **where: Any) -> ResponseReturnValue:
    picture = picture_of(certificate.facts)
    return render_template(
        "certificates/own.html",
        certificate=certificate,
        state=certificate.standing,
        file=queries.file_of(certificate),
        has_credential=queries.has_credential(certificate),
        picture=picture,
        profile=profile_entry(certificate, picture, current_app.config["ISSUER_NAME"]),
        others=queries.others_of(certificate),
        renewal=queries.renewal_of(certificate),
        reasons=REVOCATION_REASONS,
        **where,
    )


@bp.post("/certificates/mine/<number>/details")
@allow()
def choose_details(number: str) -> ResponseReturnValue:
    """Choose whether whoever has the number sees what is printed."""
    certificate = queries.own_certificate(current_user, number)
    are_hidden = request.form.get("details") == "hidden"
    services.hide_details(certificate, are_hidden=are_hidden)
    db.session.commit()
    flash(
        _("Whoever has the number now sees only whether it holds.")
        if are_hidden
        else _("Whoever has the number now sees every line that is printed."),
        "success",
    )
    return redirect(url_for(".own", number=certificate.number), 303)


@bp.get("/certificates/<number>.pdf")
@allow()
def download(number: str) -> ResponseReturnValue:
    certificate = queries.downloadable(current_user, number)
    file = queries.file_of(certificate)
    if certificate.erased_at is not None:
        raise NotFound  # with the holder's name
    if file is None:
        return render_template("certificates/in_preparation.html", certificate=certificate), 202
    answer = Response(file.pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{certificate.number}.pdf"'
    return answer
