from __future__ import annotations

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from lms.courses import services
from lms.courses.checks import check_together
from lms.courses.folder import read
from lms.courses.format import FILES
from lms.extensions import db

courses_cli = AppGroup("courses", help="Check and publish the courses of a folder.")
names_argument = click.argument("names", nargs=-1)


def course_folders(names: tuple[str, ...]) -> list[Path]:
    """Return the folders of the named courses, or of all."""
    base: Path = current_app.config["COURSES_DIR"]
    folders = [base / name for name in names] or sorted(
        path.parent for path in base.glob("*/course.toml")
    )
    for folder in folders:
        if not folder.is_dir():
            raise click.BadParameter(f"there is no folder {folder}")
    return folders


@courses_cli.command("check")
@names_argument
def check(names: tuple[str, ...]) -> None:
    """Name file, line and repair of every fault."""
    faults = check_together(course_folders(names))
    for course, fault in faults:
        click.echo(f"{course}/{fault}")
    if faults:
        raise click.ClickException(f"{len(faults)} to repair.")
    click.echo("All courses are clean.")


@courses_cli.command("publish")
@names_argument
def publish(names: tuple[str, ...]) -> None:
    """Store a new version of each course that has changed."""
    for folder in course_folders(names):
        try:
            version, is_new = services.publish(folder)
        except services.FaultyCourse as refusal:
            raise click.ClickException(str(refusal.message)) from refusal
        click.echo(f"{folder.name}: version {version.number}{'' if is_new else ' stands already'}")
    db.session.commit()


@courses_cli.command("fingerprints")
@click.argument("name")
@click.argument("path")
def fingerprints(name: str, path: str) -> None:
    """Print the fingerprint of every block of a step (module/step), for its translation."""
    folder = read(course_folders((name,))[0])
    document = folder.steps.get(folder.source_language, {}).get(path)
    if document is None:
        raise click.BadParameter(f"there is no step {path}")
    for block in document.blocks:
        click.echo(f"{{#{block.id} of={block.fingerprint}}}")


@courses_cli.command("schema")
def schema() -> None:
    """Print the JSON Schema of each TOML file."""
    click.echo(
        json.dumps({name: model.model_json_schema() for name, model in FILES.items()}, indent=2)
    )
