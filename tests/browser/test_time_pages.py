"""The pages on which staff decide about time: accessible, and never wider than the screen."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.site import sign_in
from tests.factories import FIRST_QUIZ

axe = Axe()


@pytest.mark.parametrize(("width", "colours"), [(320, "light"), (1280, "dark")])
class TestTimePages:
    @pytest.mark.parametrize(
        ("account", "addresses"),
        [
            (
                "instructor",
                (f"/teach/digital-id/times/{FIRST_QUIZ}", "/teach/digital-id/extra-time"),
            ),
            ("coordinator", ("/delegations", "/delegations/kz/{cohort}/times")),
        ],
    )
    def test_are_accessible(self, browser, site, width, colours, account, addresses):
        context = browser.new_context(
            base_url=site.url, viewport={"width": width, "height": 800}, color_scheme=colours
        )
        page = context.new_page()
        sign_in(page, account)
        for address in addresses:
            cohort = page.url.partition("/kz/")[2]
            page.goto(address.format(cohort=cohort))
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            found = axe.run(page)

            assert page.locator("form input:not([type=hidden])").count(), address
            assert found.violations_count == 0, f"{address}: {found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        context.close()
