from types import SimpleNamespace

import pytest

from lms.certificates.rules import Clause, eligibility, number_in

STEP = SimpleNamespace(kind="reading")
QUIZ = SimpleNamespace(kind="quiz")


def progress(texts=0, quizzes=0):
    """Make a progress with so many texts and quizzes still to do."""
    return SimpleNamespace(
        missing_texts=lambda: [STEP] * texts, missing_quizzes=lambda: [QUIZ] * quizzes
    )


def judged(texts=0, quizzes=0, **changes):
    facts = {"is_name_confirmed": True, "name_latin": "Aigul", **changes}
    return eligibility(progress(texts, quizzes), **facts)


NAME, LETTERS = {"is_name_confirmed": False}, {"unprintable": ["አ"]}
LENGTH, PAGE = {"is_name_too_long": True}, {"is_page_unprintable": True}


@pytest.mark.parametrize(
    ("texts", "quizzes", "changes", "missing", "waits_for_name"),
    [
        (0, 0, {}, "", False),
        (1, 0, {}, "steps", False),
        (0, 1, {}, "quizzes", False),
        (24, 6, {}, "steps quizzes", False),
        (0, 0, NAME, "name", True),
        (0, 0, {"name_latin": ""}, "name", True),
        (0, 0, LETTERS, "letters", True),
        (0, 0, LENGTH, "length", True),
        (0, 0, {**NAME, **LETTERS, **LENGTH}, "name letters length", True),
        (0, 0, PAGE, "page", False),
        (0, 0, {**NAME, **PAGE}, "name page", False),
        (1, 0, NAME, "steps name", False),
        (0, 1, LETTERS, "quizzes letters", False),
        (
            1,
            1,
            {**NAME, **LETTERS, **LENGTH, **PAGE},
            "steps quizzes name letters length page",
            False,
        ),
    ],
)
def test_eligibility(texts, quizzes, changes, missing, waits_for_name):
    result = judged(texts, quizzes, **changes)

    assert [gap.clause for gap in result.missing] == missing.split()
    assert result.is_met == (not missing)
    assert result.waits_for_name == waits_for_name


def test_eligibility_counts_and_names_what_is_missing():
    result = judged(3, 2, unprintable=["አ", "በ"])

    assert result.gap("steps").count == 3
    assert result.gap("quizzes").count == 2
    assert result.gap("letters").letters == ("አ", "በ")
    assert result.gap(Clause.NAME) is None


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
