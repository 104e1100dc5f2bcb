from __future__ import annotations

from typing import BinaryIO

import click
from flask.cli import AppGroup

from lms.extensions import db
from lms.lib.delivery_reports import reports_in
from lms.notices import services

notices_cli = AppGroup("notices", help="E-mails and what comes back of them.")


@notices_cli.command("bounce")
@click.argument("file", type=click.File("rb"))
def bounce(file: BinaryIO) -> None:
    """Read delivery reports from a mailbox file, or from a pipe (-), and note whose mail comes back."""
    noted, strange = services.note_reports(reports_in(file.read()))
    db.session.commit()
    click.echo(f"{noted} noted, {strange} about no message of ours")
