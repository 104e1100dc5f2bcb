"""A small run of script/faults: the promise holds on both databases, and the harness sees when it is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import answers
from tests.faults.answers import Plan

HAS_POSTGRESQL = any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def plan(database: str = "sqlite", *, is_broken: bool = False) -> Plan:
    return Plan(
        database=database,
        learners=20,
        kills=2,
        database_kills=int(database == "postgresql"),
        answers=10,
        pause_seconds=0.2,
        is_broken=is_broken,
    )


class TestKilledServers:
    @pytest.mark.parametrize("database", ["sqlite", "postgresql"])
    def test_lose_and_double_no_acknowledged_answer(self, database):
        if database == "postgresql" and not HAS_POSTGRESQL:
            pytest.skip("PostgreSQL is not here")

        verdict = answers.run(plan(database))

        assert verdict.holds, verdict

    def test_are_caught_when_they_acknowledge_too_early(self):
        verdict = answers.run(plan(is_broken=True))

        assert not verdict.holds
        assert verdict.lost > 0
