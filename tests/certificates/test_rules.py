from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from lms.certificates.rules import (
    Clause,
    Record,
    eligibility,
    is_renewable,
    last_day,
    number_in,
    reissue_eligibility,
    reminder_due,
)

END = datetime(2026, 12, 31, 18, 59, 59, tzinfo=UTC)  # of the year in Almaty
STEP = SimpleNamespace(kind="reading")
QUIZ = SimpleNamespace(kind="quiz")


def progress(texts=0, quizzes=0):
    """Make a progress with so many texts and quizzes still to do."""
    return SimpleNamespace(
        missing_texts=lambda: [STEP] * texts,
        missing_quizzes=lambda: [QUIZ] * quizzes,
        is_complete=not texts + quizzes,
    )


def record(texts=0, quizzes=0, **changes):
    facts = {"is_name_confirmed": True, "name_latin": "Aigul", **changes}
    return Record(progress=progress(texts, quizzes), **facts)


NAME, LETTERS = {"is_name_confirmed": False}, {"unprintable": ["አ"]}
LENGTH, PAGE = {"is_name_too_long": True}, {"is_page_unprintable": True}
RENEWAL, AFRESH = {"is_renewal": True}, {"has_passed_afresh": True}
EVERYTHING = {**NAME, **LETTERS, **LENGTH, **PAGE}


@pytest.mark.parametrize(
    ("texts", "quizzes", "changes", "missing", "waits_for_name"),
    [
        (0, 0, {}, "", False),
        (1, 0, {}, "steps", False),
        (0, 1, {}, "quizzes", False),
        (24, 6, {}, "steps quizzes", False),
        (0, 2, {"marking": 1}, "quizzes marking", False),
        (0, 1, {"marking": 1}, "marking", False),
        (0, 0, NAME, "name", True),
        (0, 0, {"name_latin": ""}, "name", True),
        (0, 0, LETTERS, "letters", True),
        (0, 0, LENGTH, "length", True),
        (0, 0, {**NAME, **LETTERS, **LENGTH}, "name letters length", True),
        (0, 0, PAGE, "page", False),
        (0, 0, {**NAME, **PAGE}, "name page", False),
        (1, 0, NAME, "steps name", False),
        (0, 1, LETTERS, "quizzes letters", False),
        (1, 1, EVERYTHING, "steps quizzes name letters length page", False),
        (0, 0, RENEWAL, "afresh", False),
        (0, 0, {**RENEWAL, **AFRESH}, "", False),
        (0, 0, {**RENEWAL, **NAME}, "afresh name", False),
        (0, 0, AFRESH, "", False),
    ],
)
def test_completion(texts, quizzes, changes, missing, waits_for_name):
    result = eligibility(record(texts, quizzes, **changes))

    assert [gap.clause for gap in result.missing] == missing.split()
    assert result.is_met == (not missing)
    assert result.waits_for_name == waits_for_name


@pytest.mark.parametrize(
    ("texts", "quizzes", "changes", "missing"),
    [
        (0, 1, {}, ""),
        (0, 6, {"marking": 6}, ""),
        (1, 6, {}, "steps"),
        (0, 0, {}, "completion"),  # due the better one
        (0, 1, {"holds_completion": True}, "completion"),  # a pass that was withdrawn
        (0, 1, EVERYTHING, "name letters length page"),
    ],
)
def test_participation(texts, quizzes, changes, missing):
    result = eligibility(record(texts, quizzes, **changes), "participation")

    assert [gap.clause for gap in result.missing] == missing.split()


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"is_teaching": True}, ""),
        ({}, "teaches"),
        ({"is_teaching": True, **EVERYTHING}, "name letters length page"),
    ],
)
def test_thanks(changes, missing):
    result = eligibility(
        Record(**{"is_name_confirmed": True, "name_latin": "Aigul", **changes}), "thanks"
    )

    assert [gap.clause for gap in result.missing] == missing.split()


@pytest.mark.parametrize("kind", ["completion", "participation"])
def test_whoever_only_teaches_has_completed_nothing(kind):
    result = eligibility(Record(is_name_confirmed=True, name_latin="Nino", is_teaching=True), kind)

    assert "steps" in [gap.clause for gap in result.missing]


def test_a_certificate_in_anothers_place_has_only_to_be_printed():
    assert reissue_eligibility(record(3, 3, is_renewal=True)).is_met
    assert [gap.clause for gap in reissue_eligibility(record(**NAME)).missing] == ["name"]


def test_eligibility_counts_and_names_what_is_missing_and_who_can_change_it():
    result = eligibility(record(3, 3, marking=1, unprintable=["አ", "በ"], **RENEWAL, **NAME, **PAGE))

    assert result.gap("steps").count == 3
    assert result.gap("quizzes").count == 2
    assert result.gap("letters").letters == ("አ", "በ")
    assert result.gap(Clause.LENGTH) is None
    assert [gap.who for gap in result.missing] == (
        ["learner", "learner", "instructor", "learner", "holder", "holder", "administrator"]
    )
    assert eligibility(record(), "participation").missing[0].who == "officer"
    assert eligibility(record(), "thanks").missing[0].who == "coordinator"


@pytest.mark.parametrize(
    ("issued_on", "months", "until"),
    [
        (date(2026, 11, 26), None, None),
        (date(2026, 11, 26), 1, date(2026, 12, 26)),
        (date(2026, 11, 26), 24, date(2028, 11, 26)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
    ],
)
def test_last_day(issued_on, months, until):
    assert last_day(issued_on, months) == until


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 10, 31, 18, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 10, 31, 19, 0, 1, tzinfo=UTC), True),  # 60 days before, where it is
        (datetime(2026, 12, 31, 12, tzinfo=UTC), True),
        (datetime(2030, 1, 1, tzinfo=UTC), True),
    ],
)
def test_is_renewable(now, expected):
    assert is_renewable(END, now) is expected
    assert not is_renewable(None, now)


@pytest.mark.parametrize(
    ("days_left", "due"),
    [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)],
)
def test_reminder_due(days_left, due):
    midnight = END - timedelta(days=days_left, hours=23)

    assert reminder_due(END, midnight) == due
    assert reminder_due(END, midnight + timedelta(hours=23)) == due


NUMBER = "KZ-2026-7Q3M-W8KD-R4TN-9HXG"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (NUMBER, NUMBER),
        (f"  {NUMBER}\n", NUMBER),
        (f"https://learn.example.org/v/{NUMBER}", NUMBER),
        (f"https://learn.example.org/v/{NUMBER}.json", NUMBER),
        (f"learn.example.org/ka/verify/{NUMBER}?lang=ka#main", NUMBER),
        (f"/v/{NUMBER}/", NUMBER),
        ("KZ/2026/7Q3M/W8KD/R4TN/9HXG", NUMBER),
        ("kz 2026 7q3m", "kz 2026 7q3m"),
        ("", ""),
        (" - / . ", ""),
        ("..", ""),
    ],
)
def test_number_in(typed, number):
    assert number_in(typed) == number
