"""Answers that could not be sent wait on the device, whatever happens to the line, the tab or the sign-in."""

from __future__ import annotations

import re
import time
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from tests.browser.desk import wait_until
from tests.browser.line import Line
from tests.browser.site import CHROMIUM, CHROMIUM_ARGUMENTS

CUT_SECONDS = 30
UNSENT = "[data-attempt] [role=alert]"
SAVED = "[data-saved]:has-text('Saved at')"


def waits(page, count):
    page.locator(UNSENT, has_text=f"kept on this device. Answers waiting: {count}").wait_for()


def lose_answers(route):
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


@pytest.fixture
def line(room):
    line = Line(urlsplit(room.site.url).port)
    yield line
    line.close()


class TestKeepUnsentAnswers:
    def test_sends_each_once_after_a_cut_and_a_closed_tab(self, browser, desk, line):
        context = desk.sit_down(browser, url=line.url)
        pages = []
        for name in ("single_choice", "true_false", "numeric"):
            pages.append(context.new_page())
            pages[-1].goto(desk.question(name))

        cut_at = time.monotonic()
        line.cut()
        pages[0].locator("#answer-1").check()
        waits(pages[0], 1)
        pages[1].locator("#answer-2").check()
        waits(pages[1], 2)
        pages[2].locator("#answer-1").fill("12.5")
        waits(pages[2], 3)
        pages[2].locator("[value=next], [value=review]").first.click()
        waits(pages[2], 3)
        for page in pages:
            page.close()
        time.sleep(max(0, CUT_SECONDS - (time.monotonic() - cut_at)))
        assert desk.answers() == []
        line.mend()
        page = context.new_page()
        page.goto(f"{desk.path}/review")

        wait_until(lambda: len(desk.answers()) == 3)
        page.get_by_text("12.5").wait_for()
        assert sorted(map(str, desk.answers())) == sorted(["False", "12.5", desk.answers()[0]])
        page.goto(desk.question("numeric"))
        page.wait_for_timeout(1_500)
        assert len(desk.answers()) == 3
        assert page.locator("#answer-1").input_value() == "12.5"
        context.close()

    def test_outlives_the_browser(self, browser, desk, tmp_path):
        def launched():
            context = browser.browser_type.launch_persistent_context(
                tmp_path,
                executable_path=CHROMIUM,
                args=CHROMIUM_ARGUMENTS,
                base_url=desk.site.url,
            )
            context.add_cookies(desk.cookies())
            return context, context.new_page()

        context, page = launched()
        page.goto(desk.question("reflection"))
        context.set_offline(True)
        page.locator("#answer-1").fill("We would begin with one small service.")
        waits(page, 1)
        context.close()

        context, page = launched()
        page.route("**/attempt/1/*", lose_answers)
        page.goto(desk.question("reflection"))
        waits(page, 1)
        assert page.locator("#answer-1").input_value() == "We would begin with one small service."
        page.unroute("**/attempt/1/*")
        page.locator(SAVED).wait_for()
        context.close()

        assert desk.answers() == ["We would begin with one small service."]

    def test_waits_as_long_as_the_server_asks(self, browser, desk):
        page = desk.sit_down(browser).new_page()
        page.goto(desk.question("true_false"))
        tries = []

        def refuse(route):
            if route.request.method != "POST":
                return route.continue_()
            tries.append((time.monotonic(), route.request.post_data))
            if len(tries) > 2:
                return route.continue_()
            return route.fulfill(status=503, headers={"Retry-After": "3"}, body="{}")

        page.route("**/attempt/1/*", refuse)
        page.locator("#answer-1").check()
        waits(page, 1)
        page.evaluate("dispatchEvent(new Event('focus'))")  # no reason to come sooner
        page.locator(SAVED).wait_for()

        whens = [when for when, _ in tries]
        assert len(tries) == 3
        assert all(later - sooner >= 2.9 for sooner, later in pairwise(whens))
        assert ["replay=1" in body for _, body in tries] == [False, True, True]
        assert len({re.search("client_id=([0-9a-f]+)", body)[1] for _, body in tries}) == 1
        assert desk.answers() == [True]
        page.context.close()

    def test_keeps_the_text_until_somebody_signed_in_again(self, browser, desk):
        context = desk.sit_down(browser)
        page = context.new_page()
        page.goto(desk.question("short_text"))
        context.clear_cookies()
        page.locator("#answer-1").fill("once only")
        page.locator(UNSENT, has_text="you are signed out").wait_for()
        page.locator("[value=next]").click()
        assert page.locator("#answer-1").input_value() == "once only"

        other = context.new_page()
        desk.sign_in(other)
        other.close()
        page.bring_to_front()
        page.locator(SAVED).wait_for()

        assert desk.answers() == ["once only"]
        page.locator("[value=next]").click()
        page.wait_for_url(re.compile(r"/\d+$"))
        context.close()

    def test_sends_nobodys_answer_as_another_learners(self, browser, room, desk):
        other = room.desk()
        context = desk.sit_down(browser)
        page = context.new_page()
        page.goto(desk.question("short_text"))
        context.clear_cookies()
        context.add_cookies(other.cookies())

        page.locator("#answer-1").fill("mine alone")
        page.locator(UNSENT, has_text="you are signed out").wait_for()
        page.goto(other.question("short_text"))
        page.wait_for_timeout(1_000)
        assert page.locator("#answer-1").input_value() == ""
        assert other.answers() == []

        context.clear_cookies()
        context.add_cookies(desk.cookies())
        page.goto(f"{desk.path}/review")
        page.get_by_text("mine alone").wait_for()
        assert (desk.answers(), other.answers()) == (["mine alone"], [])
        context.close()

    def test_shows_when_another_device_was_newer(self, browser, desk):
        one, two = desk.sit_down(browser), desk.sit_down(browser)
        page, newer = one.new_page(), two.new_page()
        page.goto(desk.question("numeric"))
        newer.goto(desk.question("numeric"))
        one.set_offline(True)
        page.locator("#answer-1").fill("11")
        waits(page, 1)
        newer.locator("#answer-1").fill("12")
        newer.locator(SAVED).wait_for()

        def leave_the_field(route):
            if route.request.method == "GET":  # of the answer that counts
                page.locator("#answer-1").dispatch_event("change")
            route.continue_()

        page.route("**/attempt/1/*", leave_the_field)
        one.set_offline(False)
        page.locator(UNSENT, has_text="does not count: 11").wait_for()
        wait_until(lambda: page.locator("#answer-1").input_value() == "12")

        assert (desk.answers(), desk.answers(is_stale=True)) == (["12"], ["11"])
        page.unroute("**/attempt/1/*")
        page.locator("#answer-1").fill("11")  # meant this time
        wait_until(lambda: desk.answers() == ["12", "11"])
        one.close()
        two.close()

    def test_says_beside_the_field_what_cannot_be_read(self, browser, desk):
        page = desk.sit_down(browser).new_page()
        page.goto(desk.question("numeric"))
        page.locator("#answer-1").evaluate("field => field.removeAttribute('maxlength')")
        page.locator("#answer-1").fill("1" * 300)

        page.locator("#answer-error", has_text="too long").wait_for()
        assert page.locator("#answer-1").get_attribute("aria-invalid") == "true"
        page.locator("#answer-1").fill("1")
        page.locator(SAVED).wait_for()
        assert page.locator("#answer-error").count() == 0
        assert desk.answers() == ["1"]
        page.context.close()


class TestCountTime:
    def test_shows_more_time_without_a_reload(self, browser, desk):
        desk.limit(200)
        page = desk.sit_down(browser).new_page()
        page.goto(desk.question("true_false"))
        page.get_by_text("3 minutes left").first.wait_for()

        desk.limit(500)
        page.locator("#answer-1").check()

        page.get_by_text("8 minutes left").first.wait_for()
        page.context.close()

    def test_warns_and_adds_time_at_one_press(self, browser, desk):
        desk.limit(100)
        page = desk.sit_down(browser).new_page()
        page.goto(desk.question("short_text"))
        page.locator("#answer-1").focus()
        page.locator("[data-attempt]").get_by_text("nearly over").wait_for()
        assert page.evaluate("document.activeElement.id") == "answer-1"

        page.locator("[data-attempt] [data-extend] button").click()

        page.get_by_text("3 minutes left").first.wait_for()
        assert page.locator("[data-attempt] [data-extend]").count() == 0
        page.context.close()

    def test_leads_to_the_result_when_it_is_over(self, browser, desk):
        desk.limit(1)
        page = desk.sit_down(browser).new_page()
        page.goto(desk.question("true_false"))

        page.wait_for_url("**/result", timeout=20_000)
        page.context.close()
