"""The figures of a quiz with enough attempts to show them all: accessible, and never wider than the screen."""

from __future__ import annotations

import pytest

from lms.extensions import db
from tests.authoring.results import make_enrolments, make_results
from tests.browser.accessibility import OPEN, check
from tests.browser.site import running_site, sign_in
from tests.factories import FIRST_QUIZ


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site of its own: so many cohorts would change the pages that other tests look at."""
    with running_site(tmp_path_factory.mktemp("analysis")) as site:
        yield site


@pytest.fixture(scope="module")
def results(site) -> None:
    """Let many people take the first quiz, in three languages."""
    app = site.app()
    with app.app_context():
        make_results(make_enrolments(120), languages=("en", "en", "ru", "kk"))
        db.session.remove()
        db.engine.dispose()


@pytest.mark.usefixtures("results")
@pytest.mark.parametrize(("width", "colours"), [(320, "dark")])
class TestAnalysisPages:
    def test_are_accessible(self, browser, site, width, colours):
        context = browser.new_context(
            base_url=site.url, viewport={"width": width, "height": 800}, color_scheme=colours
        )
        page = context.new_page()
        sign_in(page, "instructor")
        page.goto(f"/teach/digital-id/analysis/{FIRST_QUIZ}")
        question = page.locator("table th a[lang]").first.get_attribute("href")

        for address in (page.url, question, f"/teach/digital-id/fairness/{FIRST_QUIZ}"):
            page.goto(address)
            page.evaluate(OPEN)

            assert page.locator("table").count(), address
            check(page, address, shorten=True)
        context.close()
