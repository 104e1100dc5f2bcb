from __future__ import annotations

import click
from flask.cli import AppGroup
from flask_migrate import upgrade

from lms.accounts.cli import people_cli, privacy_notices
from lms.accounts.services import rekey_people
from lms.accounts.services.privacy import publish_notices
from lms.certificates.cli import append_missing
from lms.cohorts.cli import load_countries
from lms.courses.cli import publish
from lms.extensions import db
from lms.site import demo as demo_data
from lms.site.translations import translations_cli

lms_cli = AppGroup("lms", help="Serai's own commands.")
lms_cli.add_command(translations_cli)
lms_cli.add_command(people_cli)
lms_cli.add_command(privacy_notices)


@lms_cli.command("countries")
def countries() -> None:
    """Load the countries, or bring them up to date."""
    click.echo(f"{load_countries()} countries")
    db.session.commit()


@lms_cli.command("demo")
def demo() -> None:
    """Load a programme with seven delegations, marked as demo; only into a database without people."""
    click.echo(demo_data.load() or "There are people already; the demo data was not loaded.")
    db.session.commit()


@lms_cli.command("prepare")
@click.pass_context
def prepare(context: click.Context) -> None:
    """Bring database, countries, courses and demo data up to date: what script/server does first."""
    upgrade()
    countries.callback()  # type: ignore[misc]
    context.invoke(publish, names=())
    publish_notices()
    rekey_people(only_missing=True)  # of those who are from before there were keys
    context.invoke(append_missing)
    click.echo(demo_data.load() or demo_data.accounts())
    db.session.commit()
