"""Pairs, an order and things to sort, by keyboard, with the page's script and without it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import check
from tests.browser.site import running_site, sign_in
from tests.factories import FIRST_QUIZ
from tests.quizzes.items import test_categorise, test_matching, test_ordering

MODULES = (test_matching, test_ordering, test_categorise)
PLACES = {"law": "1", "card": "2", "plastic": "3", "hologram": "4"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with running_site(tmp_path_factory.mktemp("parts")) as site:
        ask(site.data_dir)
        yield site


def ask(data_dir):
    """Let the first quiz ask one item of each kind, before anybody has opened it."""
    with closing(sqlite3.connect(data_dir / "serai.db")) as database, database:
        rows = database.execute(  # a bank of the first course alone
            "SELECT id, item_id FROM course_items WHERE bank = 'who-says-so' ORDER BY id LIMIT 3"
        ).fetchall()
        for (row, item_id), module in zip(rows, MODULES, strict=True):
            structure = {"tags": [], **module.STRUCTURE, "id": item_id, "partial": True}
            database.execute(
                "UPDATE course_items SET structure = ?, texts = ? WHERE id = ?",
                (json.dumps(structure), json.dumps({"en": module.TEXT}), row),
            )
        version, outline = database.execute(
            "SELECT id, outline FROM course_versions WHERE outline LIKE '%\"who-says-so/check\"%'"
        ).fetchone()
        outline = json.loads(outline)
        named = [item_id for _row, item_id in rows]
        for step in (step for module in outline["modules"] for step in module["steps"]):
            if step["path"] == FIRST_QUIZ:
                draw = {"bank": "who-says-so", "count": 3, "items": named}
                step["quiz"].update(draw=[draw], shuffle=False)
        database.execute(
            "UPDATE course_versions SET outline = ? WHERE id = ?", (json.dumps(outline), version)
        )


@pytest.fixture
def question(browser, site):
    """Open an attempt as the demo learner; return a function that shows one of its questions."""
    contexts = []

    def show(number, *, has_javascript=True, width=390, **look):
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 844},
            java_script_enabled=has_javascript,
            locale="en-GB",
            **look,
        )
        contexts.append(context)
        page = context.new_page()
        sign_in(page, "learner")
        page.goto("/learn")
        cohort = page.locator("a[href*='/digital-id']").first.get_attribute("href").split("/")[2]
        page.goto(f"/learn/{cohort}/digital-id/{FIRST_QUIZ}/start")
        page.locator("main .acts .btn:not(.q)").click()
        page.goto(f"{page.url.rpartition('/')[0]}/{number}")
        return page

    yield show
    for context in contexts:
        context.close()


def order(page):
    return page.locator("[data-order] select").evaluate_all(
        "all => all.map(one => [one.name.slice(7), one.value])"
    )


class TestAnswerInParts:
    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_finds_lists_that_are_labelled_large_and_not_cut_off(self, question, number):
        page = question(number, width=320)

        check(page, f"list {number}")
        sizes = page.locator("fieldset :is(select, button)").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect()).map(box => [box.width, box.height])"
        )
        assert sizes
        assert all(width >= 44 and height >= 44 for width, height in sizes)

    def test_needs_nothing_but_the_keyboard_and_no_script(self, question):
        page = question(1, has_javascript=False)

        page.locator("#answer-1").focus()
        for word in ("Authenticate", "Identify", "Authorise"):
            page.keyboard.type(word)
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", level=1)).to_have_text(test_ordering.TEXT["prompt"])
        page.goto(page.url.rpartition("/")[0] + "/review")
        expect(page.get_by_text("A face: Authenticate")).to_be_visible()

    def test_takes_places_as_numbers_without_script(self, question):
        page = question(2, has_javascript=False)
        assert page.locator("[data-order] button").count() == 0

        for option, place in PLACES.items():
            page.locator(f"[name='answer.{option}']").select_option(place)
        page.locator("main .acts .btn").first.click()
        page.go_back()
        page.reload()

        assert order(page) == [list(place) for place in PLACES.items()]


class TestMoveLines:
    def test_moves_numbers_says_where_and_saves(self, question):
        page = question(2)
        before = [option for option, _place in order(page)]
        last = page.locator("[data-order] li").last
        name = last.locator("label").inner_text()
        up = last.get_by_role("button", name=f"Move up: {name}")

        up.focus()
        with page.expect_response(lambda answer: answer.request.method == "POST") as saved:
            page.keyboard.press("Enter")

        moved = [*before[:-2], before[-1], before[-2]]
        assert saved.value.ok
        assert order(page) == [[option, str(at)] for at, option in enumerate(moved, 1)]
        expect(page.locator("[data-order] [role=status]")).to_have_text(f"{name}: now 3 of 4")
        expect(page.get_by_role("button", name=f"Move up: {name}")).to_be_focused()
        page.reload()
        assert [option for option, _place in order(page)] == moved

    def test_stays_at_the_end_of_the_list(self, question):
        page = question(2)
        first = page.locator("[data-order] li").first
        name = first.locator("label").inner_text()

        first.get_by_role("button", name=f"Move up: {name}").click()

        expect(page.locator("[data-order] [role=status]")).to_have_text(f"{name}: now 1 of 4")
