"""How a quiz did: its questions and keys, its figures, its languages, and what was learnt."""

from __future__ import annotations

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_login import current_user

from lms.audit import services as audit
from lms.authoring import queries, sheets
from lms.authoring.queries import TaughtQuiz
from lms.authoring.views import bp
from lms.authoring.words import EFFECTS, THIRDS, every_flag, flag_words
from lms.courses.queries import contents_of
from lms.extensions import begin_to_write, db
from lms.lib.sheets import Sheet
from lms.quizzes.rules.analysis import THRESHOLDS
from lms.web.access import Role, allow
from lms.web.files import sheet_answer, wanted_format
from lms.web.languages import chosen_language


@bp.app_template_filter("decimal")
def decimal(value: float | None, places: int = 2) -> str:
    """Write a number in the reader's language, with so many decimals; a dash for none."""
    return (
        "–" if value is None else str(format_decimal(value, "0." + "0" * places if places else "0"))
    )


@bp.app_template_filter("clock")
def clock(seconds: float) -> str:
    """Write a short time: 45 s, 2 min 5 s."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return _("%(seconds)d s", seconds=rest)
    return _("%(minutes)d min %(seconds)d s", minutes=minutes, seconds=rest)


bp.add_app_template_filter(flag_words, "flag_words")


def _taught(course: str, module: str, step: str) -> TaughtQuiz:
    return queries.taught_quiz(current_user, course, f"{module}/{step}", chosen_language())


def _page(template: str, taught: TaughtQuiz, **values: object) -> str:
    return render_template(
        f"authoring/{template}.html",
        taught=taught,
        version=taught.version,
        step=taught.step,
        contents=contents_of(taught.version.id, chosen_language()),
        **values,
    )


def _export(taught: TaughtQuiz, sheet: Sheet, file_format: str, table: str) -> Response:
    """Hand out a table as a file, and note who took it."""
    slug, path = taught.version.course.slug, taught.step.path
    begin_to_write()
    audit.record(
        "export", "course", slug, quiz=path, table=table, format=file_format, rows=len(sheet.rows)
    )
    db.session.commit()
    return sheet_answer(sheet, file_format, f"{slug}-{path.replace('/', '-')}-{table}")


@bp.get("/<course>/questions/<module>/<step>")
@allow(Role.INSTRUCTOR)
def questions(course: str, module: str, step: str) -> ResponseReturnValue:
    """Show a quiz's items with keys and feedback."""
    taught = _taught(course, module, step)
    return _page(
        "questions",
        taught,
        cards=queries.item_cards(taught),
        source_language=taught.outline.source_language,
    )


@bp.get("/<course>/analysis/<module>/<step>")
@allow(Role.INSTRUCTOR)
def analysis(course: str, module: str, step: str) -> ResponseReturnValue:
    taught = _taught(course, module, step)
    found = queries.quiz_analysis(taught)
    sort = request.args.get("sort", queries.HARDEST_FIRST)
    items = list(queries.sorted_items(found.scored, sort))
    if file_format := wanted_format():
        sheet = sheets.items_sheet(taught, [*items, *found.unscored], sort)
        return _export(taught, sheet, file_format, "questions")
    return _page(
        "analysis",
        taught,
        analysis=found,
        items=items,
        sort=sort,
        thresholds=THRESHOLDS,
        flag_words=every_flag(),
    )


@bp.get("/<course>/analysis/<module>/<step>/<bank>/<item>/<int:revision>")
@allow(Role.INSTRUCTOR)
def item_analysis(
    course: str, module: str, step: str, bank: str, item: str, revision: int
) -> ResponseReturnValue:
    """Show what was answered to one item, by the strong and by the weak."""
    taught = _taught(course, module, step)
    found = queries.quiz_analysis(taught).item(f"{bank}/{item}", revision)
    if file_format := wanted_format():
        sheet = sheets.answers_sheet(taught, found)
        return _export(taught, sheet, file_format, f"answers-{item}-{revision}")
    return _page("item_analysis", taught, item=found, third_names=THIRDS)


@bp.get("/<course>/fairness/<module>/<step>")
@allow(Role.INSTRUCTOR)
def fairness(course: str, module: str, step: str) -> ResponseReturnValue:
    """Compare the languages of a quiz."""
    taught = _taught(course, module, step)
    found = queries.fairness_of(taught)
    if file_format := wanted_format():
        return _export(taught, sheets.fairness_sheet(found), file_format, "languages")
    return _page("fairness", taught, fairness=found, effect_words=EFFECTS)


@bp.get("/<course>/gain/<module>/<step>")
@allow(Role.INSTRUCTOR)
def gain(course: str, module: str, step: str) -> ResponseReturnValue:
    """Show what each cohort learnt between this pre-test and its post-test."""
    taught = _taught(course, module, step)
    cohorts = queries.gain_of_cohorts(taught)
    if file_format := wanted_format():
        return _export(taught, sheets.gain_sheet(taught, cohorts), file_format, "gain")
    return _page("gain", taught, settings=queries.gain_settings(taught), cohorts=cohorts)


@bp.get("/<course>/gain/<module>/<step>/<cohort>")
@allow(Role.INSTRUCTOR)
def people_gain(course: str, module: str, step: str, cohort: str) -> ResponseReturnValue:
    """Show what each learner of a cohort learnt, by name."""
    taught = _taught(course, module, step)
    found, people = queries.gain_of_people(taught, cohort)
    return _page("people_gain", taught, cohort=found, people=people)
