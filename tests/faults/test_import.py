"""A small run of script/faults import; that it sees a worker that is not safe to kill, ``--broken`` shows."""

from __future__ import annotations

import subprocess
import sys

from lms.config import ROOT


class TestKilledWorker:
    def test_adds_each_row_once(self):
        command = [sys.executable, "-m", "tests.faults", "import", "--rows", "300", "--kills", "1"]

        run = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False
        )

        assert "285 added, 285 people, 285 places, 285 letters (0 twice)" in run.stdout, run
        assert "1 kills in the middle of a job" in run.stdout
        assert run.returncode == 0, run
