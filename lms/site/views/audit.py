"""The log of who did what."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import func, select

from lms.audit import queries as audit_queries
from lms.audit import services as audit_services
from lms.audit.exports import TooManyRows, limit_exports
from lms.errors import LmsError
from lms.extensions import db
from lms.site import log, queries
from lms.site.forms import AuditFilterForm
from lms.site.views import admin, bp
from lms.site.views.words import named_countries
from lms.site.words import ACTION_NAMES, GRANT_NAMES, OBJECT_NAMES
from lms.web.access import Role, allow
from lms.web.downloads import as_attachment
from lms.web.pages import paged

READERS = (Role.ADMINISTRATOR, Role.AUDITOR, Role.COORDINATOR, Role.OFFICER)


class NoSuchFormat(LmsError):
    status = 422
    message = _l("There is no such kind of file. Go back and press one of the buttons.")


@admin.get("/audit")
@allow(*READERS)
def audit() -> ResponseReturnValue:
    """Show the log as far as somebody may read it; whom they may not know stands there by number."""
    reader = queries.LogReader.of(current_user)
    form = AuditFilterForm.for_reader(reader, named_countries())
    page = paged(audit_queries.events(form.wanted(), reader.countries))
    values = queries.values_in(page.rows, reader)
    return render_template(
        "site/audit.html",
        page=page,
        filter_form=form,
        filters={name: value for name, value in request.args.items() if name != "page" and value},
        names=queries.names_in(page.rows, reader),
        lines={event.id: log.lines_of(event, values.get(event.id, {})) for event in page.rows},
        reader=reader,
        formats=log.FORMATS,
        action_names=ACTION_NAMES,
        object_names=OBJECT_NAMES,
        grant_names=GRANT_NAMES,
        countries=named_countries(),
    )


@admin.post("/audit/export")
@allow(*READERS, step_up=True)
@limit_exports("log")
def export_log() -> ResponseReturnValue:
    """Hand out what is filtered as a file, people by number in it; the log tells who took it."""
    reader = queries.LogReader.of(current_user)
    form = AuditFilterForm.for_reader(reader, named_countries())
    rows = audit_queries.events(form.wanted(), reader.countries)
    if form.errors:  # not more than was asked for: the page says what cannot be read
        return redirect(f"{url_for('.audit')}?{request.query_string.decode()}", 303)
    file_format = request.form.get("format", "")
    if file_format not in log.FORMATS:
        raise NoSuchFormat
    counted = select(func.count()).select_from(rows.order_by(None).subquery())
    if (db.session.scalar(counted) or 0) > current_app.config["LOG_EXPORT_ROWS"]:
        raise TooManyRows
    answer = _log_file(reader, rows, file_format)
    db.session.commit()
    return answer


def _log_file(reader: queries.LogReader, rows: Any, file_format: str) -> Response:
    content, count = log.as_file(db.session.scalars(rows), file_format)
    only = reader.countries if reader.countries is not None else ()
    audit_services.note_export(
        "log", "log", "audit", content, row_count=count, format=file_format,
        country_code=next(iter(only)) if len(only) == 1 else "",
        filters=sorted(name for name, value in request.args.items() if value),
    )  # fmt: skip
    _name, media_type = log.FORMATS[file_format]
    return as_attachment(content, name=f"audit-log.{file_format}", media_type=media_type)


@bp.get("/account/activity")
@allow()
def activity() -> ResponseReturnValue:
    """Show somebody who was in their own account, and when."""
    return render_template(
        "site/activity.html",
        page=paged(audit_queries.own_activity(current_user.id)),
        action_names=ACTION_NAMES,
    )
