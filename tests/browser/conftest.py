from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.desk import Desk, Room
from tests.browser.site import CHROMIUM, CHROMIUM_ARGUMENTS, Site, running_site


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not here")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def room(tmp_path_factory) -> Iterator[Room]:
    with running_site(tmp_path_factory.mktemp("room")) as site:
        yield Room(site)


@pytest.fixture
def desk(room) -> Desk:
    return room.desk()
