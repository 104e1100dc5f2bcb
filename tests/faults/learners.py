"""Simulated learners: each answers question after question, and repeats a post until it has its receipt."""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import uuid4

from tests.faults.course import QUESTIONS, RIGHT

LONGEST_WAIT_SECONDS = 2.0
TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class Desk:
    """Where one learner sits: an open attempt, and what signs its requests."""

    attempt_id: int
    item_keys: tuple[str, ...]
    path: str  # .../attempt/1
    cookie: str
    csrf_token: str


@dataclass(frozen=True)
class Given:
    """One answer that the server acknowledged."""

    attempt_id: int
    item_key: str
    text: str
    client_id: str


@dataclass
class Run:
    """What happened so far, for the learners, the killer and the verdict."""

    port: int
    acknowledged: list[Given] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)  # seconds from the first try to the receipt
    in_flight: set[str] = field(default_factory=set)  # client ids sent whole, not yet answered
    repeated: set[str] = field(default_factory=set)  # client ids that had to be sent again
    retries: int = 0
    refused: list[str] = field(
        default_factory=list
    )  # answers of the server that no learner expects

    async def wait_for(self, receipts: int, learning: asyncio.Future) -> None:
        """Wait until so many answers have their receipt and at least one request is on its way."""
        while not learning.done():
            if len(self.acknowledged) >= receipts and self.in_flight:
                return
            await asyncio.sleep(0.002)


class NoAnswer(OSError):
    """The connection ended before the server had answered."""


async def request(
    run: Run,
    desk: Desk,
    path: str,
    form: dict[str, str] | None,
    name: str,
    *,
    is_script: bool = True,
) -> tuple[int, dict[str, str], bytes]:
    """Post a form, or get a page where there is none; return status, headers and body."""
    method = "GET" if form is None else "POST"
    body = urlencode({**(form or {}), "csrf_token": desk.csrf_token}).encode() * (form is not None)
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{run.port}\r\nConnection: close\r\n"
        f"Cookie: {desk.cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Accept: {'application/json' if is_script else 'text/html'}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", run.port)
    try:
        writer.write(head.encode() + body)
        await writer.drain()
        run.in_flight.add(name)
        answer = parse(await reader.read())
    finally:
        run.in_flight.discard(name)
        writer.close()
    return answer


def parse(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    head, mark, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    if not mark or len(body) < int(headers.get("content-length", 0)):
        raise NoAnswer
    return int(lines[0].split()[1]), headers, body


async def until_answered(
    run: Run, desk: Desk, path: str, form: dict[str, str], name: str, *, is_script: bool = True
) -> tuple[int, bytes]:
    """Send a form again and again, with longer and longer waits, until the server has dealt with it."""
    wait = 0.05
    while True:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                status, headers, body = await request(
                    run, desk, path, form, name, is_script=is_script
                )
            if status < 500 and status != 429:
                return status, body
            pause = float(headers.get("retry-after", wait))
        except (OSError, TimeoutError):
            pause = wait
        run.repeated.add(name)
        run.retries += 1
        wait = min(2 * wait, LONGEST_WAIT_SECONDS)
        await asyncio.sleep(min(pause, LONGEST_WAIT_SECONDS) * random.uniform(0.5, 1))  # noqa: S311


async def learn(run: Run, desk: Desk, answers: int, pause_seconds: float) -> None:
    """Give ``answers`` answers, the last ones the right ones."""
    await asyncio.sleep(random.uniform(0, pause_seconds))  # noqa: S311
    for turn in range(answers):
        number = turn % QUESTIONS + 1
        given = Given(
            desk.attempt_id, desk.item_keys[number - 1], text_of(desk, turn, answers), uuid4().hex
        )
        began = time.monotonic()
        form = {"answer": given.text, "client_id": given.client_id}
        status, body = await until_answered(
            run, desk, f"{desk.path}/{number}", form, given.client_id
        )
        if status != 200 or "saved" not in json.loads(body):
            run.refused.append(f"{status} {body[:200]!r}")
            return
        run.acknowledged.append(given)
        run.waits.append(time.monotonic() - began)
        await asyncio.sleep(random.uniform(0, 2 * pause_seconds))  # noqa: S311


def text_of(desk: Desk, turn: int, answers: int) -> str:
    """Make every answer of a learner different; of the last round only the first question is answered rightly."""
    if turn >= answers - QUESTIONS and turn % QUESTIONS == 0:
        return f"{RIGHT} {desk.item_keys[0].rsplit('q', 1)[1]}"
    return f"answer {turn} of {desk.attempt_id}"


async def hand_in(run: Run, desk: Desk) -> None:
    status, body = await until_answered(
        run, desk, f"{desk.path}/submit", {}, f"submit {desk.attempt_id}", is_script=False
    )
    if status != 303:
        run.refused.append(f"submit: {status} {body[:200]!r}")
