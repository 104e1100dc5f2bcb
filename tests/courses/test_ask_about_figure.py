"""An item about a figure: the drawing is checked with it and stays with the published version."""

import pytest
from sqlalchemy import select

from lms.courses.checks import check
from lms.courses.models import CourseItem
from lms.courses.services import publish
from lms.extensions import db
from tests.courses.small_course import (
    FIGURE,
    ITEM_TEXTS,
    ITEMS,
    add_language,
    change,
    put,
    write_course,
)

ITEM = """
[[items]]
id = "door"
type = "hotspot"
figure = "plant.svg"
correct = ["a"]
fact = "f-1"
step = "one/text"

[items.regions]
a = [0, 0, 40, 40]
b = [200, 0, 100, 60]
"""
WORDS = """
[door]
prompt = "Where is the door?"
feedback = "On the left."
alt = "A plant with one door."

[door.options]
a = "On the left"
b = "On the right"
"""


@pytest.fixture
def root(app, tmp_path):
    root = write_course(tmp_path)
    add_language(root, "kk")
    change(root, "items/one.toml", ITEMS, ITEMS + ITEM)
    for language in ("en", "kk"):
        change(root, f"{language}/items/one.toml", ITEM_TEXTS, ITEM_TEXTS + WORDS)
    return root


def door(version) -> CourseItem:
    query = select(CourseItem).where(CourseItem.version_id == version.id)
    return db.session.scalars(query.where(CourseItem.item_id == "door")).one()


class TestCheckItemAboutFigure:
    def test_finds_nothing_wrong_with_a_whole_one(self, root):
        assert check(root) == []

    @pytest.mark.parametrize(
        ("file", "old", "new", "place", "what"),
        [
            ("items/one.toml", "plant.svg", "plan.svg", "en/items/one.toml:13", "no figure plan.svg"),
            ("items/one.toml", "[200, 0,", "[350, 0,", "items/one.toml:17", "does not lie within"),
            ("items/one.toml", '["a"]', '["c"]', "items/one.toml:17", '"c" is not among'),
            ("kk/items/one.toml", 'b = "On the right"', "", "kk/items/one.toml:13", "has no words"),
            ("kk/figures/plant.svg", "viewBox", "view", "kk/items/one.toml:13", "has no viewBox"),
        ],
    )  # fmt: skip
    def test_tells_each_fault_where_it_is(self, root, file, old, new, place, what):
        change(root, file, old, new)

        told = [str(fault) for fault in check(root)]
        assert [line for line in told if line.startswith(f"{place}: door: ") and what in line], told

    def test_asks_every_language_for_its_figure(self, root):
        put(root, "en/figures/door.svg", FIGURE)
        change(root, "items/one.toml", "plant.svg", "door.svg")

        (fault,) = check(root)

        assert str(fault).startswith("kk/items/one.toml:13: door: This language has no figure")


class TestPublishItemAboutFigure:
    def test_keeps_each_languages_drawing_in_the_version(self, root):
        change(root, "kk/figures/plant.svg", "A plant", "Зауыт")

        version, _is_new = publish(root)

        texts = door(version).texts
        assert '<svg role="img" aria-labelledby="figure-alt"' in texts["en"]["drawing"]
        assert "A plant" in texts["en"]["drawing"]
        assert "Зауыт" in texts["kk"]["drawing"]

    def test_keeps_nothing_dangerous_of_it(self, root):
        change(
            root, "en/figures/plant.svg", "<rect", '<script>alert(1)</script><rect onclick="x()"'
        )

        version, _is_new = publish(root)

        drawing = door(version).texts["en"]["drawing"]
        assert "alert" not in drawing
        assert "onclick" not in drawing

    def test_counts_another_drawing_as_another_question(self, root):
        first, _is_new = publish(root)
        change(root, "en/figures/plant.svg", 'width="40"', 'width="50"')

        second, _is_new = publish(root)

        assert (door(first).revision, door(second).revision) == (1, 2)
        assert 'width="40"' in door(first).texts["en"]["drawing"]
        assert 'width="50"' in door(second).texts["en"]["drawing"]
