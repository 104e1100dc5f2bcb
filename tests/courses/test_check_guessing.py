"""Nobody who has not read the course is right by choosing the longest option, or always the same place."""

from __future__ import annotations

from itertools import cycle

import pytest

from lms.courses.checks import check
from tests.courses.small_course import ITEM_TEXTS, ITEMS, put, write_course

OPTIONS = "abcd"


def bank(places: str, longest: int, count: int = 20) -> tuple[str, str]:
    """Write items whose right options stand at these places in turn; of so many it is the longest."""
    items, texts = ITEMS, ITEM_TEXTS
    for number, right in zip(range(count), cycle(places), strict=False):
        items += f"""
[[items]]
id = "more-{number}"
type = "single_choice"
options = ["a", "b", "c", "d"]
correct = ["{right}"]
fact = "f-1"
step = "one/text"
"""
        words = dict.fromkeys(OPTIONS, "In one of the years")
        words[right] += " between" if number < longest else ""
        texts += (
            f'\n[more-{number}]\nprompt = "When?"\nfeedback = "Then."\n[more-{number}.options]\n'
        )
        texts += "".join(f'{one} = "{text} {one}"\n' for one, text in words.items())
    return items, texts


@pytest.fixture
def told(app, tmp_path):
    root = write_course(tmp_path)

    def of(*made) -> list[str]:
        items, texts = bank(*made)
        put(root, "items/one.toml", items)
        put(root, "en/items/one.toml", texts)
        return [str(fault) for fault in check(root)]

    return of


class TestCheckGuessing:
    def test_finds_nothing_where_neither_length_nor_place_helps(self, told):
        assert told("abcd", 7) == []

    def test_finds_that_the_longest_option_is_often_right(self, told):
        (fault,) = told("abcd", 8)

        assert fault.startswith("en/items/one.toml: The longest option is right in 8 of 20 items")
        assert "Shorten it, or lengthen others: more-0, more-1," in fault

    def test_finds_that_one_place_is_often_right(self, told):
        (fault,) = told("aabacadac", 0)

        assert fault.startswith("items/one.toml: Option 1 is right in 12 of 20 items")

    def test_blames_no_bank_that_is_too_small_to_tell(self, told):
        assert told("a", 7, 7) == []
