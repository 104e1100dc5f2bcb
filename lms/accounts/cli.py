from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from lms.accounts import services
from lms.accounts.services import privacy
from lms.extensions import db

people_cli = AppGroup("people", help="People's names in lists and searches.")


@people_cli.command("rekey")
def rekey() -> None:
    """Compute anew how everybody's name is sorted and found; needed after an alphabet was mended."""
    count = services.rekey_people()
    db.session.commit()
    click.echo(f"{count} people")


@click.command("privacy")
@click.argument(
    "path", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def privacy_notices(path: Path | None) -> None:
    """Publish the privacy notices whose text has changed; people are asked for the new version at the next sign-in."""
    for notice in privacy.publish_notices(path or privacy.NOTICES):
        click.echo(f"{notice.country_code or 'general'}: version {notice.version}")
    db.session.commit()
