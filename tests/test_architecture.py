"""Keeps the shape of the house: who imports whom, who commits, where words and pages live."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STEPS = (
    "lib",
    "config",
    "extensions",
    "errors",
    "web",
    "audit",
    "jobs",
    "accounts",
    "notices",
    "courses",
    "cohorts",
    "quizzes visits surveys",
    "progress",
    "certificates",
    "learning delegations authoring exchange",
    "standards",
    "reports",
    "site",
    "wiring",
)
"""Low to high. A package imports only from the steps before its own."""
HEIGHT = {package: height for height, step in enumerate(STEPS) for package in step.split()}
LAYERS = {
    "rules": set(),
    "items": set(),
    "signals": set(),
    "models": {"rules"},
    "queries": {"models", "rules", "items"},
    "services": {"models", "rules", "items", "queries", "signals"},
    "forms": {"models", "rules", "items", "queries", "signals", "services"},
    "own_data": {"models", "rules", "items", "queries", "services"},
}
"""What a file may import from its own package; views, jobs and cli may import all."""
EDGES = {"views", "cli", "jobs"}
FILES = sorted((ROOT / "lms").rglob("*.py"))
MODULES = [
    path
    for path in FILES
    if path.parts[len(ROOT.parts) + 1 :] not in {("__init__.py",), ("logs.py",)}
]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(path: Path) -> set[str]:
    """List the modules of lms that a file imports, as lms.package.module."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.startswith("lms.")}


def package_of(path: Path) -> str:
    return path.relative_to(ROOT / "lms").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
class TestImports:
    def test_go_only_downwards(self, path):
        mine = package_of(path)
        for imported in imports_of(path):
            theirs = imported.split(".")[1]
            if theirs in HEIGHT and theirs != mine:
                assert HEIGHT[theirs] < HEIGHT[mine], (
                    f"{mine} imports {imported}, which is not below it"
                )

    def test_follow_the_layers_of_the_package(self, path):
        parts = path.relative_to(ROOT / "lms").with_suffix("").parts
        if len(parts) < 2 or parts[1] not in LAYERS:
            return
        allowed = LAYERS[parts[1]] | {parts[1]}
        own = {
            name.split(".")[2] for name in imports_of(path) if name.startswith(f"lms.{parts[0]}.")
        }
        layered = own & (LAYERS.keys() | EDGES)
        assert layered <= allowed, f"{name_of(path)} imports {layered - allowed} of its own package"

    def test_keep_flask_and_the_database_out_of_pure_code(self, path):
        parts = path.relative_to(ROOT / "lms").parts
        if parts[0] == "lib":
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"^\s*(from|import) (flask|sqlalchemy)\b", text, re.MULTILINE)


@pytest.mark.parametrize("path", FILES, ids=name_of)
class TestHabits:
    def test_commit_only_at_the_edges(self, path):
        is_edge = path.relative_to(ROOT / "lms").with_suffix("").parts[1:2] in {
            (edge,) for edge in EDGES
        } or name_of(path) in {
            "lms/jobs/services.py",
            "lms/jobs/recurring.py",
        }  # the runner of jobs and what begins them are edges too
        assert is_edge or "session.commit()" not in path.read_text(encoding="utf-8")

    def test_read_the_environment_only_in_config(self, path):
        text = path.read_text(encoding="utf-8")
        assert path.name == "config.py" or not re.search(r"os\.environ|getenv", text)

    def test_render_only_the_own_pages(self, path):
        package = package_of(path)
        for template in re.findall(
            r'render_template\(\s*f?"([^"]+)"', path.read_text(encoding="utf-8")
        ):
            assert template.split("/")[0] == package, f"{name_of(path)} renders {template}"

    def test_stay_short(self, path):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 400
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                assert length <= 40, f"{node.name} has {length} lines"

    def test_catch_everything_only_where_everything_ends(self, path):
        # The last is the end of a process of its own, which tells the other side why.
        allowed = {"lms/jobs/services.py", "lms/errors.py", "lms/lib/pdf_child.py"}
        caught = [
            node
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.ExceptHandler)
            and (
                node.type is None
                or (
                    isinstance(node.type, ast.Name)
                    and node.type.id in {"Exception", "BaseException"}
                )
            )
        ]
        assert not caught or name_of(path) in allowed


class TestSigningKeys:
    """Web processes never ask for a private key, so they can be run by a user who may not read it."""

    HOLDERS = {"keys", "jobs", "cli", "document"}

    @pytest.mark.parametrize("path", FILES, ids=name_of)
    def test_are_asked_for_only_by_jobs_and_commands(self, path):
        module = path.relative_to(ROOT / "lms").with_suffix("").as_posix()
        text = path.read_text(encoding="utf-8")
        asks = re.search(r"keys\.(current|private_of|make|rotate|take)\b|SIGNING_KEYS_DIR", text)
        imports = imports_of(path) & {
            f"lms.certificates.keys.{name}" for name in ("current", "private_of")
        }
        is_holder = module in {f"certificates/{name}" for name in self.HOLDERS} | {"config"}
        assert is_holder or not (asks or imports), f"{name_of(path)} asks for a private key"

    @pytest.mark.parametrize("path", FILES, ids=name_of)
    def test_are_out_of_reach_of_pages(self, path):
        parts = path.relative_to(ROOT / "lms").with_suffix("").parts
        if parts[0] == "web" or parts[1:2] in {("views",), ("queries",), ("services",), ("forms",)}:
            holders = {"lms.certificates.jobs", "lms.certificates.cli", "lms.certificates.document"}
            assert not imports_of(path) & holders


class TestTree:
    def test_has_a_template_folder_only_for_packages(self):
        shared = {"macros", "email", "errors"}
        folders = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
        packages = {path.name for path in (ROOT / "lms").iterdir() if path.is_dir()}
        assert folders - shared <= packages

    def test_has_a_test_folder_for_each_package_with_behaviour(self):
        packages = {path.parent.name for path in (ROOT / "lms").glob("*/services.py")}
        packages |= {path.parent.name for path in (ROOT / "lms").glob("*/views.py")}
        tests = {path.parent.name for path in (ROOT / "tests").rglob("test_*.py")}
        assert packages <= tests

    def test_documents_every_setting(self):
        from dataclasses import fields

        from lms.config import Config

        internal = {"SQLALCHEMY_DATABASE_URI", "TESTING"}
        guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
        missing = [
            field.name
            for field in fields(Config)
            if field.name not in internal and field.name not in guide
        ]
        assert not missing
