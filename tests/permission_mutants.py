"""Break each policy and each check of a query in turn: every break must make a cell red.

``python -m tests.permission_mutants`` tries all of them on SQLite and prints how many were seen.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

from lms.web.access import PUBLIC, Policy, Role, policy_of
from tests.permission_cells import MATRIX, Cell, answered, cells, promised, walk
from tests.permission_stage import Stage

ROOT = Path(__file__).parent.parent
WHO = {"person", "viewer", "reader", "officer", "instructor", "coordinator", "current_user"}
BEGINNINGS = {"coordinated_cohorts"}
"""What queries of one object begin with."""
ELSEWHERE = {
    "candidates_of": "tests/certificates/test_issue_certificates.py",
    "_enrolments": "tests/certificates/test_issue_certificates.py",
    "cohorts_to_compare": "tests/delegations/test_compare_cohorts.py",
    "joinable_cohort": "tests/cohorts/test_join.py",
}
"""Queries of what stands in a form or after the question mark, where the walk swaps nothing, and who tests them."""


@dataclass(frozen=True)
class Mutant:
    """One way to break the door, or a query behind it."""

    name: str
    apply: Callable[[], Any]  # a context manager
    endpoints: tuple[str, ...] | None = None  # which routes can tell; None: all of them


def policy_mutants(app) -> Iterator[Mutant]:
    """Take each declared policy away, open it to more people, shut it to some, and ask for no proof."""
    for endpoint, methods in MATRIX.items():
        if all(row.get("skip") for row in methods.values()) or endpoint == "static":
            continue  # static files are answered before the door
        now = policy_of(app, endpoint)
        if now is None:
            continue
        changed: dict[str, Policy | None] = {"no policy": None}
        if not now.is_public:
            changed["public"] = PUBLIC
            changed["no role left out"] = Policy(needs_step_up=now.needs_step_up)
            changed |= {
                f"without {role}": _with_roles(now, now.roles - {role})
                for role in now.roles
                if len(now.roles) > 1
            }
            if now.roles:
                other = next(role for role in (Role.LEARNER, Role.AUDITOR) if role not in now.roles)
                changed[f"and {other}"] = _with_roles(now, now.roles | {other})
            else:
                changed.pop("no role left out")
                changed["staff only"] = _with_roles(now, frozenset({Role.ADMINISTRATOR}))
        if now.needs_step_up:
            changed["no proof"] = Policy(roles=now.roles)
        for name, policy in changed.items():
            yield Mutant(f"{endpoint}: {name}", _with_policy(app, endpoint, policy), (endpoint,))


def _with_roles(policy: Policy, roles: frozenset[Role]) -> Policy:
    return Policy(roles=frozenset(roles), needs_step_up=policy.needs_step_up)


def _with_policy(app, endpoint: str, policy: Policy | None) -> Callable[[], Any]:
    @contextmanager
    def changed() -> Iterator[None]:
        view = app.view_functions[endpoint]
        before = view.access_policy
        view.access_policy = policy
        try:
            yield
        finally:
            view.access_policy = before

    return changed


def query_mutants() -> Iterator[Mutant]:
    """Drop each condition that looks at the caller, and each refusal, from each query that answers 404.

    Queries that give a list or a number are not among them: what is in a list, the walk does not read.
    """
    paths = [*ROOT.glob("lms/*/queries.py"), *ROOT.glob("lms/*/queries/*.py")]
    for path in sorted(paths):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                names = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
                if names & WHO and _answers_404(node) and node.name not in ELSEWHERE:
                    for number in range(len(_places(node))):
                        yield _query_mutant(path, node.name, number)


def _answers_404(function: ast.FunctionDef) -> bool:
    """Tell whether one object is looked for, else NotFound; what such a query begins with counts, too."""
    return function.name in BEGINNINGS or any(
        isinstance(node, ast.Raise) and "NotFound" in ast.unparse(node)
        for node in ast.walk(function)
    )


def _places(function: ast.FunctionDef) -> list[ast.AST]:
    """List what can be dropped: arguments of where() that look at the caller, and refusals."""
    tainted = _tainted(function)
    found: list[ast.AST] = []
    for node in ast.walk(function):
        if isinstance(node, ast.If) and any(isinstance(one, ast.Raise) for one in node.body):
            found.append(node)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "where":
            found += [one for one in node.args if _names(one) & tainted]
    return found


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _tainted(function: ast.FunctionDef) -> set[str]:
    """Return the names that hold something of the caller."""
    tainted = set(WHO)
    for _round in range(3):
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and _names(node.value) & tainted:
                for target in node.targets:
                    tainted |= {
                        one.id
                        for one in ast.walk(target)
                        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
                    }
    return tainted - {"query"}


class _Drop(ast.NodeTransformer):
    def __init__(self, gone: ast.AST) -> None:
        self.gone = gone

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.gone:
            if isinstance(node, ast.If):
                node.test = ast.Constant(value=False)
                return node
            return ast.copy_location(
                ast.parse("__import__('sqlalchemy').true()", mode="eval").body, node
            )
        return super().visit(node)


def _query_mutant(path: Path, name: str, number: int) -> Mutant:
    module = importlib.import_module(
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    )
    tree = ast.parse(path.read_text(encoding="utf-8"))
    function = next(
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name
    )
    gone = _places(function)[number]
    words = ast.unparse(gone.test if isinstance(gone, ast.If) else gone)
    function.decorator_list = []
    _Drop(gone).visit(function)
    only = ast.fix_missing_locations(
        ast.Module(
            body=[ast.parse("from __future__ import annotations").body[0], function],
            type_ignores=[],
        )
    )
    namespace: dict[str, Any] = dict(vars(module))
    exec(compile(only, str(path), "exec"), namespace)  # noqa: S102 - our own code, with one line less
    code = namespace[name].__code__

    @contextmanager
    def changed() -> Iterator[None]:
        real = inspect.unwrap(getattr(module, name))
        assert isinstance(real, FunctionType)
        before = real.__code__
        real.__code__ = code
        try:
            yield
        finally:
            real.__code__ = before

    return Mutant(f"{path.relative_to(ROOT)}: {name} without {words}", changed)


def is_seen(stage: Stage, mutant: Mutant) -> bool:
    """Tell whether a cell is red with the mutant and green without it; the walk stops at the first one."""
    endpoints = list(mutant.endpoints) if mutant.endpoints else None
    for cell in _order(stage, endpoints, is_query=mutant.endpoints is None):
        with mutant.apply():
            is_red = _is_red(stage, cell)
        if is_red and not _is_red(stage, cell):
            return True
    return False


def _order(stage: Stage, endpoints: list[str] | None, *, is_query: bool) -> list[Cell]:
    asked = list(cells(stage.app, stage.world, endpoints))
    if not is_query:
        return asked
    # A query can only let in, or keep out, whoever has passed the door.
    return [
        cell
        for cell in asked
        if cell.has_token and cell.is_proved and promised(cell, stage.world.callers[cell.caller]) == "404"
    ]  # fmt: skip


def _is_red(stage: Stage, cell: Cell) -> bool:
    with stage.watched():
        response, _url = walk(stage, cell)
    return answered(response) != promised(cell, stage.world.callers[cell.caller])


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> int:
    """Try every mutant; print those that nobody saw, and how many there were."""
    import tempfile
    import time

    from lms import create_app
    from lms.extensions import db
    from tests.conftest import Database, IsolatedClient, prepare, settings
    from tests.permission_places import values
    from tests.permission_stage import build

    database = Database("sqlite", Path(tempfile.mkdtemp()), "mutants")
    prepare(database)
    app = create_app(settings(database.uri(database.name), database.folder))
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = IsolatedClient
    unseen = 0
    with app.app_context():
        database.renew(db.engine)
        stage = Stage(app, database, build(values))
        app.config["WTF_CSRF_ENABLED"] = True
        for kind, mutants in (("policies", policy_mutants(app)), ("queries", query_mutants())):
            began, tried, missed = time.monotonic(), 0, []
            for mutant in mutants:
                tried += 1
                if not is_seen(stage, mutant):
                    missed.append(mutant.name)
                    say(f"  not seen: {mutant.name}")
            seconds = time.monotonic() - began
            say(f"{kind}: {tried - len(missed)} of {tried} mutants seen in {seconds:.0f} s")
            unseen += len(missed)
    database.close()
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())
