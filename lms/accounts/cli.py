from __future__ import annotations

import click
from flask.cli import AppGroup

from lms.accounts import services
from lms.extensions import db

people_cli = AppGroup("people", help="People's names in lists and searches.")


@people_cli.command("rekey")
def rekey() -> None:
    """Compute anew how everybody's name is sorted and found; needed after an alphabet was mended."""
    count = services.rekey_people()
    db.session.commit()
    click.echo(f"{count} people")
