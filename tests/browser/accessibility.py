"""What every page has to keep: no violation that axe finds, and no wider than the screen."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SHORTEN = "document.querySelectorAll('tbody tr:nth-child(n+6)').forEach(row => row.remove())"
"""The rows of a table are alike, and axe looks at each for as long as at a whole page."""
OPEN = "document.querySelectorAll('details').forEach(one => one.open = true)"

axe = Axe()


def check(page: Page, place: str, *, shorten: bool = False) -> None:
    """Fail where the page cannot be used by everybody or scrolls sideways.

    ``shorten`` removes rows of long tables once their width was looked at: only for a page that is left afterwards.
    """
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        f"{place} scrolls sideways"
    )
    if shorten:
        page.evaluate(SHORTEN)
    found = axe.run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, f"{place}: {found.generate_report()}"
