"""A small run of script/faults certificates; that it sees a worker that is not safe to kill, ``--broken`` shows."""

from __future__ import annotations

import subprocess
import sys

from lms.config import ROOT


class TestKilledWorker:
    def test_issues_one_certificate_to_each(self):
        command = [sys.executable, "-m", "tests.faults", "certificates", "--count", "12"]

        run = subprocess.run(
            [*command, "--kills", "3"], cwd=ROOT, capture_output=True, text=True, timeout=180,
            check=False,
        )  # fmt: skip

        assert "12 issued, 12 certificates of 12 people, 12 in the register (without a gap)" in (
            run.stdout
        ), run
        assert "12 PDFs as they should be, 12 with an e-mail (0 with two)" in run.stdout
        assert "3 kills in the middle of a job" in run.stdout
        assert run.returncode == 0, run
