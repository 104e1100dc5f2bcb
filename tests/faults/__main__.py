"""The harnesses of script/faults."""

from __future__ import annotations

import argparse
import sys

from tests.faults import answers

parser = argparse.ArgumentParser(prog="script/faults", description=__doc__)
harness = parser.add_subparsers(required=True).add_parser(
    "answers", help="kill servers while learners answer; no acknowledged answer may be lost"
)
harness.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
harness.add_argument("--learners", type=int, default=300)
harness.add_argument("--kills", type=int, default=20, help="of the web server")
harness.add_argument("--database-kills", type=int, help="of PostgreSQL; half as many as --kills")
harness.add_argument("--answers", type=int, default=20, help="of each learner")
harness.add_argument("--pause", type=float, default=1.0, help="mean seconds between two answers")
harness.add_argument("--broken", action="store_true", help="acknowledge before the commit")
given = parser.parse_args()
database_kills = given.kills // 2 if given.database_kills is None else given.database_kills
verdict = answers.run(
    answers.Plan(
        database=given.database,
        learners=given.learners,
        kills=given.kills,
        database_kills=database_kills if given.database == "postgresql" else 0,
        answers=given.answers,
        pause_seconds=given.pause,
        is_broken=given.broken,
    )
)
print(verdict)  # noqa: T201 - it is a script
sys.exit(not verdict.holds)
