"""A small run of script/faults: the promise holds on both databases, and the harness sees when it is broken."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from lms.config import ROOT

HAS_POSTGRESQL = any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
SMALL = ("--learners", "16", "--kills", "2", "--answers", "8", "--pause", "0.2")


def faults(*options: str) -> subprocess.CompletedProcess[str]:
    """Run the harness as script/faults does, in a process of its own."""
    command = [sys.executable, "-m", "tests.faults", "answers", *SMALL, *options]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False
    )


class TestKilledServers:
    @pytest.mark.parametrize("database", ["sqlite", "postgresql"])
    def test_lose_and_double_no_acknowledged_answer(self, database):
        if database == "postgresql" and not HAS_POSTGRESQL:
            pytest.skip("PostgreSQL is not here")

        run = faults("--database", database)

        assert "128 answers acknowledged, 128 stored: 0 lost, 0 doubled" in run.stdout, run
        assert "kill 2" in run.stdout
        assert run.returncode == 0, run

    def test_are_caught_when_they_acknowledge_too_early(self):
        run = faults("--broken")

        assert re.search(r"[1-9]\d* lost", run.stdout), run
        assert run.returncode == 1
