"""People from a file: upload, check, mend, add, and what became of each row."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from lms.cohorts.models import Cohort, Import, ImportRow
from lms.cohorts.queries import coordinated_cohort, country_name
from lms.cohorts.queries import imports as queries
from lms.cohorts.queries.places import taken_seats
from lms.cohorts.services import EditedMeanwhile, imports
from lms.delegations.forms import FileForm, RowForm
from lms.delegations.views import bp
from lms.delegations.views.addresses import place_of
from lms.errors import NotFound, show_http_error
from lms.extensions import db
from lms.web.access import Role, allow
from lms.web.files import sheet_answer
from lms.web.pages import paged

IMPORTS = "/<country>/<cohort>/import"
IMPORT = f"{IMPORTS}/<int:import_id>"
ROW = f"{IMPORT}/rows/<int:row_number>"


@bp.get(IMPORTS)
@allow(Role.COORDINATOR)
def list_imports(country: str, cohort: str) -> ResponseReturnValue:
    return _upload_page(coordinated_cohort(current_user, country, cohort), FileForm())


def _upload_page(cohort: Cohort, form: FileForm, status: int = 200) -> ResponseReturnValue:
    earlier = queries.imports_of(cohort)
    page = render_template(
        "delegations/imports.html",
        form=form,
        imports=earlier,
        broken_off=imports.broken_off(earlier),
        counts=queries.import_counts([one.id for one in earlier]),
        fields=imports.FIELDS,
        label=imports.label,
        **_place(cohort),
    )
    return page, status


def _place(cohort: Cohort) -> dict[str, Any]:
    return {
        "cohort": cohort,
        "place": place_of(cohort),
        "country": country_name(cohort.country_code, str(get_locale())),
    }


@bp.post(IMPORTS)
@allow(Role.COORDINATOR)
def upload_import(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    form = FileForm()
    if not form.validate_on_submit():
        return _upload_page(found, form, 422)
    try:
        uploaded = imports.upload(current_user, found, *form.name_and_content())
    except imports.NotReadable as refusal:
        form.file.errors = [str(refusal.message)]
        return _upload_page(found, form, 422)
    db.session.commit()
    return redirect(_address(found, uploaded), 303)


@bp.errorhandler(RequestEntityTooLarge)
def import_too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say it beside the field, also of a file so large that the form was not even read."""
    if request.endpoint == "delegations.upload_import" and current_user.is_authenticated:
        with suppress(NotFound):
            found = coordinated_cohort(current_user, **(request.view_args or {}))
            form = FileForm(formdata=None)
            form.file.errors = [_("This file is too large. Make two files of it.")]
            return _upload_page(found, form, 413)
    return show_http_error(error)


def _address(cohort: Cohort, found: Import, **rest: Any) -> str:
    values: dict[str, Any] = {**place_of(cohort), "import_id": found.id, **rest}
    return url_for("delegations.show_import", **values)


@bp.get(f"{IMPORTS}/template.<any(csv,xlsx):file_format>")
@allow(Role.COORDINATOR)
def import_template(country: str, cohort: str, file_format: str) -> ResponseReturnValue:
    coordinated_cohort(current_user, country, cohort)
    return sheet_answer(imports.template_sheet(), file_format, "people")


@bp.get(IMPORT)
@allow(Role.COORDINATOR)
def show_import(country: str, cohort: str, import_id: int) -> ResponseReturnValue:
    """Show where an import stands: being read, to be checked, being added, or done."""
    cohort_found = coordinated_cohort(current_user, country, cohort)
    found = queries.import_of(cohort_found, import_id)
    shown = request.args.get("show", "")
    if shown and shown not in queries.STATES:
        raise NotFound
    counts = queries.import_counts([found.id])[found.id]
    return render_template(
        "delegations/import.html",
        found=found,
        is_broken_off=bool(imports.broken_off([found])),
        counts=counts,
        total=sum(counts.values()),
        shown=shown,
        page=paged(queries.import_rows(found, shown)),
        alike=imports.alike(found),
        free=_free_seats(cohort_found),
        fields=imports.FIELDS,
        label=imports.label,
        problem_words=imports.problem_words,
        fault=imports.fault_words(found.fault),
        state_words=imports.state_words(),
        **_place(cohort_found),
    )


def _free_seats(cohort: Cohort) -> int | None:
    if cohort.seats is None:
        return None
    return max(0, cohort.seats - taken_seats([cohort.id]).get(cohort.id, 0))


@bp.post(f"{IMPORT}/columns")
@allow(Role.COORDINATOR)
def match_columns(country: str, cohort: str, import_id: int) -> ResponseReturnValue:
    cohort_found = coordinated_cohort(current_user, country, cohort)
    found = queries.import_of(cohort_found, import_id, for_change=True)
    imports.match_columns(found, request.form)
    db.session.commit()
    flash(_("The columns are matched anew, and every row was checked again."), "success")
    return redirect(_address(cohort_found, found), 303)


@bp.get(ROW)
@allow(Role.COORDINATOR)
def import_row(country: str, cohort: str, import_id: int, row_number: int) -> ResponseReturnValue:
    cohort_found = coordinated_cohort(current_user, country, cohort)
    found = queries.import_of(cohort_found, import_id)
    row = queries.import_row(found, row_number)
    return _row_page(cohort_found, found, row, RowForm.of(row))


def _row_page(
    cohort: Cohort, found: Import, row: ImportRow, form: RowForm, *, is_late: bool = False
) -> ResponseReturnValue:
    """Show all columns of a row; ``is_late``: somebody else was faster, and both texts are shown."""
    page = render_template(
        "delegations/import_row.html",
        found=found,
        row=row,
        form=form,
        differences=form.differences(row) if is_late else None,
        problem_words=imports.problem_words,
        **_place(cohort),
    )
    return page, 409 if is_late else 200


@bp.post(ROW)
@allow(Role.COORDINATOR)
def change_import_row(
    country: str, cohort: str, import_id: int, row_number: int
) -> ResponseReturnValue:
    """Save a row as it was mended, right or not: what is still wrong stands beside it again."""
    cohort_found = coordinated_cohort(current_user, country, cohort)
    found = queries.import_of(cohort_found, import_id, for_change=True)
    row = queries.import_row(found, row_number)
    try:
        imports.change_row(found, row, request.form, seen=request.form.get("seen", ""))
    except EditedMeanwhile:
        form = RowForm.of(row, request.form)
        return _row_page(cohort_found, found, row, form, is_late=True)
    db.session.commit()
    if row.state == "fix":
        said = " ".join(imports.problem_words(one) for one in row.problems)
        message = _("Row %(number)d is saved. Still to fix: %(said)s", number=row_number, said=said)
        flash(message, "warning")
    else:
        flash(_("Row %(number)d is saved and checked.", number=row_number), "success")
    return redirect(_address(cohort_found, found, **_back(), _anchor=f"row-{row_number}"), 303)


def _back() -> dict[str, str]:
    """Return to the tab that the form was sent from."""
    shown = request.form.get("show", "")
    return {"show": shown} if shown in queries.STATES else {}


@bp.post(f"{ROW}/repair")
@allow(Role.COORDINATOR)
def repair_import(
    country: str, cohort: str, import_id: int, row_number: int
) -> ResponseReturnValue:
    cohort_found = coordinated_cohort(current_user, country, cohort)
    found = queries.import_of(cohort_found, import_id, for_change=True)
    row = queries.import_row(found, row_number)
    problem = request.form.get("problem", -1, type=int)
    is_for_all = request.form.get("rows") == "all"
    seen = request.form.get("seen", "")
    count = imports.repair_all(found, row, problem, is_for_all=is_for_all, seen=seen)
    db.session.commit()
    message = ngettext(
        "%(num)d row is changed and checked.", "%(num)d rows are changed and checked.", count
    )
    flash(message, "success")
    return redirect(_address(cohort_found, found, **_back()), 303)


@bp.post(f"{IMPORT}/confirm")
@allow(Role.COORDINATOR)
def confirm_import(country: str, cohort: str, import_id: int) -> ResponseReturnValue:
    cohort_found = coordinated_cohort(current_user, country, cohort)
    found = queries.import_of(cohort_found, import_id, for_change=True)
    imports.confirm(found)
    db.session.commit()
    return redirect(_address(cohort_found, found), 303)


@bp.post(f"{IMPORT}/retry")
@allow(Role.COORDINATOR)
def retry_import(country: str, cohort: str, import_id: int) -> ResponseReturnValue:
    cohort_found = coordinated_cohort(current_user, country, cohort)
    found = queries.import_of(cohort_found, import_id, for_change=True)
    imports.try_again(found)
    db.session.commit()
    return redirect(_address(cohort_found, found), 303)


@bp.get(f"{IMPORT}/<any(rest,result):part>.<any(csv,xlsx):file_format>")
@allow(Role.COORDINATOR)
def import_file(
    country: str, cohort: str, import_id: int, part: str, file_format: str
) -> ResponseReturnValue:
    """Hand out the rows that were left out, or what became of all."""
    cohort_found = coordinated_cohort(current_user, country, cohort)
    found = queries.import_of(cohort_found, import_id)
    sheet = imports.rest_sheet(found) if part == "rest" else imports.result_sheet(found)
    return sheet_answer(sheet, file_format, f"{cohort_found.slug}-import-{found.id}-{part}")
