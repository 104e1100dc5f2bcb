"""Every type of question in a browser, without any script and by keyboard."""

from __future__ import annotations

import pytest

from lms.config import ROOT
from lms.quizzes.items import TYPES
from tests.quizzes.items.pages import asked_item, render_item
from tests.quizzes.items.test_types import example

PAGE = """<!doctype html><html lang="en"><title>A question</title>
<meta name="viewport" content="width=device-width"><style>{css}</style>
<main class="wrap"><form class="quiz"><fieldset><legend><h1 class="h-x">Which?</h1></legend>{item}</fieldset>
<button>Save</button></form></main></html>"""
STOPS = "input:not([type=radio], [type=hidden]), select, textarea"


@pytest.fixture
def show(browser):
    """Return a function that shows the question of a type; its page closes with the test."""
    contexts = []

    def show(name, *, width=320):
        item = asked_item(name, *example(name))
        contexts.append(
            browser.new_context(viewport={"width": width, "height": 640}, java_script_enabled=False)
        )
        page = contexts[-1].new_page()
        css = (ROOT / "lms/static/css/serai.css").read_text(encoding="utf-8")
        page.set_content(PAGE.format(css=css, item=render_item(name, item)))
        return page

    yield show
    for context in contexts:
        context.close()


def focused(page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.localName"))


@pytest.mark.parametrize("name", TYPES)
class TestEveryType:
    def test_is_reached_by_keyboard(self, show, name):
        page = show(name)
        wanted = {one.get_attribute("id") for one in page.locator(STOPS).all()}
        if page.locator("[type=radio]").count():
            wanted.add("answer-1")  # one stop for the group

        met = set()
        while (here := focused(page)) != "button":
            met.add(here)
            page.keyboard.press("Tab")

        assert wanted
        assert wanted <= met


class TestPointAtFigure:
    def test_chooses_by_a_click_on_the_region(self, show):
        page = show("hotspot")

        page.locator(".over rect").nth(1).click()

        assert page.locator("#answer-2").is_checked()
        assert page.locator(".over text").nth(1).is_visible()
        assert not page.locator(".over text").nth(0).is_visible()

    def test_chooses_in_the_list_by_keyboard(self, show):
        page = show("hotspot")

        page.locator("#answer-1").focus()
        page.keyboard.press("ArrowDown")

        assert page.locator("#answer-2").is_checked()
        assert page.locator(".over text").nth(1).is_visible()

    @pytest.mark.parametrize("width", [320, 1280])
    def test_lays_each_region_over_its_place(self, show, width):
        page = show("hotspot", width=width)

        figure = page.locator(".spots > svg").bounding_box()
        region = page.locator(".over rect").nth(2).bounding_box()

        # The third region is the lower half of the figure; half of its line lies outside.
        assert region["x"] == pytest.approx(figure["x"], abs=6)
        assert region["y"] == pytest.approx(figure["y"] + figure["height"] / 2, abs=6)
        assert region["width"] == pytest.approx(figure["width"], abs=12)


class TestFillGaps:
    def test_is_filled_by_keyboard_alone(self, show):
        page = show("cloze")

        page.keyboard.press("Tab")
        page.keyboard.type("1968")
        page.keyboard.press("Tab")
        page.keyboard.type("pla")

        assert page.locator("#answer-1").input_value() == "1968"
        assert page.locator("#answer-2").input_value() == "b"
