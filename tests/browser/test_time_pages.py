"""The pages on which staff decide about time: accessible, and never wider than the screen."""

from __future__ import annotations

import pytest

from tests.browser.accessibility import OPEN, check
from tests.browser.site import sign_in
from tests.factories import FIRST_QUIZ


@pytest.mark.parametrize(("width", "colours"), [(320, "dark")])
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
            page.evaluate(OPEN)

            assert page.locator("form input:not([type=hidden])").count(), address
            check(page, address, shorten=True)
        context.close()
