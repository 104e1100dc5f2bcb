"""A translation says what the original says, as far as that can be compared without knowing the language."""

from __future__ import annotations

import pytest

from lms.courses.checks import check
from tests.courses.small_course import add_language, change, put, write_course

PAGE, ITEMS = "kk/one/text.md", "kk/items/one.toml"
FAULTS = [
    # file, what stands there, what is written instead, where the fault is told, with what
    (PAGE, "{#p2}\n", "{#p3}\n", PAGE, "The block p2 is missing."),
    (PAGE, "{#p2}\n", "{#p3}\n", f"{PAGE}:10", "The original has no block p3."),
    (PAGE, "in 2021.[^f-1]", "in 2012.[^f-1]", f"{PAGE}:4", "The numbers differ: it lacks 2021 and adds 2012."),
    (PAGE, "has 40 desks", "has many desks", f"{PAGE}:4", "The numbers differ: it lacks 40."),
    (PAGE, "desks,[^f-2]", "desks,", f"{PAGE}:4", "The sources cited differ: it lacks f-2."),
    (PAGE, "Plain words", "[Plain](https://x.example) words", f"{PAGE}:10", "The links differ: it adds https://x.example."),
    (PAGE, "plant.svg", "other.svg", f"{PAGE}:7", "The figures differ: it lacks plant.svg"),
    (PAGE, "Plain words", "Plain KOMSCO words", f"{PAGE}:10", "The original does not have the name KOMSCO."),
    (ITEMS, '"In 2021"', '"In 2022"', f"{ITEMS}:1", "when: options: b: the numbers differ: it lacks 2021"),
    ("kk/facts.toml", "40", "41", "kk/facts.toml:2", "f-2: the numbers differ: it lacks 40 and adds 41."),
    ("kk/facts.toml", "f-2 =", "f-9 =", "kk/facts.toml", "The fact f-2 has no words."),
    ("kk/facts.toml", "f-2 =", "f-9 =", "kk/facts.toml:2", "There is no fact f-9."),
    ("kk/course.toml", '["Know the plant."]', "[]", "kk/course.toml", "objectives: there are 0, not 1."),
    ("kk/course.toml", "[translation]", "[translatio]", "kk/course.toml:20", "translatio: Extra"),
    ("kk/course.toml", '"person"', '"nobody"', "kk/course.toml:21", "'machine' or 'person'"),
]  # fmt: skip


@pytest.fixture
def root(app, tmp_path):
    root = write_course(tmp_path)
    add_language(root, "kk")
    return root


class TestCheckTranslation:
    def test_finds_nothing_in_one_that_says_the_same(self, root):
        assert check(root) == []

    @pytest.mark.parametrize(("file", "old", "new", "place", "what"), FAULTS)
    def test_tells_each_difference_where_it_is(self, root, file, old, new, place, what):
        change(root, file, old, new)

        told = [str(fault) for fault in check(root)]

        assert [line for line in told if line.startswith(f"{place}: ") and what in line], told

    def test_reads_a_number_however_a_language_writes_it(self, root):
        for code, number in (("en", "1,199.5"), ("kk", "1\N{NO-BREAK SPACE}199,5")):
            change(root, f"{code}/one/text.md", "40 desks", f"{number} desks")

        assert check(root) == []

    def test_wants_the_blocks_in_the_same_order(self, root):
        page = (root / PAGE).read_text(encoding="utf-8")
        title, first, figure, last = page.strip().split("\n\n")
        put(root, PAGE, f"{title}\n\n{figure}\n\n{first}\n\n{last}")

        assert [str(fault) for fault in check(root)] == [
            f"{PAGE}: The blocks stand in another order. Use the original's."
        ]

    def test_must_say_who_made_it_and_the_original_must_not(self, root):
        text = (root / "kk/course.toml").read_text(encoding="utf-8")
        translation = text[text.index("\n[translation]") :]
        put(root, "kk/course.toml", text.replace(translation, ""))
        change(
            root,
            "en/course.toml",
            'plant = "The plant',
            f'{translation}\n[sites]\nplant = "The plant',
        )
        change(root, "en/course.toml", "[sites]\n", "")

        assert [fault.what for fault in check(root)] == [
            "The original is no translation.",
            "Nothing says who translated this.",
        ]
