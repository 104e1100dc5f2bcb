"""Key terms are explained in every language of a course, and in all courses in the same words."""

from __future__ import annotations

import pytest

from lms.courses.checks import check
from tests.courses.small_course import add_language, change, put, write_course

TERMS = '[plant]\nterm = "plant"\nmeans = "A place where something is made."\n'


@pytest.fixture
def root(app, folder):
    change(folder, "modules/one.toml", "[[steps]]", 'terms = ["plant"]\n\n[[steps]]')
    put(folder, "en/terms.toml", TERMS)
    return folder


class TestCheckTerms:
    def test_finds_nothing_where_each_is_explained(self, root):
        assert check(root) == []

    def test_asks_every_language_for_every_term(self, root):
        add_language(root, "kk")

        assert [str(fault) for fault in check(root)] == [
            "kk/terms.toml: The term plant is not explained. Add [plant]."
        ]

    def test_finds_a_term_that_no_module_has(self, root):
        put(root, "en/terms.toml", TERMS + TERMS.replace("plant", "desk"))

        (fault,) = check(root)
        assert str(fault).startswith("en/terms.toml:4: No module has the term desk.")

    def test_wants_the_same_words_in_all_courses(self, run, root):
        other = write_course(root.parent, "smaller")
        change(other, "modules/one.toml", "[[steps]]", 'terms = ["plant"]\n\n[[steps]]')
        put(other, "en/terms.toml", TERMS)
        assert run("check") == ("All courses are clean.\n", 0)

        put(other, "en/terms.toml", TERMS.replace("A place", "Somewhere"))

        output, exit_code = run("check")
        assert exit_code == 1
        assert "smaller/en/terms.toml:1: small explains plant in other words." in output
