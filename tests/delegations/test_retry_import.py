"""An import whose job was given up says so, and goes on at a press where it stopped."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from lms.audit.models import AuditEvent
from lms.cohorts.models import Enrolment, Import, ImportRow
from lms.cohorts.services import imports
from lms.extensions import db
from lms.jobs.models import Job
from lms.jobs.services import HANDLERS, run_due
from lms.notices.models import Message
from tests.factories import make_import
from tests.pages import text_of

FILE = "E-mail\n" + "\n".join(f"p{number}@b.example" for number in range(5))


@pytest.fixture
def client(client_of, coordinator):
    return client_of(coordinator)


def fail(**_arguments) -> None:
    raise ValueError("no more memory")


def give_up(monkeypatch, app, handler: str) -> None:
    """Let every try of a handler fail until its job is dead."""
    working = HANDLERS[handler]
    monkeypatch.setitem(HANDLERS, handler, fail)
    for job in db.session.scalars(select(Job).filter_by(handler=handler, finished_at=None)):
        job.tries = app.config["JOB_MAX_TRIES"] - 1
    db.session.commit()
    run_due()
    monkeypatch.setitem(HANDLERS, handler, working)


def states(found: Import) -> Counter[str]:
    return Counter(db.session.scalars(select(ImportRow.state).filter_by(import_id=found.id)))


class TestRetryImport:
    def test_adds_the_rest_where_a_dead_job_left_off(
        self, app, client, cohort, dashboard, monkeypatch
    ):
        monkeypatch.setattr(imports.adding, "AT_ONCE", 2)
        found = make_import(cohort.slug, FILE)
        imports.confirm(found)
        db.session.commit()
        run_due(limit=1)
        address = f"{dashboard}/import/{found.id}"
        assert "People are being added" in text_of(client.get(address))
        give_up(monkeypatch, app, "add_imported")

        page = text_of(client.get(address))
        assert "The import broke off" in page
        assert "2 people were added. 3 rows are left." in page
        assert "being added" not in page
        assert "Broken off" in text_of(client.get(f"{dashboard}/import"))
        assert [client.post(f"{address}/retry").status_code for _press in range(2)] == [303, 303]
        assert "People are being added" in text_of(client.get(address))
        run_due()

        assert states(found) == {"added": 5}
        assert "5 people were added." in text_of(client.get(address))
        kinds = Counter(db.session.scalars(select(Message.kind)))
        assert kinds == {"added_to_cohort": 5, "import_finished": 1}
        assert db.session.scalar(select(func.count(Enrolment.id))) == 5
        logged = db.session.scalars(select(AuditEvent).filter_by(action="retry_import")).all()
        assert [one.object_id for one in logged] == [str(found.id)]

    def test_reads_a_file_whose_reading_was_given_up(
        self, app, client, cohort, dashboard, monkeypatch
    ):
        found = make_import(cohort.slug, FILE + "\n;".join(["x"] * 300))
        give_up(monkeypatch, app, "read_import")
        address = f"{dashboard}/import/{found.id}"
        assert "The import broke off" in text_of(client.get(address))

        client.post(f"{address}/retry")
        run_due()

        assert "Check the file before anyone is added" in text_of(client.get(address))

    def test_does_nothing_to_one_that_waits_for_people_or_is_done(self, client, cohort, dashboard):
        found = make_import(cohort.slug, FILE)
        address = f"{dashboard}/import/{found.id}"
        before = db.session.scalar(select(func.count(Job.id)))

        assert client.post(f"{address}/retry").status_code == 303
        found.confirmed_at = found.finished_at = datetime.now(UTC)
        db.session.commit()
        assert client.post(f"{address}/retry").status_code == 303

        assert db.session.scalar(select(func.count(Job.id))) == before
