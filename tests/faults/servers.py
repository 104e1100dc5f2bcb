"""The processes under test: each can be started, killed without a word, and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from lms.config import ROOT

BIN = Path(sys.executable).parent
PATIENCE_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tree(pid: int) -> list[int]:
    """List a process and all below it, the parent first."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [pid, *(below for child in children for below in tree(int(child)))]


def kill(process: subprocess.Popen) -> None:
    """End a process and its children as a power cut would: no signal handler, no clean-up."""
    os.kill(process.pid, signal.SIGSTOP)  # or it may have a child more than was seen
    pids = tree(process.pid)
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
    wait_until(lambda: not any(map(is_alive, pids)), "the end of the killed processes")


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except FileNotFoundError:
        return False
    return state not in "ZX"  # dead, and only not yet noticed by its parent


def wait_until(is_there: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not is_there():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} is not there after {seconds} s")
        time.sleep(0.02)


class Program(ABC):
    """Something of ours in processes of its own."""

    name: str

    def __init__(self, env: dict[str, str], log: Path) -> None:
        self.env, self.log = {**os.environ, **env}, log
        self.process: subprocess.Popen | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """Give the command that starts it."""

    def is_ready(self) -> bool:
        return True

    def start(self) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self.command(), env=self.env, cwd=ROOT, stdout=log, stderr=log
            )
        wait_until(self.is_ready, self.name)

    def kill(self) -> None:
        if self.process is not None:
            kill(self.process)
            self.process = None


class WebServer(Program):
    """gunicorn as ``script/server`` runs it."""

    name = "web"

    def __init__(self, env: dict[str, str], log: Path, module: str) -> None:
        super().__init__(env, log)
        self.module, self.port = module, free_port()

    def command(self) -> list[str]:
        return [
            str(BIN / "gunicorn"),
            *("--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread", "--workers", "2"),
            *("--threads", "4", "--preload", "--log-level", "critical", self.module),
        ]  # fmt: skip

    def kill(self) -> None:
        super().kill()
        # The last thread of a dead process may hold the socket a moment longer, and seem to be the next server.
        wait_until(lambda: not self.is_ready(), "the end of the killed server")

    def is_ready(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


class Worker(Program):
    name = "worker"

    def __init__(self, env: dict[str, str], log: Path, module: str = "wsgi") -> None:
        super().__init__(env, log)
        self.module = module

    def command(self) -> list[str]:
        return [str(BIN / "flask"), "--app", self.module, "lms", "worker"]


class Postgres:
    """A PostgreSQL of the run's own, with the settings that a real one has: what it commits is on the disk."""

    name = "database"

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not found:
            raise SystemExit("There is no PostgreSQL server in /usr/lib/postgresql.")
        self.bin, self.folder = found[-1], folder
        self.process: subprocess.Popen | None = None
        self.owner = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
        folder.mkdir()
        if self.owner:
            shutil.chown(folder, self.owner)
        self._run("initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8")

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        with (self.folder.parent / "postgres.log").open("a") as log:
            self.process = subprocess.Popen(
                [self.bin / "postgres", "-D", "data", "-k", self.folder, "-h", ""],
                user=self.owner,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        wait_until(self.is_ready, self.name)

    def is_ready(self) -> bool:
        asked = self._run(
            "psql", "-h", self.folder, "-U", "postgres", "-c", "SELECT 1", check=False
        )
        return asked.returncode == 0

    def kill(self) -> None:
        if self.process is not None:
            kill(self.process)
            self.process = None

    def _run(self, program: str, *arguments, check: bool = True) -> subprocess.CompletedProcess:
        return subprocess.run(
            [self.bin / program, *arguments],
            user=self.owner,
            cwd=self.folder,
            capture_output=True,
            check=check,
        )
