from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from lms.config import ROOT
from lms.courses.checks import check, check_together
from lms.courses.models import Course
from lms.extensions import db
from tests.courses.small_course import (
    ITEM_TEXTS,
    ITEMS,
    add_language,
    change,
    put,
    write_course,
)


def line_of(root: Path, name: str, words: str) -> int:
    lines = (root / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


class TestCheckCourses:
    def test_finds_nothing_in_a_clean_course(self, run):
        assert run("check") == ("All courses are clean.\n", 0)

    def test_finds_nothing_in_the_courses_that_we_ship(self):
        assert check_together((ROOT / "courses").iterdir()) == []

    def test_names_file_line_and_repair_of_five_faults_at_once(self, run, folder):
        change(folder, "modules/one.toml", 'site = "plant"', 'site = "palace"')
        change(folder, "items/one.toml", 'correct = ["b"]', 'correct = ["c"]')
        change(folder, "sources.toml", '["supplier"]', '["nobody"]')
        change(folder, "en/one/text.md", "40 desks,[^f-2]", "40 desks,[^f-9]")
        change(folder, "en/course.toml", 'plant = "The plant in Daejeon"', "")

        output, exit_code = run("check", "small")

        text = line_of(folder, "en/one/text.md", "40 desks")
        fact = line_of(folder, "sources.toml", "[facts.f-2]")
        assert exit_code == 1
        assert f"small/en/one/text.md:{text}: The fact 'f-9' is unknown. Name a fact of" in output
        assert f"small/sources.toml:{fact}: Fact f-2 rests on 'nobody', which is not" in output
        assert "small/modules/one.toml:2: text: the site 'palace' is unknown. Add it to" in output
        assert "small/items/one.toml:2: when: correct" in output
        assert "small/en/course.toml:17: The site palace has no name. Add it to [sites]." in output
        assert "5 to repair." in output

    def test_refuses_to_publish_and_stores_nothing(self, run, folder):
        change(folder, "modules/one.toml", 'site = "plant"', 'site = "palace"')
        change(folder, "en/one/think.md", "{#p2}\n", "")

        output, exit_code = run("publish")

        assert exit_code == 1
        assert "the site 'palace' is unknown" in output
        assert "This block has no id. Write {#p1} on a line of its own above it." in output
        assert db.session.scalar(select(func.count()).where(Course.slug == "small")) == 0

    def test_names_a_folder_that_is_not_there(self, run):
        output, exit_code = run("check", "smal")

        assert exit_code == 2
        assert "there is no folder" in output


ORDER = '"ordering"\noptions = ["a", "b", "c"]\ncorrect = ["b", "a"]'
FAULTS = [
    # file, what stands there, what is written instead, where the fault is told, with what
    ("course.toml", 'id = "small"', 'id = "tiny"', "course.toml:1", "not the folder's name"),
    ("course.toml", "hours = 2", "hours = 0", "course.toml:3", "greater than 0"),
    ("course.toml", "[certificate]", "[certificate]\nvalid_months = 2", "course.toml:8", "equal to 3"),
    ("course.toml", "hours = 2", "hours = ", "course.toml:3", "not TOML"),
    ("course.toml", "hours = 2", "hours = 2\nprice = 5", "course.toml:4", "price: Extra inputs"),
    ("course.toml", "two/final", "one/text", "course.toml", "is no quiz of this course"),
    ("course.toml", '"one", "two"', '"one", "two", "three"', "modules/three.toml", "is missing"),
    ("modules/one.toml", '"text"', '"check"', "modules/one.toml", "one/check stands 2 times"),
    ("modules/one.toml", '"quiz"', '"case"', "modules/one.toml:14", "do not fit"),
    ("modules/two.toml", '"video"', '"case"', "modules/two.toml:2", "do not fit"),
    ("modules/one.toml", "count = 2", "count = 3", "modules/one.toml:14", "only 2 fit"),
    ("modules/one.toml", 'bank = "one"', 'bank = "x"', "modules/one.toml:14", "no bank 'x'"),
    ("items/one.toml", '"open"', '"when"', "items/one.toml:2", "The id when stands 2 times"),
    ("items/one.toml", '"true_false"\ncorrect = true', ORDER, "items/one.toml:10", '"c" has no place'),
    ("items/one.toml", 'fact = "f-1"', 'fact = "f-9"', "items/one.toml:2", "'f-9' is unknown"),
    ("items/one.toml", '"one/text"', '"one/tex"', "items/one.toml:2", "no step 'one/tex'"),
    ("en/items/one.toml", "[open]", "[opened]", "en/items/one.toml", "item open has no words"),
    ("en/items/one.toml", "[open]", "[opened]", "en/items/one.toml:9", "There is no item opened"),
    ("en/items/one.toml", 'a = "In 2001"', "", "en/items/one.toml:1", "when: options"),
    ("en/course.toml", "[modules.two]", "[modules.too]", "en/course.toml", "module two has no title"),
    ("en/course.toml", '"one/check" = ', '"one/chek" = ', "en/course.toml:13", "one/check has no"),
    ("en/one/text.md", "# The plant\n", "", "en/one/text.md:1", "The step has no title"),
    ("en/one/text.md", "{#p2}", "{#p1}", "en/one/text.md:4", "The id p1 stands 2 times"),
    ("en/one/text.md", "[^f-1] It", " It", "en/one/text.md", None),
    ("en/one/text.md", "Plain words", "In 1999 words", "en/one/text.md:10", "without a source"),
    ("en/one/text.md", "Plain words", "<b>Plain</b>", "en/one/text.md:10", "HTML is not allowed"),
    ("en/one/text.md", "Plain words", "`<b>` words", "en/one/text.md", None),
    ("en/one/text.md", "![A plant with one door.]", "![ ]", "en/one/text.md:7", "no text altern"),
    ("en/one/text.md", "plant.svg", "plan.svg", "en/one/text.md:7", "no figure plan.svg"),
    ("en/one/text.md", "(figures/", "(https://x.example/", "en/one/text.md:7", "cannot be read"),
    ("en/one/text.md", "Plain words", "![x](http://x/y.png)", "en/one/text.md:10", "cannot be"),
]  # fmt: skip


class TestCheckACourse:
    @pytest.mark.parametrize(("file", "old", "new", "place", "what"), FAULTS)
    def test_tells_each_fault_where_it_is(self, app, tmp_path, file, old, new, place, what):
        root = write_course(tmp_path)
        change(root, file, old, new)

        told = [str(fault) for fault in check(root)]

        if what is None:
            assert told == []
        else:
            assert [line for line in told if line.startswith(f"{place}: ") and what in line], told

    @pytest.mark.parametrize("name", ["en/one/text.md", "en/items/one.toml", "sources.toml"])
    def test_misses_no_file(self, app, tmp_path, name):
        root = write_course(tmp_path)
        (root / name).unlink()

        assert check(root) != []

    @pytest.mark.parametrize("name", ["en/one/text.md", "en/figures/plant.svg", "course.toml"])
    def test_names_a_file_that_is_no_text(self, app, tmp_path, name):
        root = write_course(tmp_path)
        (root / name).write_bytes("título".encode("latin-1"))

        assert any(fault.file == name for fault in check(root))

    def test_asks_every_language_for_every_step(self, app, tmp_path):
        root = write_course(tmp_path)
        add_language(root, "kk")
        (root / "kk/one/think.md").unlink()

        assert [str(fault) for fault in check(root)] == [
            "kk/one/think.md: This step has no text. Write the file."
        ]

    def test_knows_only_the_languages_of_the_platform(self, app, tmp_path):
        root = write_course(tmp_path)
        add_language(root, "fr")

        (fault,) = check(root)
        assert fault.file == "fr/course.toml"
        assert "Use one of en, ru, kk" in fault.repair

    @pytest.mark.parametrize(
        ("words", "is_told"), [(299, True), (300, False), (900, False), (901, True)]
    )
    def test_counts_the_words_of_a_step(self, app, tmp_path, words, is_told):
        root = write_course(tmp_path)
        put(root, "en/two/goodbye.md", "# Goodbye\n\n{#p1}\n" + "word " * words)

        assert any(f"has {words} words" in fault.what for fault in check(root)) is is_told


NAMED = 'items = ["when", "open"]'
UNSCORED = """
[[items]]
id = "agree"
type = "likert"
levels = 2
tags = ["opinion"]
"""
UNSCORED_TEXT = """
[agree]
prompt = "Is it good to have a plant?"
feedback = "Opinions differ."
labels = ["No", "Yes"]
"""


class TestCheckUnscoredItems:
    @pytest.fixture
    def root(self, app, tmp_path):
        root = write_course(tmp_path)
        change(root, "items/one.toml", ITEMS, ITEMS + UNSCORED)
        change(root, "en/items/one.toml", ITEM_TEXTS, ITEM_TEXTS + UNSCORED_TEXT)
        return root

    @pytest.mark.parametrize(
        ("final", "check_quiz", "told"),
        [
            (NAMED, NAMED, []),
            ('items = ["when", "agree", "open"]', NAMED, []),
            (NAMED, "count = 2", ["modules/one.toml:14: check: draws by chance among items"]),
            (NAMED, 'count = 1, tags = ["opinion"]', ["modules/one.toml:14: check: nothing in it"]),
            (NAMED, 'items = ["agree"]', ["modules/one.toml:14: check: nothing in it is scored"]),
            (NAMED, 'items = ["when", "when"]', ["modules/one.toml:14: check: draws 2 items, but"]),
        ],
    )
    def test_lets_chance_never_decide_how_many_are_scored(self, root, final, check_quiz, told):
        change(root, "modules/one.toml", "count = 2", check_quiz)
        change(root, "modules/two.toml", "count = 2", final)

        faults = [str(fault) for fault in check(root)]

        assert [fault[: len(start)] for fault, start in zip(faults, told, strict=True)] == told

    def test_lets_a_quiz_of_opinions_be_handed_in(self, root):
        change(root, "modules/one.toml", "count = 2", 'count = 1, tags = ["opinion"]')
        change(root, "modules/one.toml", "pass_percent = 50", "pass_percent = 0")
        change(root, "modules/two.toml", "count = 2", NAMED)

        assert check(root) == []


class TestCheckGain:
    """A pre-test and its post-test must ask about the same."""

    def make_pre_test(self, folder: Path, gain: str) -> None:
        change(folder, "modules/one.toml", "pass_percent = 50", f"pass_percent = 0\ngain = {gain}")

    def test_finds_nothing_where_both_can_ask_about_the_objectives(self, run, folder):
        change(folder, "items/one.toml", 'id = "when"', 'id = "when"\ntags = ["opening"]')
        self.make_pre_test(folder, '{ post = "two/final", objectives = ["opening"] }')

        assert run("check", "small")[1] == 0

    @pytest.mark.parametrize("post", ["two/goodbye", "two/nothing", "one/check"])
    def test_wants_another_quiz_as_post_test(self, run, folder, post):
        self.make_pre_test(folder, f'{{ post = "{post}", objectives = ["opening"] }}')

        output, exit_code = run("check", "small")

        assert exit_code == 1
        assert f"check: the post-test '{post}' is no other quiz of this course. Name one." in output

    @pytest.mark.parametrize(
        ("draws", "quiz"),
        [
            ({"one": '{ bank = "one", items = ["open"] }'}, "this quiz"),
            ({"two": '{ bank = "one", items = ["open"] }'}, "two/final"),
            ({"two": '{ bank = "one", count = 1, difficulty = 3 }'}, "two/final"),
        ],
    )
    def test_names_an_objective_that_a_quiz_cannot_ask_about(self, run, folder, draws, quiz):
        change(folder, "items/one.toml", 'id = "when"', 'id = "when"\ntags = ["opening"]')
        for module, draw in draws.items():
            change(folder, f"modules/{module}.toml", '{ bank = "one", count = 2 }', draw)
        self.make_pre_test(folder, '{ post = "two/final", objectives = ["opening"] }')

        output, _exit_code = run("check", "small")

        what = f"check: no question that {quiz} may draw has the objective 'opening'."
        assert f"{what} Tag a question with it, or leave the objective out." in output
