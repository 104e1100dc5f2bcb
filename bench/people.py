"""What an import of people costs: reading, checking and adding, with some hundred faulty rows among them."""

from __future__ import annotations

import resource
import time
from pathlib import Path

from flask_migrate import upgrade

from lms import create_app
from lms.cohorts.cli import load_countries
from lms.cohorts.services import imports
from lms.config import ROOT, Config
from lms.courses.services import publish
from lms.extensions import db
from lms.jobs.services import claim_next, run
from tests.factories import make_cohort, make_staff

FAULTS = ("no-address", "a@@b.example", "Kazakhstan", "kaz", "unknown body")
HEADINGS = (
    "E-mail;Given name;Family name;Given name in Latin letters;Family name in Latin letters;"
    "Country;Language;Institution\n"
)


def file_of(rows: int, faulty: int) -> bytes:
    """Make a file with faults spread over it; half of the faults are addresses, the others cells."""
    lines = []
    for number in range(rows):
        is_faulty = number * faulty // rows != (number + 1) * faulty // rows
        fault = FAULTS[number * faulty // rows % len(FAULTS)] if is_faulty else ""
        email = fault if fault in FAULTS[:2] else f"person{number}@ministry.example"
        country = fault if fault == "Kazakhstan" else "KZ"
        language = fault if fault == "kaz" else "kk"
        body = fault if fault == "unknown body" else ""
        lines.append(
            f"{email};Айгүл;Сәрсенбаева{number};Aigul;Sarsenbayeva;{country};{language};{body}"
        )
    return (HEADINGS + "\n".join(lines)).encode()


def bench(folder: Path, rows: int, faulty: int) -> dict[str, object]:
    """Import a file as the web and the worker do, without sending the e-mails."""
    app = create_app(
        Config.from_env(
            {"DATA_DIR": str(folder), "LOG_LEVEL": "ERROR", "JOBS_WAKE_WORKER": "false"}
        )
    )
    with app.app_context():
        upgrade()
        load_countries()
        publish(ROOT / "courses" / "digital-id")
        db.session.commit()
        cohort = make_cohort("KZ")
        uploader = make_staff("coordinator", "country", "KZ")
        content = file_of(rows, faulty)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started, cpu = time.perf_counter(), time.process_time()
        found = imports.upload(uploader, cohort, "people.csv", content)
        db.session.commit()
        _work("read_import")
        checked = time.perf_counter()
        checked_counts = imports.counts_of(found)
        imports.confirm(found)
        db.session.commit()
        _work("add_imported")
        ended = time.perf_counter()
        return {
            "rows": rows,
            "check_s": round(checked - started, 1),
            "add_s": round(ended - checked, 1),
            "cpu_s": round(time.process_time() - cpu, 1),
            "rss_growth_mb": round(
                (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, 1
            ),
            "checked": {state: count for state, count in checked_counts.items() if count},
            "ended": {state: count for state, count in imports.counts_of(found).items() if count},
        }


def _work(handler: str) -> None:
    """Run the import's own jobs; the e-mails stay in the outbox."""
    from lms.jobs.models import Job

    while (job_id := claim_next()) is not None:
        if db.session.get_one(Job, job_id).handler != handler:
            return
        run(job_id)


def table(result: dict[str, object]) -> str:
    return "\n".join(f"{name:>14}: {value}" for name, value in result.items())
