from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from lms.accounts import services
from lms.accounts.queries import person_by_email
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


@people_cli.command("administrator")
@click.argument("email")
def make_administrator(email: str) -> None:
    """Make somebody an administrator: for the first two, who agree to everything after that.

    An account is made where there is none; its first sign-in is by e-mailed link.
    """
    person = person_by_email(email) or services.create_person(email)
    services.grant_role(None, person, "administrator", "all", reason="by command")
    services.request_link(person.email)
    db.session.commit()
    click.echo(f"{person.email} is an administrator; a sign-in link is on its way.")
