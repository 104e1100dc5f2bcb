"""How far batches of certificates are, trying again what failed, and taking certificates out together."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_login import current_user

from lms.audit import services as audit
from lms.audit.exports import limit_exports
from lms.certificates import queries, services
from lms.certificates.archives import archive_of
from lms.certificates.views import bp
from lms.certificates.views.officers import register_filter
from lms.certificates.words import ROW_FAULTS
from lms.extensions import db
from lms.web.access import Role, allow
from lms.web.files import zip_answer
from lms.web.pages import paged


@bp.get("/certificates/batches")
@allow(Role.OFFICER)
def batches() -> ResponseReturnValue:
    page = paged(queries.batches_for(current_user))
    return render_template(
        "certificates/batches.html",
        page=page,
        counts=queries.batch_counts(batch.id for batch in page.rows),
        now=datetime.now(UTC),
    )


@bp.get("/certificates/batches/<int:batch_id>")
@allow(Role.OFFICER)
def batch(batch_id: int) -> ResponseReturnValue:
    found = queries.batch_of(current_user, batch_id)
    return render_template(
        "certificates/batch.html",
        batch=found,
        counts=queries.batch_counts([found.id])[found.id],
        page=paged(queries.rows_of(found)),
        faults=ROW_FAULTS,
        now=datetime.now(UTC),
    )


@bp.post("/certificates/batches/<int:batch_id>/retry")
@allow(Role.OFFICER, step_up=True)
def retry_batch(batch_id: int) -> ResponseReturnValue:
    found = queries.batch_of(current_user, batch_id)
    count = services.retry_batch(found)
    db.session.commit()
    flash(
        ngettext(
            "%(num)d certificate is tried again.", "%(num)d certificates are tried again.", count
        )
    )
    return redirect(url_for(".batch", batch_id=found.id), 303)


@bp.post("/certificates/batches/<int:batch_id>/archive")
@allow(Role.OFFICER, step_up=True)
def batch_archive(batch_id: int) -> ResponseReturnValue:
    found = queries.batch_of(current_user, batch_id)
    archive = archive_of(queries.certificates_in(found))
    audit.note_export(
        f"batch {found.id}", "batch", found.id, archive.manifest, row_count=archive.row_count
    )
    db.session.commit()
    return zip_answer(archive.parts(), f"certificates-batch-{found.id}")


@bp.post("/certificates/register/archive")
@allow(Role.OFFICER, step_up=True)
@limit_exports("certificates")
def register_archive() -> ResponseReturnValue:
    """Hand out what the register is filtered by; a filter that cannot be read takes nothing out."""
    form = register_filter()
    wanted = form.wanted()
    if form.errors:
        return redirect(f"{url_for('.register')}?{request.query_string.decode()}", 303)
    archive = archive_of(queries.register_for(current_user, wanted))
    audit.note_export(
        "certificates", "register", "certificates", archive.manifest,
        row_count=archive.row_count, country_code=wanted.country,
    )  # fmt: skip
    db.session.commit()
    return zip_answer(archive.parts(), "certificates")
