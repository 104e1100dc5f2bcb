"""Starts a server, sends requests, and reads what the server's processes spent."""

from __future__ import annotations

import gzip
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
CLIENTS = 4


@dataclass(frozen=True)
class Request:
    path: str
    cookie: str = ""
    body: str | None = None  # a form; None: GET
    accept: str = "text/html"


@dataclass(frozen=True)
class Figures:
    cpu_ms: float  # of the server's whole process tree, for one request
    p50_ms: float
    p95_ms: float
    kb: float  # compressed body, as sent


@contextmanager
def server(module: str, env: dict[str, str], *options: str) -> Iterator[tuple[int, int]]:
    """Run gunicorn as script/server does; give its process id and port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        Path(sys.executable).with_name("gunicorn"),
        *options,
        *("--bind", f"127.0.0.1:{port}", "--keep-alive", "30", "--log-level", "error"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload"),
        module,
    ]
    process = subprocess.Popen(command, env={**os.environ, **env, "PORT": str(port)})
    try:
        wait_for(port)
        yield process.pid, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def wait_for(port: int) -> None:
    for _try in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not start.")


def tree(pid: int) -> list[int]:
    """List a process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(below for child in children for below in tree(int(child)))]


def cpu_seconds(pid: int) -> float:
    spent = 0
    for one in tree(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        spent += int(fields[11]) + int(fields[12])
    return spent / TICKS


def measure(pid: int, port: int, requests: Sequence[Callable[[], Request]], count: int) -> Figures:
    """Warm up, then send ``count`` requests over a few connections; each is made just before it is sent."""
    run(port, requests, max(60, count // 5))
    before = cpu_seconds(pid)
    times, size = run(port, requests, count)
    cpu_ms = 1000 * (cpu_seconds(pid) - before) / count
    times.sort()
    return Figures(cpu_ms, times[len(times) // 2], times[int(len(times) * 0.95)], size / 1000)


def run(
    port: int, requests: Sequence[Callable[[], Request]], count: int
) -> tuple[list[float], float]:
    """Return each request's time in ms, and the mean size of a body in bytes."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        parts = list(
            pool.map(
                lambda first: client(port, requests, range(first, count, CLIENTS)), range(CLIENTS)
            )
        )
    times = [took for part in parts for took, _size in part]
    sizes = [size for part in parts for _took, size in part]
    return times, sum(sizes) / len(sizes)


def client(
    port: int, requests: Sequence[Callable[[], Request]], turns: range
) -> list[tuple[float, int]]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    done = []
    for turn in turns:
        request = requests[turn % len(requests)]()
        began = time.perf_counter()
        _status, body = send(connection, request)
        done.append((1000 * (time.perf_counter() - began), len(body)))
    connection.close()
    return done


def send(connection: HTTPConnection, request: Request) -> tuple[int, bytes]:
    headers = {"Accept": request.accept, "Accept-Encoding": "gzip", "Cookie": request.cookie}
    method = "GET" if request.body is None else "POST"
    if request.body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, request.path, body=request.body, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status >= 400:
        raise SystemExit(f"{method} {request.path} answered {answer.status}")
    return answer.status, body


def page(port: int, request: Request) -> tuple[str, str]:
    """Fetch one page; return its text and the cookie to go on with."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(
        "GET", request.path, headers={"Cookie": request.cookie, "Accept-Encoding": "gzip"}
    )
    answer = connection.getresponse()
    body = answer.read()
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    new = answer.headers.get("Set-Cookie", "").partition(";")[0]
    connection.close()
    return body.decode(), new or request.cookie


def hidden(text: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', text) or re.search(
        rf'value="([^"]*)"[^>]*name="{name}"', text
    )
    return found[1] if found else ""
