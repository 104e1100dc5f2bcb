"""What the dashboard of a large delegation costs, beside few cohorts and beside many."""

from __future__ import annotations

import random
import statistics
import time
from contextvars import Context
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event, insert, select

from lms import create_app
from lms.accounts.models import NameKey, Person
from lms.accounts.models.names import name_keys
from lms.cohorts.cli import load_countries
from lms.cohorts.models import (
    Affiliation,
    Cohort,
    CohortCourse,
    Enrolment,
    Institution,
    InstitutionName,
    Programme,
)
from lms.config import Config
from lms.courses.models import Course, CourseVersion
from lms.extensions import db
from lms.progress.models import Completion, DoneStep, Standing
from tests.factories import make_staff

MODULES, STEPS = 30, 5  # in the course, in each module
NEIGHBOURS = 20  # people in each cohort beside the large one
PAGES = {
    "dashboard": "",
    "last page": "?page=40",
    "by last seen": "?sort=last-seen",
    "falling behind": "?status=behind",
    "search": "?search=karim",
    "module not begun": "?module=m-20",
    "people": "/people",
}
chance = random.Random(7)  # noqa: S311 - the same people at the same places in every run
FAMILIES = (
    "Karimov",
    "Tursunov",
    "Yusupova",
    "Nazarov",
    "Saidova",
    "Olimov",
    "Rashidova",
    "Umarova",
)


def bench(folder: Path, people: int, cohorts: tuple[int, ...], turns: int) -> dict[str, Any]:
    """Measure beside each number of cohorts, in one database that grows."""
    app = create_app(Config.from_env({"DATA_DIR": str(folder), "LOG_LEVEL": "ERROR"}))
    found: dict[str, Any] = {"people": people, "modules": MODULES, "beside": {}}
    with app.app_context():
        upgrade()
        load_countries()
        course_id, version_id = make_course()
        bodies = make_institutions()
        make_cohort("uz-large", "UZ", people, (course_id, version_id), bodies)
        db.session.commit()
        client = client_of_coordinator(app)
        made = 0
        for wanted in cohorts:
            for number in range(made, wanted):
                make_cohort(f"kz-{number}", "KZ", NEIGHBOURS, (course_id, version_id), bodies)
            made = wanted
            db.session.commit()
            found["beside"][wanted] = {
                name: cost(client, f"/delegations/uz/uz-large{address}", turns)
                for name, address in PAGES.items()
            }
    return found


def make_course() -> tuple[int, int]:
    """Make a published course of the wanted size; nobody reads it, so it has no text."""
    modules = [
        {
            "slug": f"m-{module}",
            "number": module,
            "titles": {"en": f"Module {module}"},
            "objectives": {"en": []},
            "steps": [
                {
                    "path": f"m-{module}/s-{step}", "kind": "reading", "minutes": 5,
                    "number": (module - 1) * STEPS + step, "titles": {"en": f"Step {step}"}, "site": "",
                    "reviewed": "", "quiz": None, "video": None,
                }
                for step in range(1, STEPS + 1)
            ],
        }
        for module in range(1, MODULES + 1)
    ]  # fmt: skip
    outline = {
        "slug": "large", "hours": 40, "subject": "", "source_language": "en", "languages": ["en"],
        "texts": {"en": {"title": "A large course", "summary": "", "audience": "", "outcomes": [], "sites": {}}},
        "modules": modules, "certificate": {"final": "", "kind": "completion", "issue": "officer"}, "facts": {},
        "sources": {},
    }  # fmt: skip
    course = Course(slug="large", created_at=datetime.now(UTC))
    db.session.add(course)
    db.session.flush()
    version = CourseVersion(
        course_id=course.id, number=1, content_hash="0" * 64, outline=outline,
        published_at=datetime.now(UTC),
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    return course.id, version.id


def make_institutions(count: int = 60) -> list[int]:
    found = []
    for number in range(count):
        one = Institution(country_code="UZ")
        name = f"Ministry {number}"
        one.names = [InstitutionName(name=name, folded=name.casefold(), is_preferred=True)]
        db.session.add(one)
        db.session.flush()
        found.append(one.id)
    return found


def make_cohort(
    slug: str, country: str, people: int, course: tuple[int, int], bodies: list[int]
) -> None:
    course_id, version_id = course
    programme = db.session.scalar(select(Programme)) or Programme(slug="bench", title="Benchmark")
    db.session.add(programme)
    db.session.flush()
    today = datetime.now(UTC).date()
    cohort = Cohort(
        slug=slug, programme_id=programme.id, country_code=country, title=slug, starts_on=today - timedelta(days=60),
        ends_on=today + timedelta(days=60), time_zone="Asia/Tashkent",
    )  # fmt: skip
    db.session.add(cohort)
    db.session.flush()
    db.session.add(CohortCourse(cohort_id=cohort.id, course_id=course_id))
    ids = make_people(slug, country, people)
    db.session.execute(
        insert(Affiliation),
        [{"person_id": one, "institution_id": chance.choice(bodies), "post": ""} for one in ids],
    )
    enrolled_at = datetime.now(UTC) - timedelta(days=50)
    places = [
        {"person_id": one, "cohort_id": cohort.id, "course_id": course_id, "version_id": version_id,
         "enrolled_at": enrolled_at}
        for one in ids
    ]  # fmt: skip
    db.session.execute(insert(Enrolment), places)
    study(list(db.session.scalars(select(Enrolment.id).where(Enrolment.cohort_id == cohort.id))))


def make_people(slug: str, country: str, count: int) -> list[int]:
    now = datetime.now(UTC)
    rows = []
    for number in range(count):
        name = f"{chance.choice(FAMILIES)} {number}"
        rows.append({
            "email": f"{slug}-{number}@example.org", "fs_uniquifier": f"{slug}-{number}", "active": number % 50 != 7,
            "given_name": "Aziza", "family_name": name, "given_name_latin": "Aziza", "family_name_latin": name,
            "folded_names": f"aziza {name.casefold()}", "created_at": now, "country_code": country,
            "language": "ru" if number % 5 == 0 else "uz", "time_zone": "Asia/Tashkent",
            "signed_in_at": None if number % 9 == 0 else now - timedelta(days=number % 20),
        })  # fmt: skip
    db.session.execute(insert(Person), rows)
    people = select(Person).where(Person.email.like(f"{slug}-%@example.org"))
    made = db.session.scalars(people).unique().all()
    db.session.execute(insert(NameKey), [key for person in made for key in name_keys(person)])
    return [person.id for person in made]


def study(enrolments: list[int]) -> None:
    """Let everybody have done some first steps of the course; one in ten all of them."""
    total = MODULES * STEPS
    steps, standings, completions = [], [], []
    for one in enrolments:
        count = total if chance.random() < 0.1 else chance.randint(0, total - 1)
        last = datetime.now(UTC) - timedelta(days=chance.randint(0, 20))
        steps += [
            {"enrolment_id": one, "path": f"m-{1 + n // STEPS}/s-{1 + n % STEPS}", "done_at": last}
            for n in range(count)
        ]
        if count:
            standings.append({"enrolment_id": one, "done_count": count, "last_done_at": last})
        if count == total:
            completions.append({"enrolment_id": one, "completed_at": last})
    for model, rows in ((DoneStep, steps), (Standing, standings), (Completion, completions)):
        if rows:
            db.session.execute(insert(model), rows)


def client_of_coordinator(app: Flask) -> FlaskClient:
    person, client = make_staff("coordinator", "country", "UZ"), app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": person.fs_uniquifier, "_fresh": True, "id": uuid4().hex})
    return client


def cost(client: FlaskClient, address: str, turns: int) -> dict[str, float]:
    """Ask many times after a first one, which reads what a process reads once."""
    ask(client, address)
    statements: list[str] = []

    def note(*arguments: Any) -> None:
        if arguments[2] != "BEGIN":
            statements.append(arguments[2])

    event.listen(db.engine, "before_cursor_execute", note)
    answer = ask(client, address)
    event.remove(db.engine, "before_cursor_execute", note)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    cpu, wall = [], []
    for _turn in range(turns):
        before, began = time.process_time(), time.perf_counter()
        ask(client, address)
        cpu.append(1000 * (time.process_time() - before))
        wall.append(1000 * (time.perf_counter() - began))
    wall.sort()
    return {
        "queries": len(statements),
        "cpu_ms": round(statistics.median(cpu), 1),
        "least_ms": round(min(cpu), 1),  # what it costs where nothing else runs on the machine
        "p50_ms": round(statistics.median(wall), 1),
        "p95_ms": round(wall[int(0.95 * (len(wall) - 1))], 1),
        "kb": round(len(answer.data) / 1000, 1),
    }


def ask(client: FlaskClient, address: str) -> Any:
    """Ask as a request of its own, which knows neither the person nor the session of the one before."""
    return Context().run(client.get, address)


def table(result: dict[str, Any]) -> str:
    lines = [
        f"{result['people']} people, {result['modules']} modules; CPU is the median, and the least"
    ]
    lines.append(
        f"{'page':<18}{'beside':>7}{'queries':>9}{'CPU ms':>8}{'least':>7}{'p50 ms':>8}{'p95 ms':>8}{'kB':>7}"
    )
    for beside, pages in result["beside"].items():
        for name, row in pages.items():
            lines.append(
                f"{name:<18}{beside:>7}{row['queries']:>9}{row['cpu_ms']:>8}{row['least_ms']:>7}{row['p50_ms']:>8}{row['p95_ms']:>8}"
                f"{row['kb']:>7}"
            )
    return "\n".join(lines)
