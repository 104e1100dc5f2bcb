"""A folder with one small course, where the commands of the application look for courses."""

from __future__ import annotations

import pytest

from tests.courses.small_course import write_course


@pytest.fixture
def folder(tmp_path):
    """Return the folder of a course without faults."""
    return write_course(tmp_path / "courses")


@pytest.fixture
def run(app, folder, monkeypatch):
    """Return a function that runs one of the commands for courses and gives what it printed and its exit code."""
    monkeypatch.setitem(app.config, "COURSES_DIR", folder.parent)
    runner = app.test_cli_runner()

    def invoke(*words):
        result = runner.invoke(args=["lms", "courses", *words])
        return result.output, result.exit_code

    return invoke
