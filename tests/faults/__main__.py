"""The harnesses of script/faults."""

from __future__ import annotations

import argparse
import sys

from tests.faults import answers, certificates, importing


def answers_plan(given: argparse.Namespace) -> answers.Plan:
    database_kills = given.kills // 2 if given.database_kills is None else given.database_kills
    return answers.Plan(
        database=given.database,
        learners=given.learners,
        kills=given.kills,
        database_kills=database_kills if given.database == "postgresql" else 0,
        answers=given.answers,
        pause_seconds=given.pause,
        is_broken=given.broken,
    )


def import_plan(given: argparse.Namespace) -> importing.Plan:
    return importing.Plan(given.database, given.rows, given.kills, is_broken=given.broken)


def certificates_plan(given: argparse.Namespace) -> certificates.Plan:
    return certificates.Plan(given.database, given.count, given.kills, is_broken=given.broken)


parser = argparse.ArgumentParser(prog="script/faults", description=__doc__)
harnesses = parser.add_subparsers(required=True)

one = harnesses.add_parser(
    "answers", help="kill servers while learners answer; no acknowledged answer may be lost"
)
one.set_defaults(run=answers.run, plan=answers_plan)
one.add_argument("--learners", type=int, default=300)
one.add_argument("--kills", type=int, default=20, help="of the web server")
one.add_argument("--database-kills", type=int, help="of PostgreSQL; half as many as --kills")
one.add_argument("--answers", type=int, default=20, help="of each learner")
one.add_argument("--pause", type=float, default=1.0, help="mean seconds between two answers")
one.add_argument("--broken", action="store_true", help="acknowledge before the commit")

one = harnesses.add_parser(
    "import", help="kill the worker while it adds people; each row is to be added once"
)
one.set_defaults(run=importing.run, plan=import_plan)
one.add_argument("--rows", type=int, default=2000)
one.add_argument("--kills", type=int, default=5, help="in the middle of a job")
one.add_argument("--broken", action="store_true", help="commit people apart from their rows")

one = harnesses.add_parser(
    "certificates", help="kill the worker while it issues a batch; each gets one certificate"
)
one.set_defaults(run=certificates.run, plan=certificates_plan)
one.add_argument("--count", type=int, default=1000)
one.add_argument("--kills", type=int, default=100, help="in the middle of a job")
one.add_argument("--broken", action="store_true", help="issue and note it in two transactions")

for one in harnesses.choices.values():
    one.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")

given = parser.parse_args()
verdict = given.run(given.plan(given))
print(verdict)  # noqa: T201 - it is a script
sys.exit(not verdict.holds)
