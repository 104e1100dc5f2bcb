"""The pages of those who mark and of those who are marked: accessible, and never wider than the screen."""

from __future__ import annotations

from uuid import uuid4

import pytest

from lms.extensions import db
from lms.site.demo import PASSWORD
from tests.authoring.marking import QUEUE, form, hand_in
from tests.browser.accessibility import OPEN, check
from tests.browser.site import running_site, sign_in
from tests.conftest import IsolatedClient
from tests.factories import FIRST_QUIZ, accept_notice, make_learner, make_staff, start

LEARNER = "writer@demo.example"


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """A site of its own, whose first quiz asks for an essay and a file; with the addresses for each account."""
    with running_site(tmp_path_factory.mktemp("marking")) as site:
        yield site, hand_in_and_mark(site)


def hand_in_and_mark(site) -> dict[str, list[str]]:
    app = site.app()
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = IsolatedClient

    def client_of(person):
        accept_notice(person)
        client = app.test_client()
        with client.session_transaction() as session:
            session.update(_user_id=person.fs_uniquifier, _fresh=True, id=uuid4().hex)
        return client

    with app.app_context():
        writer = make_learner(email=LEARNER, password=PASSWORD)
        done, close, waiting = (
            hand_in(client_of, with_file=True, person=person, marking={"second_marker_percent": 10})
            for person in (writer, make_learner(), make_learner())
        )
        marker = client_of(make_staff("instructor", "course", "digital-id"))
        for paper, levels in ((done, (3, 1)), (close, (2, 0))):
            for number in (1, 3):
                marker.post(paper.url(number), data=form(*levels, comment="Name the law."))
        start(writer[1])
        quiz = f"/learn/{writer[1].cohort_slug}/digital-id/{FIRST_QUIZ}/attempt"
        marking = [QUEUE, done.url(1), close.url(1), waiting.url(1), waiting.url(3)]
        found = {
            "instructor": marking,
            "writer": [f"{quiz}/1/result", f"{quiz}/2/1", f"{quiz}/2/3"],
        }
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.mark.parametrize(("width", "colours"), [(320, "dark")])
@pytest.mark.parametrize("account", ["instructor", "writer"])
class TestMarkingPages:
    def test_are_accessible(self, browser, marked, account, width, colours):
        site, addresses = marked
        context = browser.new_context(
            base_url=site.url, viewport={"width": width, "height": 800}, color_scheme=colours
        )
        page = context.new_page()
        sign_in(page, account)

        for address in addresses[account]:
            page.goto(address)
            assert page.url.endswith(address)
            page.evaluate(OPEN)

            check(page, address, shorten=True)
        context.close()


class TestFileTooLarge:
    @pytest.mark.parametrize("size_bytes", [1_600_000, 5_000_000])
    def test_is_told_beside_the_field(self, browser, marked, size_bytes):
        site, addresses = marked
        page = browser.new_page(base_url=site.url)
        sign_in(page, "writer")
        page.goto(addresses["writer"][-1])
        plan = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b" " * size_bytes}
        page.locator("input[type=file]").set_input_files(plan)

        page.locator("button[name=then]").first.click()

        error = page.locator("#answer-error").inner_text()
        assert "This file is larger than 1500 KB." in error
        page.close()
