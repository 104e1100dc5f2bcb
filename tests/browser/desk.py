"""Learners with an open attempt at a quiz that asks one item of every type, each with a browser of their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from lms.cohorts.models import Cohort
from lms.extensions import db
from lms.quizzes.items import TYPES
from lms.quizzes.models import Answer, Attempt
from tests.browser.site import Site
from tests.factories import PASSWORD, accept_notice, make_cohort, make_learner, start
from tests.quizzes.asking import ask
from tests.quizzes.items.test_types import example

NUMBER = {name: number for number, name in enumerate(TYPES, 1)}  # of the question of each type


@dataclass(frozen=True)
class Desk:
    """Where one learner sits."""

    app: Flask
    site: Site
    address: str  # of the e-mail
    attempt_id: int
    path: str  # .../attempt/1
    cookie: str

    def question(self, name: str) -> str:
        return f"{self.path}/{NUMBER[name]}"

    def cookies(self) -> list[Any]:
        return [
            {
                "name": self.app.config["SESSION_COOKIE_NAME"],
                "value": self.cookie,
                "url": self.site.url,
            }
        ]

    def sit_down(
        self, browser: Browser, width: int = 390, url: str = "", **options: Any
    ) -> BrowserContext:
        context = browser.new_context(
            base_url=url or self.site.url,
            viewport={"width": width, "height": 844},
            locale="en-GB",
            **options,
        )
        context.add_cookies(self.cookies())
        return context

    def sign_in(self, page: Page) -> None:
        page.goto("/sign-in")
        page.locator("input[name=email]").first.fill(self.address)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form:has(input[name=password]) button").click()
        page.wait_for_url("**/learn")

    def answers(self, *, is_stale: bool = False) -> list[Any]:
        """List the responses in the log, in the order in which they came."""
        with opened(self.app):
            query = select(Answer.response).where(
                Answer.attempt_id == self.attempt_id, Answer.is_stale == is_stale
            )
            return list(db.session.scalars(query.order_by(Answer.id)))

    def limit(self, seconds_left: int) -> None:
        """Let so much be left of the ten minutes of the attempt."""
        with opened(self.app):
            attempt = db.session.get_one(Attempt, self.attempt_id)
            attempt.deadline_at = datetime.now(UTC) + timedelta(seconds=seconds_left)
            attempt.started_at = attempt.deadline_at - timedelta(minutes=10)
            db.session.commit()


@contextmanager
def opened(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


class Room:
    """A running site whose first quiz asks every type of item."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.app = site.app()
        with opened(self.app):
            ask(*map(example, TYPES), bank="final", limit_minutes=10)
            self.cohort_id = make_cohort().id

    def desk(self) -> Desk:
        with opened(self.app):
            person, seat = make_learner(
                db.session.get_one(Cohort, self.cohort_id), password=PASSWORD
            )
            accept_notice(person)
            attempt = start(seat)
            signer = self.app.session_interface.get_signing_serializer(self.app)
            return Desk(
                self.app,
                self.site,
                person.email,
                attempt.id,
                f"/learn/{seat.cohort_slug}/{seat.course_slug}/{attempt.quiz}/attempt/{attempt.number}",
                signer.dumps({"_user_id": person.fs_uniquifier, "_fresh": True}),
            )


def wait_until(condition: Callable[[], Any], seconds: float = 15) -> None:
    """Wait until what a page sends on its own has arrived."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.2)
