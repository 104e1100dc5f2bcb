"""Keeps the translations complete: every string, every placeholder, every plural form."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from flask.cli import AppGroup

from lms.config import ROOT, TRANSLATED

translations_cli = AppGroup("translations", help="The words of the interface in other languages.")
FOLDER = ROOT / "lms" / "translations"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@translations_cli.command("update")
def update() -> None:
    """Collect the strings of code and templates, and add the new ones to every language."""
    with tempfile.TemporaryDirectory() as folder:
        template = extract(Path(folder))
        for code in TRANSLATED[1:]:
            _babel(
                "update",
                "-i",
                str(template),
                "-d",
                str(FOLDER),
                "-l",
                code,
                "--no-fuzzy-matching",
                "--ignore-obsolete",
                "-w",
                "110",
            )


@translations_cli.command("check")
def check() -> None:
    """Name every string that a language lacks or gets wrong."""
    with tempfile.TemporaryDirectory() as folder, extract(Path(folder)).open("rb") as file:
        template = read_po(file)
    faults = [f"{code}: {fault}" for code in TRANSLATED[1:] for fault in faults_of(template, code)]
    for fault in faults:
        click.echo(fault)
    if faults:
        raise click.ClickException(f"{len(faults)} strings to mend.")
    click.echo("Every string is translated.")


def extract(folder: Path) -> Path:
    """Write the catalogue of all strings into ``folder``."""
    template = folder / "messages.pot"
    _babel(
        "extract", "-F", str(ROOT / "pyproject.toml"), "-k", "_l", "-k", "ngettext:1,2", "-o", str(template),
        "--no-location", ".",
    )  # fmt: skip
    return template


def _babel(*arguments: str) -> None:
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", *arguments]
    subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603 - our own words, no shell


def faults_of(template: Catalog, code: str) -> Iterator[str]:
    """Compare one language with the strings in use."""
    with (FOLDER / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalog = read_po(file, locale=code)
    for message in template:
        if message.id:
            yield from _faults(
                message, catalog.get(message.id, message.context), catalog.num_plurals
            )


def _faults(message: Message, translated: Message | None, plural_count: int) -> Iterator[str]:
    source = message.id if isinstance(message.id, str) else message.id[-1]
    found = (translated.string if translated else "") or ""
    texts = [found] if isinstance(found, str) else list(found)
    if not all(texts) or (not isinstance(message.id, str) and len(texts) < plural_count):
        yield f"not translated: {source!r}"
        return
    for text in texts:
        extra = set(PLACEHOLDER.findall(text)) ^ set(PLACEHOLDER.findall(source))
        if extra - {"num"}:
            yield f"placeholders differ ({', '.join(sorted(extra))}): {text!r}"
