"""Prints what the pages people use most cost the server, beside a hello-world application in the same run.

script/bench [--json] [--requests 600]
script/bench quiz [--json] [--learners 300] [--seconds 30]
script/bench analysis [--json] [--learners 2000]
script/bench people [--json]
script/bench delegation [--json] [--people 2000] [--cohorts 10 300]
script/bench certificates [--json] [--count 200]
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, cycle
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent.parent))

from flask import Flask
from sqlalchemy import event

from bench import analysis, certificates, delegation, people, quiz
from bench.load import HTTPConnection, Request, hidden, measure, page, send, server
from bench.seed import ACTIVE, PEOPLE_PER_COHORT, seed
from lms import create_app
from lms.config import Config
from lms.extensions import db

PAGES = ("landing", "my_learning", "course", "step", "question", "save", "result", "verify")
serial = count()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "what",
        nargs="?",
        choices=["pages", "quiz", "analysis", "delegation", "people", "certificates"],
        default="pages",
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--requests", type=int, default=600, help="of each page")
    parser.add_argument("--learners", type=int, default=300, help="at one quiz at the same time")
    parser.add_argument("--seconds", type=int, default=30, help="that they go on answering")
    parser.add_argument("--people", type=int, default=2000, help="in one large delegation")
    parser.add_argument("--cohorts", type=int, nargs="+", default=[10, 300], help="beside it")
    parser.add_argument("--count", type=int, default=200, help="certificates to make")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.what == "quiz":
            result = quiz.bench(Path(folder), options.learners, options.seconds)
            print(json.dumps(result) if options.json else quiz.table(result))
        elif options.what == "delegation":
            result = delegation.bench(Path(folder), options.people, tuple(options.cohorts), 40)
            print(json.dumps(result) if options.json else delegation.table(result))
        elif options.what == "analysis":
            result = analysis.bench(Path(folder), options.learners)
            print(json.dumps(result) if options.json else analysis.table(result))
        elif options.what == "people":
            result = people.bench(Path(folder), rows=5000, faulty=300)
            print(json.dumps(result) if options.json else people.table(result))
        elif options.what == "certificates":
            result = certificates.bench(Path(folder), options.count)
            print(json.dumps(result) if options.json else certificates.table(result))
        else:
            result = bench(folder, options.requests)
            print(json.dumps(result) if options.json else table(result))


def bench(folder: str, requests: int) -> dict:
    app = create_app(
        Config.from_env({"DATA_DIR": folder, "RATELIMIT_ENABLED": "false", "LOG_LEVEL": "ERROR"})
    )
    learners = seed(app)
    env = {"DATA_DIR": folder, "RATELIMIT_ENABLED": "false", "LOG_LEVEL": "ERROR"}
    with server("bench.hello:app", env) as (pid, port):
        hello = measure(pid, port, [lambda: Request("/")], requests)
    pages = {}
    hooks = ("--config", "script/server_hooks.py")  # as script/server starts it
    with server("wsgi:app", {**env, "READY_FILE": f"{folder}/ready"}, *hooks) as (pid, port):
        for name in PAGES:
            figures = measure(pid, port, requests_for(name, learners, port), requests)
            pages[name] = {
                "queries": queries(app, name, learners),
                "cpu_ms": round(figures.cpu_ms, 2),
                "hello_ratio": round(figures.cpu_ms / hello.cpu_ms, 2),
                "p50_ms": round(figures.p50_ms, 1),
                "p95_ms": round(figures.p95_ms, 1),
                "kb": round(figures.kb, 1),
            }
        visit = first_visit(port, learners[0])
    return {
        "hello_cpu_ms": round(hello.cpu_ms, 3),
        "pages": pages,
        "first_visit_kb": visit,
        "seed": f"7 cohorts x {PEOPLE_PER_COHORT} people, one course, {ACTIVE} of them signed in and taking turns, "
        f"{requests} requests a page",
    }


def requests_for(name: str, learners: list[dict], port: int) -> list[Callable[[], Request]]:
    if name == "save":
        return [save_request(learner, port) for learner in learners]
    return [partial(request_of, name, learner) for learner in learners]


def request_of(name: str, learner: dict) -> Request:
    if name == "landing":
        return Request("/en/")
    if name == "verify":
        return Request(learner["verify"])  # by a stranger
    return Request(learner.get(name, "/learn"), cookie=learner["cookie"])


def save_request(learner: dict, port: int) -> Callable[[], Request]:
    """Answer one question again and again, as the page's script does; each time is a new answer."""
    text, cookie = page(port, Request(learner["question"], cookie=learner["cookie"]))
    token = hidden(text, "csrf_token")
    options = answers_to(text)

    def make() -> Request:
        form = {"csrf_token": token, "answer": next(options), "client_id": f"bench-{next(serial)}"}
        return Request(
            learner["question"], cookie=cookie, body=urlencode(form), accept="application/json"
        )

    return make


def answers_to(text: str) -> Iterator[str]:
    """Take turns between the answers that a page offers: the same one twice would not be saved again."""
    return cycle(re.findall(r'name="answer"[^>]*value="([^"]+)"', text) or ["1", "2"])


def queries(app: Flask, name: str, learners: list[dict]) -> int:
    """Count the statements of one request, in this process."""
    statements = []
    request = request_of("question" if name == "save" else name, learners[0])
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client(use_cookies=False)  # the cookie is sent as it is
    headers = {"Cookie": request.cookie}
    options = answers_to(client.get(request.path, headers=headers).text)

    def ask() -> None:
        if name == "save":
            form = {"answer": next(options), "client_id": f"count-{next(serial)}"}
            client.post(request.path, data=form, headers={**headers, "Accept": "application/json"})
        else:
            client.get(request.path, headers=headers)

    ask()  # what is kept for the life of a process is read once
    with app.app_context():
        engine = db.engine
    event.listen(
        engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2])
    )
    ask()
    return len(statements)


def first_visit(port: int, learner: dict) -> float:
    """Return the kB of a course page with everything it loads, as sent to a browser that has nothing yet."""
    text, cookie = page(port, Request(learner["course"], cookie=learner["cookie"]))
    parts = {learner["course"], *re.findall(r'(?:href|src)="(/static/[^"]+)"', text)}
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    size = sum(len(send(connection, Request(part, cookie=cookie))[1]) for part in sorted(parts))
    connection.close()
    return round(size / 1000, 1)


def table(result: dict) -> str:
    lines = [result["seed"], f"hello-world: {result['hello_cpu_ms']} ms CPU a request", ""]
    lines.append(
        f"{'page':<12}{'queries':>8}{'CPU ms':>9}{'x hello':>9}{'p50 ms':>8}{'p95 ms':>8}{'kB':>7}"
    )
    for name, row in result["pages"].items():
        lines.append(
            f"{name:<12}{row['queries']:>8}{row['cpu_ms']:>9}{row['hello_ratio']:>9}{row['p50_ms']:>8}{row['p95_ms']:>8}"
            f"{row['kb']:>7}"
        )
    lines += ["", f"first visit of a course with everything: {result['first_visit_kb']} kB"]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
