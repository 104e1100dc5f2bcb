"""Who may do what: every route, every kind of caller, own and other, with and without a token.

The expected answers stand in the matrix file alone. ``PERMISSIONS=all`` walks every cell and prints how many;
else a quarter of the cells of the own and of another country is walked, and one in 32 of all others.
"""

from __future__ import annotations

import os

import pytest

from lms.config import ROOT
from lms.web.access import declared_policies
from tests.permission_cells import FORMS, MATRIX, answered, cells, plain, promised, walk
from tests.permission_mutants import is_seen, policy_mutants
from tests.permission_places import values
from tests.permission_stage import stage_on

IS_WHOLE = os.environ.get("PERMISSIONS") == "all"
CALLERS = (
    "anonymous", "learner", "mentor", "instructor", "instructor elsewhere", "coordinator",
    "coordinator of one cohort", "coordinator of one programme", "officer", "administrator", "auditor", "suspended",
    "password only", "expired grants",
)  # fmt: skip
walked: dict[str, int] = {}


@pytest.fixture(scope="module")
def stage(session_app, database):
    with stage_on(session_app, database, values) as made:
        yield made


@pytest.fixture(autouse=True)
def fresh(request):
    if "stage" in request.fixturenames:
        request.getfixturevalue("stage").restore()


def is_walked(cell, kind: str) -> bool:
    """PostgreSQL walks a sample: who may do what is decided by the same code on both."""
    if IS_WHOLE:
        return True
    return cell.is_sampled if kind == "sqlite" else cell.is_one_in(64)


@pytest.fixture
def stage_on_sqlite(stage):
    """The slow looks at single forms and policies, once and not on each database."""
    if stage.database.kind != "sqlite" and not IS_WHOLE:
        pytest.skip("walked on SQLite; PERMISSIONS=all walks both")
    return stage


class TestDeclaredPolicies:
    def test_are_those_of_the_matrix(self, session_app):
        declared = {
            (endpoint, method): str(policy) if policy else "none"
            for _rule, method, endpoint, policy in declared_policies(session_app)
        }

        assert declared == {
            (endpoint, method): f"{row['who']} *" if row.get("step_up") else row["who"]
            for endpoint, methods in MATRIX.items()
            for method, row in methods.items()
        }


class TestEveryCell:
    @pytest.mark.parametrize("name", CALLERS)
    def test_answers_as_the_matrix_says(self, stage, name):
        wrong, hidden = [], {}
        caller = stage.world.callers[name]
        for cell in cells(stage.app, stage.world):
            if cell.caller != name or not is_walked(cell, stage.database.kind):
                continue
            walked[name] = walked.get(name, 0) + 1
            with stage.watched() as changed:
                response, url = walk(stage, cell)
            expected = promised(cell, caller)
            if answered(response) != expected:
                wrong.append(
                    f"{cell}: {answered(response)} ({response.status_code}), not {expected}"
                )
            wrong += wrong_changes(cell, expected, changed)
            if expected == "404" and response.status_code == 404:
                shown = plain(response, url)
                first_cell, first = hidden.setdefault((cell.endpoint, cell.method), (cell, shown))
                if shown != first:
                    wrong.append(f"{cell}: not the same answer as {first_cell}")

        assert not wrong, "\n".join(wrong)
        if IS_WHOLE:
            print(f"{name}: {walked[name]} cells")  # noqa: T201 - the count is what a whole walk is for


def wrong_changes(cell, expected: str, changed: list[str]) -> list[str]:
    """Say what a cell changed that it must not, and what it did not note in the log."""
    row = FORMS.get(cell.endpoint, {})
    needs_token = cell.row.get("token") != "none"
    if changed and (expected != "in" or (needs_token and not cell.has_token)):
        return [f"{cell}: refused, and yet it changed {changed}"]
    if cell.method == "GET" and set(changed) - set(row.get("reading_writes", ())):
        return [f"{cell}: reading changed {changed}"]
    if changed and "audit_events" not in changed and not row.get("silent"):
        return [f"{cell}: changed {changed} and is not in the log"]
    return []


class TestEveryWrite:
    def test_is_made_here_or_where_the_forms_say(self, stage_on_sqlite):
        """Everything that can be sent is sent once with a form that is accepted, by whoever may."""
        stage = stage_on_sqlite
        unmade, needless = [], []
        for endpoint in MATRIX:
            asked = [
                cell
                for cell in cells(stage.app, stage.world, [endpoint])
                if cell.method not in {"GET", "HEAD"} and cell.place == "own"
                and cell.has_token and cell.is_proved
                and promised(cell, stage.world.callers[cell.caller]) == "in"
            ]  # fmt: skip
            if not asked:
                continue
            made, answers = False, []
            for cell in {cell.caller: cell for cell in asked}.values():
                if made:
                    break
                with stage.watched() as changed:
                    response, _url = walk(stage, cell)
                answers.append(f"{cell.caller} {response.status_code}")
                made = made or bool(changed)
            is_excused = "elsewhere" in FORMS.get(endpoint, {})
            if not made and not is_excused:
                unmade.append(f"{endpoint}: {answers}")
            if made and is_excused:
                needless.append(endpoint)

        assert not unmade, "\n".join(unmade)
        assert not needless

    def test_is_excused_only_by_tests_that_are_there(self):
        for endpoint, row in FORMS.items():
            assert endpoint in MATRIX
            assert (ROOT / row.get("elsewhere", "tests")).exists(), endpoint


class TestMutants:
    def test_are_seen_by_the_walk(self, stage_on_sqlite):
        """Twenty of the policies that ``python -m tests.permission_mutants`` removes in turn."""
        stage = stage_on_sqlite
        policies = list(policy_mutants(stage.app))
        sample = policies[:: len(policies) // 20][:20]

        unseen = [mutant.name for mutant in sample if not is_seen(stage, mutant)]

        assert len(sample) == 20
        assert unseen == []
