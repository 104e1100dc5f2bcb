"""The whole product, as script/server runs it: migrated, with demo data, gunicorn and the background worker."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from urllib.error import URLError
from urllib.request import urlopen

from flask import Flask

from lms import create_app
from lms.config import ROOT, Config
from lms.site.demo import PASSWORD

# The one without a window first: in the other a test by keyboard once never came to its end.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Site:
    url: str
    data_dir: Path

    def app(self) -> Flask:
        """Make the application in this process too, on the data of the site."""
        return create_app(
            Config.from_env({"DATA_DIR": str(self.data_dir), "LOG_LEVEL": "CRITICAL"})
        )

    def link_to(self, address: str) -> str:
        """Return the path of the link in the newest e-mail to an address, once it was sent.

        The console's e-mail is read: the database keeps no secret of a link.
        """
        for _try in range(100):
            log = (self.data_dir / "log").read_text(encoding="utf-8")
            letters = log.split(f"To: {address}\n")[1:]
            if letters and (found := re.search(r"https?://[^/\s]+(/\S+)", letters[-1])):
                return found[1]
            time.sleep(0.2)
        raise TimeoutError(f"no e-mail to {address}")


def environment(folder: Path) -> dict[str, str]:
    env = {
        **os.environ, "DATA_DIR": str(folder), "RATELIMIT_ENABLED": "false", "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    env.pop("DATABASE_URL", None)
    return env


@cache
def prepared() -> Path:
    """Make the folder that every site of this process begins with: once, because the demo data take their time."""
    folder = Path(mkdtemp(prefix="serai-site-"))
    atexit.register(shutil.rmtree, folder)
    prepare = subprocess.run(
        [BIN / "flask", "--app", "wsgi", "lms", "prepare"],
        env=environment(folder),
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert prepare.returncode == 0, prepare.stderr
    return folder


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """Run the product on an empty folder, with demo data, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**environment(folder), "PORT": str(port)}
    shutil.copytree(prepared(), folder, dirs_exist_ok=True)
    commands = (
        [
            BIN / "gunicorn",
            "--bind",
            f"127.0.0.1:{port}",
            "--worker-class",
            "gthread",
            "--threads",
            "4",
            "wsgi:app",
        ],
        [BIN / "flask", "--app", "wsgi", "lms", "worker"],
    )
    with (folder / "log").open("w") as log:
        running = [
            subprocess.Popen(command, env=env, cwd=ROOT, stdout=log, stderr=log)
            for command in commands
        ]
        try:
            site = Site(f"http://127.0.0.1:{port}", folder)
            wait_for(site.url)
            yield site
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(timeout=20)


def wait_for(url: str) -> None:
    """Wait for the first page, which takes longer than all that follow."""
    for _try in range(300):
        try:
            urlopen(f"{url}/sign-in", timeout=60).close()  # noqa: S310 - a server that was just started
        except URLError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the server did not start")


def sign_in(page, account: str) -> None:
    page.goto("/sign-in")
    page.locator("input[name=email]").first.fill(f"{account}@demo.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button").click()
