from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run background work until stopped."""
    from lms.jobs.queue import run_worker

    run_worker(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
