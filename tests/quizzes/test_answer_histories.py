"""Made-up histories of attempts, compared with a model of a few lines.

Each is a learner with two devices who answers, edits, sends again and empties queues, before and after the deadline,
while somebody grants extra time, the learner adds some, and the attempt is handed in at any moment. The devices'
clocks are wrong by up to ten years. ANSWER_HISTORIES=500 makes as many as it was proved with.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lms.courses.queries import items_of
from lms.extensions import db
from lms.quizzes import queries, services
from tests.factories import make_cohort, make_staff
from tests.quizzes.reading import answers_of

HISTORIES = int(os.environ.get("ANSWER_HISTORIES", "24"))
EVENTS = 14
BEGAN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
LIMIT, STEP, GRACE = timedelta(minutes=30), timedelta(minutes=6), timedelta(seconds=5)
CLOSES = BEGAN + timedelta(minutes=20)
WORDS = ("verifier", "issuer", "holder", "")
AROUND_THE_END = (-1, 0, 4, 4.999, 5, 5.001, 6, 60)  # seconds after the deadline


@dataclass
class Model:
    """What must be true, in the plainest words there are."""

    closes_at: datetime | None
    factor: float = 1
    extensions: int = 0
    is_handed_in: bool = False
    counting: dict[int, tuple[int, str]] = field(default_factory=dict)  # question -> id, answer
    log: list[tuple[int, str, bool]] = field(default_factory=list)  # question, answer, is stale
    sent: dict[str, tuple[int, str]] = field(default_factory=dict)  # id of the page -> row
    is_stale: dict[str, bool] = field(default_factory=dict)

    @property
    def deadline(self) -> datetime:
        ends_at = BEGAN + LIMIT
        if self.closes_at:
            ends_at = min(ends_at, self.closes_at)
        return ends_at + LIMIT * (self.factor - 1) + STEP * self.extensions

    def is_open(self, now: datetime) -> bool:
        return not self.is_handed_in and now <= self.deadline + GRACE

    def newest(self, question: int) -> tuple[int, str]:
        return self.counting.get(question, (0, ""))

    def expect(self, now: datetime, post: Post) -> tuple[int, bool]:
        """Take a post in; return the status of its answer and whether it is told to be stale."""
        if self.sent.get(post.client_id) == (post.question, post.answer):
            return 200, self.is_stale[post.client_id]
        if not self.is_open(now):
            return 409, False
        newest, answer = self.newest(post.question)
        if post.answer == answer:
            return 200, False
        is_stale = post.base is not None and newest > post.base
        self.log.append((post.question, post.answer, is_stale))
        if post.client_id not in self.sent:
            self.sent[post.client_id] = (post.question, post.answer)
            self.is_stale[post.client_id] = is_stale
        return 200, is_stale


@dataclass(frozen=True)
class Post:
    question: int
    answer: str
    client_id: str
    base: int | None = None  # out of a queue


class History:
    """One learner, one attempt, and chance."""

    def __init__(self, seed, learner, client_of, giver, closes_at):
        self.chance = random.Random(seed)  # noqa: S311
        self.learner, self.client_of = learner, client_of
        self.giver, self.model = giver, Model(closes_at)
        self.attempt = learner.start()
        items = items_of(learner.seat.version_id)
        typed = [key for key, item in items.items() if item.structure["type"] == "short_text"]
        self.attempt.item_keys = typed[:3]
        db.session.commit()
        self.now = self.going_on = BEGAN
        self.posts, self.known = [], [{}, {}]
        self.accepted = self.refused = 0

    def run(self):
        deeds = (
            self.answer,
            self.replay,
            self.edit,
            self.repeat,
            self.extend,
            self.grant,
            self.submit,
        )
        for _event in range(EVENTS):
            [deed] = self.chance.choices(deeds, (30, 20, 8, 14, 5, 4, 3))
            self.pass_time()
            with time_machine.travel(self.now, tick=False):
                self.learner.client = self.client_of(
                    self.learner.person
                )  # no cookie from the future
                deed()

    def pass_time(self):
        """Go on a little; now and then jump to where it matters, and back: clocks are set, and set right again."""
        self.going_on += timedelta(seconds=self.chance.uniform(-10, 200))
        self.now = self.going_on = max(BEGAN, self.going_on)
        if self.chance.random() < 0.2:
            self.now = self.model.deadline + timedelta(seconds=self.chance.choice(AROUND_THE_END))

    def answer(self):
        self.send(Post(self.chance.randint(1, 3), self.word(), self.new_id()))

    def replay(self):
        question, device = self.chance.randint(1, 3), self.chance.choice(self.known)
        self.send(
            Post(
                question,
                self.word(),
                self.new_id(),
                base=self.chance.choice((0, device.get(question, 0))),
            )
        )

    def edit(self):
        """Send another answer under an id that was used, as from a page of the browser's history."""
        if self.posts:
            old = self.chance.choice(self.posts)
            self.send(Post(old.question, self.word(), old.client_id))

    def repeat(self):
        if self.posts:
            self.send(self.chance.choice(self.posts))

    def send(self, post):
        device = self.chance.choice(self.known)
        form = {"answer": post.answer, "client_id": post.client_id, "saved_at": self.device_time()}
        if post.base is not None:
            form |= {"replay": "1", "base": str(post.base)}
        expected = self.model.expect(self.now, post)

        response = self.learner.post(f"attempt/1/{post.question}", quiet=True, **form)

        told = response.json
        assert (response.status_code, told.get("is_stale", False)) == expected, self.story(post)
        self.posts.append(post)
        if response.status_code == 409:
            self.refused += 1
            return
        self.accepted += 1
        self.note(post, told)
        device[post.question] = told["sequence"]

    def note(self, post, told):
        """Let the model know the number that a new answer got in the log."""
        if not told["is_stale"] and told["sequence"] > self.model.newest(post.question)[0]:
            self.model.counting[post.question] = (told["sequence"], post.answer)

    def extend(self):
        is_possible = self.model.is_open(self.now) and self.model.extensions < 10
        response = self.learner.post("attempt/1/extend", quiet=True)
        assert response.status_code == (200 if is_possible else 409)
        self.model.extensions += is_possible

    def grant(self):
        factor = self.chance.choice((1.25, 1.5, 2))
        services.grant_extra_time(self.giver, self.learner.person, factor, "A reason.")
        db.session.commit()
        if self.model.is_open(self.now):
            self.model.factor = max(self.model.factor, factor)

    def submit(self):
        self.learner.post("attempt/1/submit")
        self.model.is_handed_in = True

    def word(self):
        return self.chance.choice(WORDS)

    def new_id(self):
        return f"{self.chance.getrandbits(64):x}"

    def device_time(self):
        return (self.now + timedelta(days=self.chance.uniform(-3650, 3650))).isoformat()

    def story(self, post):
        return f"{post} at {self.now}, deadline {self.model.deadline}, {self.model}"

    def check_log(self):
        rows = answers_of(self.attempt)
        keys = self.attempt.item_keys
        log = [(keys.index(one.item_key) + 1, one.response or "", one.is_stale) for one in rows]
        assert log == self.model.log
        counting = queries.last_answers(self.attempt)
        assert {
            keys.index(key) + 1: (one.id, one.response or "") for key, one in counting.items()
        } == (self.model.counting)
        db.session.refresh(self.attempt)
        assert self.attempt.deadline_at == self.model.deadline


class TestAnswerHistories:
    @pytest.mark.parametrize("closes_at", [None, CLOSES], ids=["by its limit", "by its closing"])
    def test_take_what_is_in_time_and_count_what_came_last(
        self, set_quiz, learner_in, client_of, record_property, closes_at
    ):
        accepted = refused = late = 0
        set_quiz(limit_minutes=30)
        giver = make_staff("coordinator", "country", "KZ")
        with time_machine.travel(BEGAN, tick=False):
            cohort = make_cohort(closes_at=closes_at)
        for seed in range(HISTORIES // 2):
            with time_machine.travel(BEGAN, tick=False):
                history = History(seed, learner_in(cohort), client_of, giver, closes_at)

            history.run()

            history.check_log()
            accepted, refused = accepted + history.accepted, refused + history.refused
            late += sum(is_stale for _question, _answer, is_stale in history.model.log)
        record_property("answers", f"{accepted} accepted, {late} late, {refused} refused")
        assert min(accepted, refused, late) > HISTORIES // 4
