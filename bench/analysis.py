"""What the instructor's figures cost when many have taken a quiz: all of them are counted anew for each page."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event

from lms import create_app
from lms.cohorts.cli import load_countries
from lms.config import ROOT, Config
from lms.courses.services import publish
from lms.extensions import db
from tests.authoring.results import make_enrolments, make_results
from tests.factories import FINAL, make_staff

QUESTIONS = 15
PAGES = {
    "results": f"/teach/digital-id/analysis/{FINAL}",
    "languages": f"/teach/digital-id/fairness/{FINAL}",
    "results as CSV": f"/teach/digital-id/analysis/{FINAL}?format=csv",
    "results as XLSX": f"/teach/digital-id/analysis/{FINAL}?format=xlsx",
}


def bench(folder: Path, learners: int) -> dict[str, Any]:
    app = create_app(Config.from_env({"DATA_DIR": str(folder), "LOG_LEVEL": "ERROR"}))
    with app.app_context():
        upgrade()
        load_countries()
        publish(ROOT / "courses" / "digital-id")
        db.session.commit()
        client = client_of_instructor(app)
        make_results(
            make_enrolments(learners), FINAL, languages=("en", "en", "ru"), item_count=QUESTIONS
        )
        pages = {name: cost(client, address) for name, address in PAGES.items()}
    return {"attempts": learners, "questions": QUESTIONS, "pages": pages}


def client_of_instructor(app: Flask) -> FlaskClient:
    person, client = make_staff("instructor"), app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": person.fs_uniquifier, "_fresh": True, "id": uuid4().hex})
    return client


def cost(client: FlaskClient, address: str) -> dict[str, float]:
    """Ask twice and count the second time: the first reads what a process reads once."""
    client.get(address)
    statements: list[str] = []

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(db.engine, "before_cursor_execute", note)
    before = time.process_time()
    answer = client.get(address)
    seconds = time.process_time() - before
    event.remove(db.engine, "before_cursor_execute", note)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return {"cpu_seconds": round(seconds, 3), "statements": len(statements),
            "kb": round(len(answer.data) / 1000, 1)}  # fmt: skip


def table(result: dict[str, Any]) -> str:
    lines = [f"{result['attempts']} attempts of {result['questions']} questions"]
    for name, figures in result["pages"].items():
        lines.append(
            f"{name:<16} {figures['cpu_seconds']:>7.3f} s CPU {figures['statements']:>3} statements"
            f" {figures['kb']:>7.1f} kB"
        )
    return "\n".join(lines)
