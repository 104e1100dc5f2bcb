"""Each type of item: accessible, narrow enough, whole by keyboard, and whole without JavaScript."""

from __future__ import annotations

import pytest

from lms.quizzes.items import TYPES
from tests.browser.accessibility import check
from tests.browser.desk import wait_until
from tests.quizzes.uploads import PDF

SEND = "[value=next], [value=review]"


@pytest.mark.parametrize("name", TYPES)
class TestEveryType:
    def test_is_accessible_and_answered_by_keyboard_at_320_pixels(self, browser, desk, name):
        page = desk.sit_down(browser, width=320).new_page()
        page.goto(desk.question(name))
        check(page, name)

        press_tab_until(page, "#answer-1")
        if TYPES[name].takes_file:  # the system's own window follows
            assert page.locator(":focus").get_attribute("type") == "file"
        else:
            give(page, page.locator(":focus"))
            press_tab_until(page, SEND)
            page.keyboard.press("Enter")
            wait_until(desk.answers)
            [answer] = desk.answers()
            assert answer
        page.context.close()

    def test_is_saved_and_shown_again_without_javascript(self, browser, desk, name):
        page = desk.sit_down(browser, java_script_enabled=False).new_page()
        page.goto(desk.question(name))
        field = page.locator("#answer-1")
        kind = field.get_attribute("type") or field.evaluate("field => field.type")
        if kind == "file":
            field.set_input_files(
                {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": PDF}
            )
        elif kind in {"radio", "checkbox"}:
            field.check()
        elif kind.startswith("select"):
            field.select_option(index=1)
        else:
            field.fill("12")
        with page.expect_navigation():
            page.locator(SEND).first.click()
        assert len(desk.answers()) == 1

        page.go_back()
        page.reload()

        field = page.locator("#answer-1")
        if kind == "file":
            assert page.get_by_role("link", name="plan.pdf").is_visible()
        elif kind in {"radio", "checkbox"}:
            assert field.is_checked()
        else:
            assert field.input_value() not in {"", "0"}
        page.context.close()


def press_tab_until(page, selector):
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.locator(":focus").evaluate("(field, it) => field.matches(it)", selector):
            return
    pytest.fail(f"no way to {selector}")


def give(page, field):
    """Answer with keys alone."""
    kind = field.evaluate("field => field.type")
    if kind in {"radio", "checkbox"}:
        page.keyboard.press("Space")
    elif kind.startswith("select"):
        page.keyboard.press("ArrowDown")
    else:
        page.keyboard.type("12")
