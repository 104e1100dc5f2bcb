"""The tables of the analysis for a spreadsheet: the very figures of the pages, numbers as numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from flask_babel import gettext as _

from lms.authoring.queries import CohortGain, Fairness, ItemFigures, TaughtQuiz
from lms.authoring.words import THIRDS, flag_words
from lms.lib.sheets import Cell, Sheet
from lms.quizzes.rules.analysis import Third


def _round(value: float | None, places: int = 4) -> float | None:
    return None if value is None else round(value, places)


def _about(taught: TaughtQuiz, *filters: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Course"), taught.outline.title(taught.language)),
        (_("Quiz"), taught.title),
        (_("Version"), str(taught.version.number)),
        *filters,
        (_("As of"), datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")),
    ]


def items_sheet(taught: TaughtQuiz, items: Iterable[ItemFigures], sort: str) -> Sheet:
    """Write the items of a quiz, in the order of the page."""
    header = [
        _("Question"), _("Bank and item"), _("Revision"), _("Type"), _("Answers"), _("Right, %"),
        _("Mean mark"), _("Goes with the rest"), _("Median time, seconds"), _("What to look at"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            item.prompt, item.key, item.revision, item.item.structure["type"], item.count,
            _round(item.right_percent, 1), _round(item.facility), _round(item.correlation),
            _round(item.median_seconds, 1), " ".join(map(flag_words, item.flags)),
        ]
        for item in items
    ]  # fmt: skip
    about = _about(
        taught,
        (_("Attempts"), _("The first marked attempt of each learner")),
        (_("Sorted by"), sort),
    )
    return Sheet(_("Questions"), header, rows, about)


def answers_sheet(taught: TaughtQuiz, item: ItemFigures) -> Sheet:
    """Write what was answered to one item."""
    header = [_("Option"), _("Answer given"), _("Right"), _("Answers"), _("All, %")]
    header += [_("%(third)s, %%", third=THIRDS[third]) for third in Third]
    rows: list[list[Cell]] = [
        [
            row.letter, str(row.words), _("Right") if row.is_right else "",
            None if item.missing_count else row.count, _round(row.percent, 1),
            *(_round(row.by_third[third], 1) for third in Third),
        ]
        for row in item.rows
    ]  # fmt: skip
    key = (_("Question"), f"{item.key}, {item.revision}")
    return Sheet(_("Answers"), header, rows, _about(taught, key))


def fairness_sheet(fairness: Fairness) -> Sheet:
    """Write every item in every language beside the reference."""
    header = [
        _("Language"), _("Question"), _("Bank and item"), _("Revision"),
        _("Answers, reference"), _("Answers, language"), _("Right, reference, %"),
        _("Right, language, %"), _("Odds ratio"), _("Delta (MH D-DIF)"),
        _("Standard error"), _("Chi-square"), _("Class"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for pair in fairness.pairs:
        for item in pair.items:
            found = item.difference
            rows.append([
                pair.language, item.prompt, item.key, item.revision,
                item.count(is_focal=False), item.count(is_focal=True),
                _round(item.right_percent(is_focal=False), 1),
                _round(item.right_percent(is_focal=True), 1),
                *([None] * 4 if found is None else map(
                    _round, (found.odds_ratio, found.delta, found.delta_error, found.chi_square)
                )),
                "" if found is None else str(found.effect),
            ])  # fmt: skip
    reference = (_("Reference language"), fairness.reference)
    return Sheet(_("Languages"), header, rows, _about(fairness.taught, reference))


def gain_sheet(taught: TaughtQuiz, cohorts: Iterable[CohortGain]) -> Sheet:
    """Write what the cohorts gained; nobody's name."""
    header = [
        _("Cohort"), _("Pairs"), _("Before, %"), _("After, %"), _("Gain, points"),
        _("Standard deviation"), _("From (95 %)"), _("To (95 %)"), _("Normalised gain"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for cohort in cohorts:
        found = cohort.gain
        figures = (
            [None] * 7
            if found is None
            else [
                found.before, found.after, found.mean, found.deviation, found.low, found.high,
                found.normalised,
            ]
        )  # fmt: skip
        name = cohort.title or _("All cohorts")
        rows.append([name, len(cohort.pairs), *map(_round, figures)])
    return Sheet(_("Learning gain"), header, rows, _about(taught))
