"""A cohort at one quiz: everybody saves an answer every few seconds, on SQLite, then hands in."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import event

from bench.load import cpu_seconds, server
from lms import create_app
from lms.config import Config
from lms.extensions import db
from tests.faults.answers import seed
from tests.faults.course import QUESTIONS, write_course
from tests.faults.learners import Desk, Run, request

EVERY_SECONDS = 5
PEERS = {"attempt page": 48.0, "submit": 82.0}
"""CPU ms of Moodle's attempt page and submit, to compare with; measured before, not in this run."""


@dataclass
class Timed:
    """What happened to one kind of request."""

    times: list[float] = field(default_factory=list)  # seconds
    errors: int = 0

    def figures(self, cpu: float) -> dict[str, Any]:
        self.times.sort()
        count = len(self.times)
        return {
            "requests": count,
            "errors": self.errors,
            "cpu_ms": round(1000 * cpu / count, 2),
            "p50_ms": round(1000 * self.times[count // 2], 1),
            "p95_ms": round(1000 * self.times[int(count * 0.95)], 1),
            "p99_ms": round(1000 * self.times[int(count * 0.99)], 1),
        }


def bench(folder: Path, learners: int, seconds: int) -> dict[str, Any]:
    env = {
        "DATA_DIR": str(folder / "data"),
        "COURSES_DIR": str(folder / "courses"),
        "RATELIMIT_ENABLED": "false",
        "LOG_LEVEL": "ERROR",
    }
    write_course(folder / "courses")
    app = create_app(Config.from_env(env))
    desks = seed(app, folder / "courses" / "faults", learners)
    statements = count_statements(app, desks[0])
    found: dict[str, Any] = {}
    hooks = ("--config", "script/server_hooks.py")  # as script/server starts it
    with server("wsgi:app", {**env, "READY_FILE": str(folder / "ready")}, *hooks) as (pid, port):
        run = Run(port)
        warm = (show, save, show, save)
        for deed in warm:
            asyncio.run(one_after_the_other(run, desks[:20], deed))
        found["attempt page"] = measured(pid, one_after_the_other(run, desks, show))
        found["save"] = measured(pid, all_at_once(run, desks, seconds)) | {"statements": statements}
        found["submit"] = measured(pid, one_after_the_other(run, desks, submit))
    return {"learners": learners, "every_seconds": EVERY_SECONDS, "requests": found}


def measured(pid: int, work: Awaitable[Timed]) -> dict[str, Any]:
    before = cpu_seconds(pid)
    timed = asyncio.run(work)  # type: ignore[arg-type]
    return timed.figures(cpu_seconds(pid) - before)


Deed = Callable[[Run, Desk], Awaitable[bool]]


async def show(run: Run, desk: Desk) -> bool:
    status, _headers, _body = await request(
        run, desk, f"{desk.path}/1", None, "show", is_script=False
    )
    return status == 200


async def save(run: Run, desk: Desk) -> bool:
    number = random.randint(1, QUESTIONS)  # noqa: S311
    form = {"answer": f"answer {random.random()}", "client_id": uuid4().hex, "base": "0"}  # noqa: S311
    status, _headers, _body = await request(run, desk, f"{desk.path}/{number}", form, "save")
    return status == 200


async def submit(run: Run, desk: Desk) -> bool:
    status, _headers, _body = await request(
        run, desk, f"{desk.path}/submit", {}, "submit", is_script=False
    )
    return status == 303


async def timed_deed(timed: Timed, run: Run, desk: Desk, deed: Deed) -> None:
    began = time.perf_counter()
    try:
        is_well = await deed(run, desk)
    except OSError:
        is_well = False
    timed.times.append(time.perf_counter() - began)
    timed.errors += not is_well


async def one_after_the_other(run: Run, desks: list[Desk], deed: Deed) -> Timed:
    timed = Timed()
    for desk in desks:
        await timed_deed(timed, run, desk, deed)
    return timed


async def all_at_once(run: Run, desks: list[Desk], seconds: int) -> Timed:
    """Let each learner save every ``EVERY_SECONDS``, each in a rhythm of the own."""
    timed, end = Timed(), time.monotonic() + seconds

    async def learn(desk: Desk) -> None:
        await asyncio.sleep(random.uniform(0, EVERY_SECONDS))  # noqa: S311
        while time.monotonic() < end:
            began = time.monotonic()
            await timed_deed(timed, run, desk, save)
            await asyncio.sleep(max(0, EVERY_SECONDS - (time.monotonic() - began)))

    await asyncio.gather(*map(learn, desks))
    return timed


def count_statements(app: Flask, desk: Desk) -> int:
    """Count the statements of one save, in this process; what a process reads only once is read before."""
    statements: list[str] = []
    client = app.test_client(use_cookies=False)  # the cookie is sent as it is
    headers = {"Cookie": desk.cookie, "Accept": "application/json"}

    def ask() -> None:
        form = {"answer": "count", "client_id": uuid4().hex, "csrf_token": desk.csrf_token}
        answer = client.post(
            f"{desk.path}/1", data={**form, "answer": uuid4().hex}, headers=headers
        )
        assert answer.status_code == 200, answer.text  # noqa: S101

    ask()
    with app.app_context():
        engine = db.engine

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(engine, "before_cursor_execute", note)
    ask()
    event.remove(engine, "before_cursor_execute", note)
    engine.dispose()
    return len(statements)


def table(result: dict[str, Any]) -> str:
    lines = [
        f"{result['learners']} learners, each saving every {result['every_seconds']} s; SQLite",
        f"{'':<14}{'requests':>9}{'errors':>8}{'CPU ms':>8}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}   Moodle, CPU ms",
    ]
    for name, row in result["requests"].items():
        lines.append(
            f"{name:<14}{row['requests']:>9}{row['errors']:>8}{row['cpu_ms']:>8}{row['p50_ms']:>8}{row['p95_ms']:>8}"
            f"{row['p99_ms']:>8}   {PEERS.get(name, '')}"
        )
    lines.append(f"statements of a save: {result['requests']['save']['statements']}")
    return "\n".join(lines)
