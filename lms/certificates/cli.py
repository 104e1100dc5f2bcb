from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO, TypeVar

import click
from cryptography.hazmat.primitives.hashes import SHA256
from flask import current_app
from flask.cli import AppGroup

from lms.certificates import keys
from lms.certificates.models import SigningKey
from lms.certificates.queries import heads
from lms.certificates.services import late_entries, verifying
from lms.errors import LmsError
from lms.extensions import begin_snapshot, db

keys_cli = AppGroup("keys", help="The keys that sign certificates, credentials and the register.")
register_cli = AppGroup("register", help="The public register of certificates.")
T = TypeVar("T")
LONGEST_REASON = 500
purpose_argument = click.argument("purpose", type=click.Choice(keys.PURPOSES))


@keys_cli.command("list")
def list_keys() -> None:
    """Show every key, the active ones first, and whether this user can use it."""
    rows = keys.list_keys(*keys.PURPOSES)
    doubts = {one.key_id: one for one in keys.distrusted()}
    for row in sorted(rows, key=lambda row: (row.retired_at is not None, row.purpose)):
        certificate = keys.certificate_of(row)
        until = certificate.not_valid_after_utc
        click.echo(f"{row.id}  {_state(row)}, certificate until {until:%Y-%m-%d}, {_place(row)}")
        click.echo(f"    SHA-256 {certificate.fingerprint(SHA256()).hex(':', 2)}")
        if row.id in doubts:
            click.echo(f"    distrusted since {doubts[row.id].since:%Y-%m-%d %H:%M %Z}")
        if not keys.is_logged(row):
            click.echo(f"{row.id} is unknown to the audit log, and not published.", err=True)
    if not rows:
        click.echo(str(keys.KeyMissing.message))
    for path in _open_to_others():
        click.echo(f"Others can read {path}: chmod go= {path}", err=True)


@keys_cli.command("make")
def make() -> None:
    """Make the keys that are missing: once, before the first start in production."""
    made = _refusing(keys.make)
    db.session.commit()
    for row in made:
        click.echo(f"{row.id} was made.")
    if not made:
        click.echo("All keys are there; nothing was made.")


@keys_cli.command("rotate")
@purpose_argument
def rotate(purpose: str) -> None:
    """Let a new key sign from now on; what the old one signed stays valid."""
    row = _refusing(lambda: keys.rotate(purpose))
    db.session.commit()
    click.echo(f"{row.id} signs from now on.")


@keys_cli.command("take")
@purpose_argument
@click.argument("key")
@click.argument("chain", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def take(purpose: str, key: str, chain: Path) -> None:
    """Let a key from elsewhere sign: KEY is a PEM file, or token: and its label in the token.

    CHAIN is a PEM file: the key's certificate, then the certificate that certified it.
    """
    row = _refusing(lambda: keys.take(purpose, key, chain.read_bytes()))
    db.session.commit()
    click.echo(f"{row.id} signs from now on.")


@keys_cli.command("distrust")
@click.argument("key_id", metavar="ID")
@click.option("--since", required=True, help="From when on others may have had it (ISO, UTC).")
@click.option("--reason", required=True, help="Kept in the audit log, and published nowhere.")
def distrust(key_id: str, since: str, reason: str) -> None:
    """Say for good that others may have a key: what it signed from a moment on proves nothing."""
    try:
        moment = datetime.fromisoformat(since)
    except ValueError as error:
        raise click.BadParameter(
            "Write it like 2026-11-26T09:00Z.", param_hint="--since"
        ) from error
    if len(reason) > LONGEST_REASON:
        raise click.BadParameter(f"Use at most {LONGEST_REASON} characters.", param_hint="--reason")
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    row = _refusing(lambda: keys.distrust(key_id, moment, reason))
    db.session.commit()
    click.echo(f"{row.id} is distrusted since {moment:%Y-%m-%d %H:%M %Z}.")
    click.echo("Hand out /distrusted.json and /verify-offline.html anew.")


def _refusing(do: Callable[[], T]) -> T:
    """Say what a service refuses, as a command does."""
    try:
        return do()
    except LmsError as error:
        raise click.ClickException(str(error.message)) from error


def _state(row: SigningKey) -> str:
    return f"retired {row.retired_at:%Y-%m-%d}" if row.retired_at else "active"


def _place(row: SigningKey) -> str:
    folder = current_app.config["SIGNING_KEYS_DIR"]
    if (folder / f"{row.id}.token").exists():
        return "in the token"
    return "usable here" if os.access(folder / f"{row.id}.pem", os.R_OK) else "not usable here"


def _open_to_others() -> list[Path]:
    folder: Path = current_app.config["SIGNING_KEYS_DIR"]
    return [
        path
        for path in (folder, *folder.glob("*"))
        if path.exists() and path.stat().st_mode & 0o077
    ]


@register_cli.command("verify")
@click.option(
    "--witnessed", type=click.File(), multiple=True, help="A head that somebody else has kept."
)
def verify(witnessed: tuple[TextIO, ...]) -> None:
    """Read the whole register and name what is wrong first: an entry, a head, or a certificate's standing."""
    begin_snapshot()
    fault = verifying.first_fault([file.read() for file in witnessed])
    if fault is not None:
        raise click.ClickException(str(fault))
    click.echo(f"The register is whole: {heads.register_size()} entries.")


@register_cli.command("head")
def head() -> None:
    """Print the newest signed head."""
    newest = heads.newest_head()
    if newest is None:
        raise click.ClickException(
            "No head was signed yet: nothing was entered, or no worker runs."
        )
    click.echo(newest.checkpoint, nl=False)


@register_cli.command("append-missing")
def append_missing() -> None:
    """Enter certificates that are from before there was a register."""
    count = 0
    while added := late_entries.append_missing():
        db.session.commit()
        count += added
    click.echo(f"{count} certificates entered")
