"""A delegation at a glance, and everybody in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from lms.cohorts.models import Cohort
from lms.cohorts.queries import (
    coordinated_cohort,
    coordinated_cohorts,
    country_name,
)
from lms.courses.queries import outline_of
from lms.delegations import queries
from lms.delegations.forms import PeopleFilterForm
from lms.delegations.views import bp
from lms.delegations.views.addresses import address_of, place_of
from lms.delegations.views.heatmap import cells_of
from lms.extensions import db
from lms.web.access import Role, allow
from lms.web.languages import chosen_language
from lms.web.pages import Page, here_with


@bp.get("")
@allow(Role.COORDINATOR)
def list_cohorts() -> ResponseReturnValue:
    cohort_list = list(db.session.scalars(coordinated_cohorts(current_user)))
    if len(cohort_list) == 1:
        return redirect(address_of(cohort_list[0]), 303)
    return render_template(
        "delegations/list.html",
        cohorts=cohort_list,
        counts=queries.people_counts(cohort_list),
        country_name=lambda cohort: country_name(cohort.country_code, str(get_locale())),
        name_of=lambda code: country_name(code, str(get_locale())),
    )


@bp.get("/<country>/<cohort>")
@allow(Role.COORDINATOR)
def dashboard(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    overview = queries.overview_of(found)
    filter_form, page = _people(found, overview, is_one_course=True)
    groups = queries.with_cells(page.rows)
    return render_template(
        "delegations/dashboard.html",
        **_about(found),
        overview=overview,
        groups=[(outline_of(version_id), rows) for version_id, rows in groups.items()],
        page=page,
        filter_form=filter_form,
        course_links=_course_links(overview, filter_form),
        cells_of=cells_of,
    )


def _course_links(overview: queries.Overview, form: PeopleFilterForm) -> list[dict[str, Any]]:
    """Return a link to the table of each course, with the other filters kept."""
    titles = {choice.value: choice.label for choice in form.course.choices}
    return [
        {
            "title": titles[slug],
            "url": here_with(course=slug, module=None, page=None),
            "is_here": slug == form.course.data,
        }
        for slug in overview.courses
    ]


@bp.get("/<country>/<cohort>/people")
@allow(Role.COORDINATOR)
def people(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    overview = queries.overview_of(found)
    filter_form, page = _people(found, overview, is_one_course=len(overview.courses) == 1)
    return render_template(
        "delegations/people.html",
        **_about(found),
        overview=overview,
        page=page,
        filter_form=filter_form,
        sortable=_sortable(filter_form.chosen().sort),
        outlines={one.id: outline_of(one.id) for one in overview.versions},
    )


def _sortable(sort: str) -> dict[str, dict[str, str | None]]:
    """Return headings that sort the list anew, from its first page on, with the filters kept."""
    labels = {"name": _("Name"), "progress": _("Steps"), "last-seen": _("Last seen")}
    ways = {"name": "ascending"}
    return {
        value: {
            "label": label,
            "url": here_with(sort=value, page=None),
            "sort": ways.get(value, "descending") if value == sort else None,
        }
        for value, label in labels.items()
    }


def _about(cohort: Cohort) -> dict[str, Any]:
    """Return what each page of a delegation needs to know of its cohort."""
    return {
        "cohort": cohort,
        "place": place_of(cohort),
        "country": country_name(cohort.country_code, str(get_locale())),
        "language": chosen_language(),
        "now": datetime.now(UTC),
    }


def _people(
    cohort: Cohort, overview: queries.Overview, *, is_one_course: bool
) -> tuple[PeopleFilterForm, Page]:
    """Return the filters of the address, and the page of people that they leave.

    Args:
        cohort: of the coordinator.
        overview: of the cohort.
        is_one_course: where the address names no course, the one that most have begun is shown.
    """
    courses = {one.course: outline_of(one.id) for one in reversed(overview.versions)}
    form = PeopleFilterForm.from_address()
    if is_one_course and form.course.data not in courses:
        form.course.data = next(iter(overview.courses), "")
    form.offer(overview, courses, chosen_language())
    number = max(1, request.args.get("page", 1, type=int))
    page = queries.people_page(
        cohort, overview, form.chosen(), number=number, language=chosen_language()
    )
    return form, page
