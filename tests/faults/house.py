"""Where a harness does its work: a folder, settings, a database, and whatever runs in it until the end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from flask import Flask
from flask_migrate import upgrade

from lms import create_app
from lms.cohorts.cli import load_countries
from lms.config import Config
from lms.courses.services import publish
from lms.extensions import db
from tests.faults.course import write_course
from tests.faults.servers import Postgres, Program

Kind = TypeVar("Kind", bound=Program)


@dataclass
class House:
    folder: Path
    env: dict[str, str]  # what every program is started with
    database: Postgres | None = None  # None: SQLite
    programs: list[Program | Postgres] = field(default_factory=list)

    def add(self, program: Kind) -> Kind:
        self.programs.append(program)
        return program


@contextmanager
def house(database: str, **env: str) -> Iterator[House]:
    """Give a house on ``sqlite`` or ``postgresql``; in the end everything that still runs in it is killed."""
    with tempfile.TemporaryDirectory(prefix="serai-faults-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as somebody else
        home = House(
            folder,
            {
                "DATA_DIR": str(folder / "data"),
                "COURSES_DIR": str(folder / "courses"),
                "RATELIMIT_ENABLED": "false",
                "LOG_LEVEL": "CRITICAL",
                **env,
            },
        )
        try:
            if database == "postgresql":
                home.database = Postgres(folder / "postgres")
                home.programs.append(home.database)
                home.env["DATABASE_URL"] = home.database.url
                home.database.start()
            yield home
        finally:
            for program in reversed(home.programs):
                program.kill()


def furnish(home: House) -> Flask:
    """Fill the empty database with countries and a course; return the product as it stands in the house."""
    write_course(home.folder / "courses")
    app = create_app(Config.from_env(home.env))
    with app.app_context():
        upgrade()
        load_countries()
        publish(home.folder / "courses" / "faults")
        db.session.commit()
        db.session.remove()
    return app
