"""The final assessment of a course, taken in a browser without JavaScript: not passed, then passed and certified.

``FINALS=all`` takes that of every course, which is worth its minutes after items were changed.
"""

from __future__ import annotations

import os
import re

import pytest

from lms.cohorts.queries import Seat
from lms.config import ROOT
from lms.courses.folder import read
from tests.browser.answers import answer
from tests.browser.desk import opened
from tests.browser.site import PASSWORD, Site, sign_in
from tests.factories import accept_notice, complete, make_cohort, make_learner

COURSES = (
    sorted(folder.name for folder in (ROOT / "courses").iterdir())
    if os.environ.get("FINALS") == "all"
    else ["platform-government"]
)


@pytest.mark.parametrize("course", COURSES)
class TestFinal:
    def test_is_not_passed_then_passed_and_certified(self, browser, site, course):
        final = read(ROOT / "courses" / course).course.certificate.final
        seat = before_the_final(site, course, final)
        place = f"/learn/{seat.cohort_slug}/{course}"
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": 390, "height": 844},
            locale="en-GB",
            java_script_enabled=False,  # with it, each answer waits to be saved on its own
        )
        page = context.new_page()
        sign_in(page, account(course))

        take(page, f"{place}/{final}", rightly=False)
        assert "Not yet passed" in page.locator("h1").inner_text()

        take(page, f"{place}/{final}", rightly=True)
        assert re.match(r"Passed: (\d+) of \1 correct", page.locator("h1").inner_text())

        page.goto(f"{place}/certificate")
        assert "GE-" in page.locator("main").inner_text()
        context.close()


def account(course: str) -> str:
    return f"finalist-{course}"


def before_the_final(site: Site, course: str, final: str) -> Seat:
    """Make somebody who has done everything of a course but its final assessment."""
    app = site.app()
    with opened(app):
        person, seat = make_learner(
            make_cohort("GE", courses=(course,)),  # where no coordinator of the demonstration looks
            email=f"{account(course)}@demo.example",
            password=PASSWORD,
        )
        accept_notice(person)
        complete(seat, except_paths=(final,))
        return seat


def take(page, path: str, *, rightly: bool) -> None:
    """Take a quiz from its first page to the result."""
    page.goto(f"{path}/start")
    page.locator("main .btn:not(.q)").first.click()
    while "/review" not in page.url:
        answer(page, rightly=rightly)
        page.locator("button[name=then]:not(.q)").first.click()
    page.locator("form[action$='/submit'] button").first.click()
    page.wait_for_url("**/result")
