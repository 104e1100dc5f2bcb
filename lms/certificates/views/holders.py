"""The holder's own page, and the document."""

from __future__ import annotations

from flask import (
    Response,
    render_template,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.certificates import queries
from lms.certificates.picture import picture_of
from lms.certificates.rules import REVOCATION_REASONS
from lms.certificates.views import bp
from lms.courses.queries import contents_of
from lms.errors import NotFound
from lms.progress.queries import progress_of_many
from lms.web.access import allow
from lms.web.languages import chosen_language


@bp.get("/learn/<cohort>/<course>/certificate")
@allow()
def mine(cohort: str, course: str) -> ResponseReturnValue:
    enrolment = queries.own_enrolment(current_user, cohort, course)
    certificate = queries.newest_certificate(enrolment.id)
    progress = progress_of_many([(enrolment.id, enrolment.version_id)])[enrolment.id]
    return render_template(
        "certificates/mine.html",
        enrolment=enrolment,
        contents=contents_of(enrolment.version_id, chosen_language()),
        progress=progress,
        eligibility=queries.eligibility_of(enrolment, progress),
        certificate=certificate,
        file=queries.file_of(certificate) if certificate else None,
        picture=picture_of(certificate.facts) if certificate else None,
        reasons=REVOCATION_REASONS,
    )


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
