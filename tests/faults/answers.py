"""Kills web servers and databases while learners answer, and compares what was acknowledged with what is there.

The promise: an answer with a receipt is in the database, once. The proof needs two more things. Each kill must hit
live work, so the requests that were on their way are counted; and a server that acknowledges too early must fail.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select, text

from lms.accounts.models import Person
from lms.cohorts.queries import Seat
from lms.extensions import db
from lms.quizzes.models import Answer, Attempt
from tests.factories import make_cohort, make_learner, start
from tests.faults.course import QUESTIONS, QUIZ
from tests.faults.house import furnish, house
from tests.faults.learners import Desk, Given, Run, hand_in, learn
from tests.faults.servers import Postgres, WebServer, Worker


@dataclass(frozen=True)
class Plan:
    """What one run does."""

    database: str  # sqlite or postgresql
    learners: int
    kills: int  # of the web server
    database_kills: int  # PostgreSQL only
    answers: int  # of each learner
    pause_seconds: float  # mean, between two answers of one learner
    is_broken: bool = False


@dataclass
class Verdict:
    plan: Plan
    acknowledged: int = 0
    stored: int = 0
    lost: int = 0
    doubled: int = 0
    wrong_marks: int = 0
    refused: list[str] = field(default_factory=list)
    kills: list[str] = field(default_factory=list)
    idle_kills: int = 0  # that hit no request
    retries: int = 0
    p99_seconds: float = 0.0
    given: list[Given] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        wanted = self.plan.kills + self.plan.database_kills
        faults = self.lost + self.doubled + self.wrong_marks + self.idle_kills + len(self.refused)
        expected = self.plan.learners * self.plan.answers
        return faults == 0 and len(self.kills) == wanted and self.acknowledged == expected

    def __str__(self) -> str:
        return (
            f"{self.acknowledged} answers acknowledged, {self.stored} stored: "
            f"{self.lost} lost, {self.doubled} doubled; "
            f"{self.wrong_marks} of {self.plan.learners} marks wrong; {self.retries} retries, "
            f"p99 {self.p99_seconds:.1f} s from the first try to the receipt\n"
            f"{'all held' if self.holds else 'BROKEN'}"
            + "".join(f"\nunexpected: {refusal}" for refusal in self.refused[:5])
        )


def run(plan: Plan) -> Verdict:
    with house(plan.database) as home:
        module = "tests.faults.broken:app" if plan.is_broken else "wsgi:app"
        web = home.add(WebServer(home.env, home.folder / "web.log", module))
        worker = home.add(Worker(home.env, home.folder / "worker.log"))
        app = furnish(home)
        desks = seed(app, plan.learners)
        worker.start()
        web.start()
        verdict = asyncio.run(_learn_and_kill(plan, Run(web.port), desks, web, home.database))
        compare(app, verdict, desks)
        return verdict


def seed(app: Flask, learners: int) -> list[Desk]:
    """Let learners begin the quiz, each for itself."""
    with app.app_context():
        cohort = make_cohort(courses=("faults",))
        token = csrf_token(app)
        desks = [desk_of(app, token, *make_learner(cohort)) for _number in range(learners)]
        db.session.remove()
        db.engine.dispose()
    return desks


def desk_of(app: Flask, token: tuple[str, str], person: Person, seat: Seat) -> Desk:
    attempt = start(seat, QUIZ)
    secret, signed = token
    signer = app.session_interface.get_signing_serializer(app)
    session = {"_user_id": person.fs_uniquifier, "_fresh": True, "csrf_token": secret}
    return Desk(
        attempt.id,
        tuple(attempt.item_keys),
        f"/learn/{seat.cohort_slug}/{seat.course_slug}/{QUIZ}/attempt/{attempt.number}",
        f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(session)}",
        signed,
    )


def csrf_token(app: Flask) -> tuple[str, str]:
    """Return what a session keeps and what its forms send."""
    with app.test_request_context():
        signed = generate_csrf()
        return session["csrf_token"], signed


async def _learn_and_kill(
    plan: Plan, run: Run, desks: list[Desk], web: WebServer, database: Postgres | None
) -> Verdict:
    verdict = Verdict(plan)
    learning = asyncio.gather(
        *(learn(run, desk, plan.answers, plan.pause_seconds) for desk in desks)
    )
    await _kill_on_the_way(plan, run, verdict, learning, web, database)
    await learning
    await asyncio.gather(*(hand_in(run, desk) for desk in desks))
    verdict.acknowledged, verdict.retries = len(run.acknowledged), run.retries
    verdict.refused = run.refused
    verdict.p99_seconds = sorted(run.waits)[int(len(run.waits) * 0.99)] if run.waits else 0.0
    verdict.given = run.acknowledged
    return verdict


def targets(plan: Plan, web: WebServer, database: Postgres | None) -> list[WebServer | Postgres]:
    """Spread the kills of the database evenly among those of the web server."""
    wanted = [(number / max(1, plan.kills), web) for number in range(plan.kills)]
    if database is not None:
        share = 1 / max(1, plan.database_kills)
        wanted += [(number * share + share / 2, database) for number in range(plan.database_kills)]
    return [target for _when, target in sorted(wanted, key=lambda pair: pair[0])]


async def _kill_on_the_way(plan, run, verdict, learning, web, database) -> None:
    total, victims = plan.learners * plan.answers, targets(plan, web, database)
    for number, victim in enumerate(victims, 1):
        due = total * number // (len(victims) + 1)
        await run.wait_for(due, learning)
        if learning.done():
            return
        hit = set(run.in_flight)
        began = time.monotonic()
        victim.kill()
        await asyncio.to_thread(victim.start)
        took = time.monotonic() - began
        verdict.idle_kills += not hit
        line = (
            f"kill {number} ({victim.name}): {len(hit)} requests in flight, "
            f"{len(hit & run.repeated)} of them sent again, ready again after {took:.1f} s"
        )
        verdict.kills.append(line)
        print(line, flush=True)  # noqa: T201 - a long run shows where it is


def compare(app: Flask, verdict: Verdict, desks: list[Desk]) -> None:
    """Look for every acknowledged answer, and mark each attempt by the answers that were acknowledged last."""
    with app.app_context():
        rows = db.session.execute(
            select(Answer.attempt_id, Answer.item_key, Answer.response, Answer.client_id)
        ).all()
        scores = dict(db.session.execute(select(Attempt.id, Attempt.score_percent)).all())
        if db.engine.dialect.name == "sqlite":
            assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
        db.session.remove()
        db.engine.dispose()
    stored = Counter((row.attempt_id, row.item_key, row.response) for row in rows)
    ids = {row.client_id.partition(":")[2] for row in rows}
    given = verdict.given
    verdict.stored = len(rows)
    verdict.lost = sum(
        one.client_id not in ids or not stored[one.attempt_id, one.item_key, one.text]
        for one in given
    )
    verdict.doubled = sum(times - 1 for times in stored.values())
    last = {(one.attempt_id, one.item_key): one.text for one in given}
    for desk in desks:
        right = sum(
            last.get((desk.attempt_id, key), "").startswith("right") for key in desk.item_keys
        )
        verdict.wrong_marks += scores[desk.attempt_id] != 100 * right / QUESTIONS
