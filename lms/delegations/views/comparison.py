"""Cohorts side by side, for those who run or audit a programme: numbers without names."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from lms.audit import services as audit
from lms.cohorts.models import Cohort, Programme, Region
from lms.delegations import queries
from lms.delegations.forms import CompareForm
from lms.delegations.queries.comparison import COUNTED, MEDIANS, Comparison, Group
from lms.delegations.views import bp
from lms.delegations.words import GENDERS, MEASURES
from lms.extensions import begin_to_write, db
from lms.lib.sheets import Sheet
from lms.lib.small_cells import hidden_cells, with_totals
from lms.web.access import Role, allow
from lms.web.files import sheet_answer, wanted_format
from lms.web.languages import chosen_language, moment


@dataclass(frozen=True)
class Line:
    """One row of the table; None in it is hidden, or has too few people behind it."""

    measure: str
    group: str
    cells: list[int | float | None]  # of each cohort, and of all


@bp.get("/compare")
@allow(Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)
def compare() -> ResponseReturnValue:
    form = _form()
    filters = form.filters()
    cohorts, left_out = queries.cohorts_to_compare(
        current_user,
        slugs=request.args.getlist("cohorts"),
        programme=filters.get("programme", ""),
        region=filters.get("region", ""),
    )
    split = filters.get("split", "")
    found = queries.comparison_of(cohorts, split)
    lines = _split_lines(found, split) if split else _lines(found)
    if file_format := wanted_format():
        return _export(found, lines, split, file_format)
    return render_template(
        "delegations/compare.html",
        comparison=found,
        lines=lines,
        split=split,
        form=form,
        left_out=left_out,
        measures=MEASURES,
        address=request.full_path.rstrip("?&"),
    )


def _form() -> CompareForm:
    cohorts = list(db.session.scalars(queries.comparable_cohorts(current_user)))
    programmes = {one.programme_id: one.programme for one in cohorts}
    form = CompareForm.from_address()
    form.offer(
        sorted(programmes.values(), key=_title),
        list(db.session.scalars(select(Region).order_by(Region.code))),
        cohorts,
        chosen_language(),
    )
    return form


def _title(one: Programme | Cohort) -> str:
    return one.title.casefold()


def _lines(found: Comparison) -> list[Line]:
    counted = [Line(measure, "", list(found.totals(measure))) for measure in COUNTED]
    return counted + [Line(measure, "", list(found.medians(measure))) for measure in MEDIANS]


def _split_lines(found: Comparison, split: str) -> list[Line]:
    """Return a row for each measure and group; without rows where they would say who few people are."""
    groups = _groups(found, split)
    names = _group_names(groups, split)
    people = found.table("enrolled", groups)
    lines = []
    for measure in COUNTED:
        counts = found.table(measure, groups)
        hidden = hidden_cells(counts, people) if counts else None
        if hidden is not None:
            lines += [
                Line(measure, name, [None if is_hidden else one for one, is_hidden in zip(row, flags, strict=True)])
                for name, row, flags in zip(names, with_totals(counts), hidden, strict=True)
            ]  # fmt: skip
        lines.append(Line(measure, _("All"), list(found.totals(measure))))
    return lines


def _groups(found: Comparison, split: str) -> list[Group]:
    """List the groups that have a row; each gender has one, so that a missing row says nothing of the others."""
    return [*GENDERS, None] if split == "gender" else found.groups


def _group_names(groups: list[Group], split: str) -> list[str]:
    named: dict[Group, str] = {one: str(words) for one, words in GENDERS.items()}
    if split == "institution":
        bodies = [one for one in groups if isinstance(one, int)]
        named = dict(queries.institution_names(bodies).items())
    return [named.get(group, _("Not said")) for group in groups]


def _export(
    found: Comparison, lines: list[Line], split: str, file_format: str
) -> ResponseReturnValue:
    """Hand out the same table as a file, and note who took it."""
    sheet = _sheet(found, lines, split)
    slugs = [cohort.slug for cohort in found.cohorts]
    begin_to_write()
    audit.record(
        "export", "comparison", "cohorts", cohorts=slugs, split=split, format=file_format,
        rows=len(sheet.rows),
    )  # fmt: skip
    db.session.commit()
    return sheet_answer(sheet, file_format, "cohorts")


def _sheet(found: Comparison, lines: list[Line], split: str) -> Sheet:
    hidden = _("hidden")
    return Sheet(
        title=_("Comparison of cohorts"),
        header=[
            _("Measure"),
            *([_("Group")] if split else []),
            *(cohort.title for cohort in found.cohorts),
            _("All"),
            _("Definition"),
        ],
        rows=[
            [
                str(MEASURES[line.measure][0]),
                *([line.group] if split else []),
                *(hidden if cell is None else cell for cell in line.cells),
                str(MEASURES[line.measure][1]),
            ]
            for line in lines
        ],
        about=[
            (_("As of"), moment(found.as_of)),
            (_("Cohorts"), ", ".join(cohort.slug for cohort in found.cohorts)),
            (_("Split"), split or _("Not split")),
            (_("Hidden"), _("Fewer than five people, or what would tell how many they are.")),
        ],
    )
