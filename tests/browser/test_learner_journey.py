"""From the invitation to the certificate that a stranger checks, as people do it: in a browser, page by page."""

from __future__ import annotations

import re

import pytest

from tests.browser.accessibility import check
from tests.browser.answers import answer
from tests.browser.site import sign_in

WORDS = {"en": ("Saved at", "Passed"), "ru": ("Сохранено в", "Тест пройден|Пройден")}
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}


class Visitor:
    """A person with a browser who meets every kind of page once with axe."""

    def __init__(self, browser, site, size: str, *, has_javascript: bool) -> None:
        self.context = browser.new_context(
            base_url=site.url,
            viewport=SIZES[size],
            java_script_enabled=has_javascript,
            locale="en-GB",
        )
        self.page = self.context.new_page()
        self.has_javascript = has_javascript
        self.looked_at: set[str] = set()
        self.language = "en"

    def look(self, kind: str) -> None:
        """Check the page's accessibility, once for each kind, and that it does not scroll sideways."""
        if not self.has_javascript or kind in self.looked_at:
            return
        self.looked_at.add(kind)
        check(self.page, kind)

    def main_button(self) -> None:
        self.page.locator("main .btn:not(.q)").first.click()


@pytest.mark.parametrize(
    ("language", "size", "has_javascript"),
    [("ru", "phone", True), ("en", "desktop", False)],
    ids=["in Russian on a phone", "without JavaScript at a desk"],
)
class TestLearnerJourney:
    def test_leads_from_invitation_to_certificate(
        self, browser, site, size, has_javascript, language
    ):
        address = f"{size}-{has_javascript}-{language}@ministry.example".lower()
        self.invite(browser, site, address)
        learner = Visitor(browser, site, size, has_javascript=has_javascript)
        learner.language = language

        self.accept(learner, site.link_to(address))
        self.study(learner)
        number = self.fetch_certificate(learner)

        self.check_as_a_stranger(browser, site, size, number)

    def invite(self, browser, site, address):
        coordinator = Visitor(browser, site, "desktop", has_javascript=True)
        page = coordinator.page
        sign_in(page, "coordinator")
        page.goto("/delegations")
        coordinator.look("dashboard")
        page.goto(page.url.rstrip("/") + "/invite")
        form = page.locator("form", has=page.locator("textarea[name=addresses]")).first
        form.locator("textarea[name=addresses]").fill(address)
        form.locator("select[name=language]").select_option("en")
        form.locator("button").last.click()
        page.locator("button[name=then][value=send]").click()
        assert page.get_by_text(address).first.is_visible()

    def accept(self, learner, path):
        page = learner.page
        page.goto(path)
        learner.look("invitation")
        learner.main_button()
        page.wait_for_url("**/language*")
        learner.look("language")
        page.locator(f"button[value={learner.language}]").click()
        page.wait_for_url("**/welcome/privacy**")
        learner.look("privacy notice")
        learner.main_button()
        page.wait_for_url("**/name")
        learner.look("name")
        for field, text in (
            ("given_name", "Әсел"), ("family_name", "Қожахметқызы"), ("given_name_latin", "Asel"),
            ("family_name_latin", "Kozhakhmetkyzy"),
        ):  # fmt: skip
            page.locator(f"input[name={field}]").fill(text)
        learner.main_button()
        page.wait_for_url("**/time-zone")
        learner.look("time zone")
        learner.main_button()
        page.wait_for_url("**/learn")

    def study(self, learner):
        page = learner.page
        learner.look("my learning")
        page.locator("main a.btn").first.click()
        if re.search(r"/learn/[^/]+/[^/]+$", page.url):
            learner.look("course")
            page.locator("main a.btn").first.click()
        for _step in range(40):
            if not self.do_step(learner):
                return
        pytest.fail("the course has no end")

    def do_step(self, learner) -> bool:
        """Do the step that is open; tell whether another one followed."""
        page = learner.page
        if page.url.endswith("/start"):
            return self.take_quiz(learner)
        if page.locator("textarea[name=text]").count():
            learner.look("reflection")
            page.locator("textarea[name=text]").fill(
                "In my country we would begin with one small service."
            )
        learner.look("step")
        page.locator(".dock .btn:not(.q)").click()
        return not re.search(r"/learn/[^/]+/[^/]+$", page.url)

    def take_quiz(self, learner) -> bool:
        page = learner.page
        is_final = "/final/" in page.url
        learner.look("quiz start")
        learner.main_button()
        for _question in range(40):
            if "/review" in page.url:
                break
            learner.look("question")
            answer(page)
            if learner.has_javascript:
                page.locator("[data-saved]", has_text=WORDS[learner.language][0]).wait_for()
            with page.expect_navigation():  # the script sends the answer before the form goes
                page.locator("button[name=then]:not(.q)").first.click()
        learner.look("review")
        page.locator(
            "form[action$='/submit'] button, form[method=post] button.btn:not(.q)"
        ).first.click()
        page.wait_for_url("**/result")
        learner.look("result")
        if "/before/" not in page.url:  # what was known before the course has no pass mark
            assert page.get_by_text(
                re.compile(WORDS[learner.language][1], re.IGNORECASE)
            ).first.is_visible()
        if is_final:
            return False
        page.locator("main .btn:not(.q)").first.click()
        return True

    def fetch_certificate(self, learner) -> str:
        page = learner.page
        course = re.search(r"/learn/[^/]+/[^/]+", page.url)
        page.goto(f"{course[0]}/certificate")
        learner.look("certificate")
        number = re.search(r"KZ-\d{4}(?:-[0-9A-Z]{4}){4}", page.locator("main").inner_text())
        assert number, "no number on the certificate's page"
        for _try in range(30):
            answered = page.request.get(f"/certificates/{number[0]}.pdf")
            if answered.status == 200:
                assert answered.body().startswith(b"%PDF-")
                return number[0]
            page.wait_for_timeout(500)
        pytest.fail("the PDF was not drawn within 15 seconds")

    def check_as_a_stranger(self, browser, site, size, number):
        stranger = Visitor(browser, site, size, has_javascript=True)
        page = stranger.page
        page.goto(f"/v/{number.lower()}")
        stranger.look("check")
        assert page.get_by_role("heading", name="valid").is_visible()
        assert page.get_by_text("Asel Kozhakhmetkyzy").first.is_visible()
        assert page.get_by_text("Әсел Қожахметқызы").first.is_visible()
        assert stranger.context.cookies() == []
