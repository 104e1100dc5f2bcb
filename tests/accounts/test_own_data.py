"""Everything about oneself can be taken along, and be erased: completely, and without hurting what counts."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from lms.accounts.models import Person
from lms.accounts.services import personal_data
from lms.accounts.services.people import AlreadyErased
from lms.audit.models import AuditEvent
from lms.audit.services import verify
from lms.certificates import keys
from lms.certificates.models import Certificate, CertificateFile, NameChange
from lms.certificates.queries import certificate_of
from lms.certificates.services.verifying import first_fault
from lms.certificates.verify import verified
from lms.cohorts.models import (
    Affiliation,
    Enrolment,
    Institution,
    InstitutionName,
    Nomination,
    StepQuestion,
)
from lms.cohorts.queries import is_enrolled
from lms.cohorts.services import invite, join, withdraw
from lms.extensions import db
from lms.jobs.models import Job
from lms.jobs.services import enqueue, run_due
from lms.notices import services as notices
from lms.notices.models import Message
from lms.progress.models import DoneStep, Standing
from lms.quizzes.models import Attempt
from tests.factories import (
    PASSWORD,
    complete,
    make_cohort,
    make_learner,
    make_person,
    make_staff,
    numbers,
)

CANARY = {
    "given_name": "Канарей",
    "family_name": "Жёлтый",
    "given_name_latin": "Kanarey",
    "family_name_latin": "Zholty",
    "email": "kanarey.zholty@example.org",
}


def everything_done():
    """Make somebody of whom every kind of thing is kept, and a coordinator who wrote about them."""
    cohort = make_cohort()
    coordinator = make_staff("coordinator", "country", "KZ")
    invite(coordinator, cohort, CANARY["email"], "en")
    link = invite(coordinator, cohort, "somebody.else@example.org", "en")
    link.note, link.asked_email = "for Kanarey", CANARY["email"]
    person, seat = make_learner(cohort, password=PASSWORD, **CANARY)
    body = Institution(country_code="KZ")
    body.names = [InstitutionName(name="Agency", folded="agency", is_preferred=True)]
    db.session.add(body)
    db.session.flush()
    db.session.add(Affiliation(person_id=person.id, institution_id=body.id, post="Kanarey's post"))
    db.session.add(
        Nomination(
            cohort_id=cohort.id, email=CANARY["email"], given_name="Kanarey", family_name="Zholty",
            language="en", nominated_at=person.created_at, reason="Kanarey is good",
            institution_name="Office of Kanarey",
        )
    )  # fmt: skip
    db.session.add(
        StepQuestion(
            enrolment_id=seat.enrolment_id, course_id=course_id_of(seat), path="a/b",
            language="en", kind="question", text="Kanarey asks", asked_at=person.created_at,
        )
    )  # fmt: skip
    db.session.add(
        NameChange(
            person_id=person.id, given_name="Канарей", family_name="Kanarey", given_name_latin="Kanarey",
            family_name_latin="Zholty", reason="Kanarey has married", asked_at=person.created_at,
        )
    )  # fmt: skip
    complete(seat)
    notices.send_reminder(
        coordinator, course_title=f"About {person.name_latin}", cohort_title="x", page_path="/learn"
    )
    db.session.commit()
    run_due()
    return person, seat


def course_id_of(seat) -> int:
    return db.session.get_one(Enrolment, seat.enrolment_id).course_id


def unpacked(answer) -> tuple[dict, dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(files.pop("data.json")), files


class TestDownloadData:
    def test_holds_every_part_and_the_documents(self, app, client_of):
        person, seat = everything_done()

        data, files = unpacked(client_of(person).post("/account/data/download"))

        assert data["accounts"]["account"]["email"] == CANARY["email"]
        assert data["cohorts"]["post"] == "Kanarey's post"
        assert data["cohorts"]["enrolments"][0]["cohort"] == seat.cohort_slug
        assert data["cohorts"]["questions"][0]["text"] == "Kanarey asks"
        assert data["cohorts"]["nominations"][0]["reason"] == "Kanarey is good"
        assert data["progress"]["reflections"][0]["text"].startswith("In my country")
        assert data["quizzes"]["attempts"][0]["answers"]
        assert data["notices"]["messages"]
        number = certificate_of(seat.enrolment_id).number
        assert data["certificates"]["certificates"][0]["number"] == number
        assert data["certificates"]["name_changes"][0]["reason"] == "Kanarey has married"
        assert files[f"certificates/{number}.pdf"].startswith(b"%PDF")
        assert json.loads(files[f"certificates/{number}.json"])["id"].endswith(number)

    def test_holds_no_secret_and_no_key(self, app, client_of):
        person, _seat = everything_done()

        data, _files = unpacked(client_of(person).post("/account/data/download"))

        written = json.dumps(data)
        db.session.refresh(person)
        assert person.fs_uniquifier not in written
        assert person.password not in written
        assert "token_hash" not in written
        assert "correct" not in {key for attempt in data["quizzes"]["attempts"] for key in attempt}

    def test_holds_nothing_of_anybody_else(self, app, client_of):
        everything_done()
        other, _seat = make_learner()

        answer = client_of(other).post("/account/data/download")

        assert b"anarey" not in json.dumps(unpacked(answer)[0], ensure_ascii=False).encode()

    def test_is_noted_in_the_log(self, app, client_of):
        person, _seat = make_learner()

        client_of(person).post("/account/data/download")

        event = db.session.scalars(select(AuditEvent).filter_by(action="export_own_data")).one()
        assert event.actor_id == person.id

    def test_has_a_page_that_leads_to_it(self, app, client_of):
        person, _seat = make_learner()

        page = client_of(person).get("/account/data")

        assert "Download my data" in page.text
        assert 'action="/account/data/download"' in page.text


class TestClose:
    def test_signs_out_everywhere_and_loses_nothing(self, app, client_of):
        person, _seat = make_learner()
        client, elsewhere = client_of(person), client_of(person)

        answer = client.post("/account/close")

        db.session.refresh(person)
        assert answer.status_code == 303
        assert not person.active
        assert elsewhere.get("/learn").status_code == 303
        assert person.email
        assert db.session.scalar(text("SELECT count(*) FROM enrolments")) == 1

    def test_is_refused_to_the_last_administrator(self, app, client_of):
        administrator = make_staff("administrator")

        answer = client_of(administrator).post("/account/close")

        db.session.refresh(administrator)
        assert answer.status_code == 409
        assert administrator.active


def dump() -> str:
    """Write out every cell of every table."""
    db.session.commit()  # the test's own transaction would keep this one waiting
    with db.engine.connect() as connection:
        return "\n".join(
            repr(tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row))
            for table in db.metadata.sorted_tables
            for row in connection.execute(table.select())
        )


class TestErase:
    def test_asks_whether_one_is_sure(self, app, client_of):
        person, _seat = make_learner()

        answer = client_of(person).post("/account/erase", data={})

        db.session.refresh(person)
        assert answer.status_code == 422
        assert "Tick the box" in answer.text
        assert person.erased_at is None

    def test_leaves_no_trace_of_the_name_in_any_table(self, app, client_of):
        person, _seat = everything_done()
        assert "anarey" in dump()

        answer = client_of(person).post("/account/erase", data={"is_sure": "y"})

        assert answer.status_code == 303
        db.session.remove()
        written = dump()
        left = [
            line
            for line in written.splitlines()
            if any(trace in line for trace in ("anarey", "Канарей", "Zholty", "Жёлтый"))
        ]
        assert left == []

    def test_changes_no_count(self, app):
        person, _seat = everything_done()
        tables = (DoneStep, Standing, Attempt, Certificate, Affiliation, Nomination, Person)
        before = [db.session.query(table).count() for table in tables]
        scores = db.session.scalars(select(Attempt.score_percent).order_by(Attempt.id)).all()

        personal_data.erase(person)
        db.session.commit()

        assert [db.session.query(table).count() for table in tables] == before
        assert (
            db.session.scalars(select(Attempt.score_percent).order_by(Attempt.id)).all() == scores
        )
        assert person.country_code == "KZ"
        assert verify() is None

    def test_leaves_the_certificate_provable_from_its_file(self, app, client):
        person, seat = everything_done()
        certificate = certificate_of(seat.enrolment_id)
        pdf = db.session.get_one(CertificateFile, certificate.id).pdf
        salt = certificate.salt
        assert repr(salt) in dump()
        personal_data.erase(person)
        db.session.commit()
        address = f"/v/{certificate.number}"

        page = client.get(address)
        same = client.post(f"{address}/file", data={"file": (io.BytesIO(pdf), "c.pdf")})
        forged = client.post(f"{address}/file", data={"file": (io.BytesIO(pdf + b" "), "c.pdf")})

        assert "This certificate is valid" in page.text
        assert "erased at the holder" in page.text
        assert "The file is the one that was issued" in same.text
        assert "The file is not the one that was issued" in forged.text
        body = client.get(f"{address}.json").json
        assert (body["details"], body["facts"]["name_latin"]) == ("erased", "")
        assert repr(salt) not in dump()
        roots, now = list(keys.certificates("root").values()), datetime.now(UTC)
        alone, changed = (verified(sent, roots, [], now) for sent in (pdf, pdf + b" "))
        assert first_fault() is None  # the register still verifies
        assert alone.answer == "valid"
        assert alone.lines["name"] == "Kanarey Zholty"
        assert changed.answer == "changed"

    def test_ends_every_way_in(self, app, client, client_of):
        person, _seat = everything_done()
        signed_in = client_of(person)

        personal_data.erase(person)
        db.session.commit()

        assert signed_in.get("/learn").status_code == 303
        answer = client.post("/sign-in", data={"email": CANARY["email"], "password": PASSWORD})
        assert answer.status_code == 422

    def test_takes_along_the_account_that_was_merged_into_this_one(self, app):
        person, _seat = make_learner()
        closed, _seat = make_learner(**CANARY)
        closed.active, closed.merged_into_id = False, person.id
        db.session.commit()

        personal_data.erase(person)
        db.session.commit()

        assert closed.erased_at is not None
        assert "anarey" not in dump()

    def test_finds_a_nomination_under_an_earlier_address(self, app):
        person, seat = make_learner()
        db.session.add(
            Nomination(
                cohort_id=seat.cohort_id, email="earlier.kanarey@example.org", person_id=person.id,
                given_name="Kanarey", language="en", nominated_at=person.created_at,
            )
        )  # fmt: skip
        db.session.commit()

        personal_data.erase(person)
        db.session.commit()

        assert "anarey" not in dump()

    def test_takes_the_jobs_that_name_the_address_and_nobody_elses(self, app):
        person, _seat = make_learner(email="a_n.ünal@example.org")
        others = ["jo.a_n.ünal@example.org", "aen.ünal@example.org"]
        for address in (person.email, *others):
            enqueue("send_sign_in_link", email=address, next_path="")
        db.session.commit()

        personal_data.erase(person)
        db.session.commit()

        jobs = db.session.scalars(select(Job).filter_by(handler="send_sign_in_link"))
        assert {job.arguments["email"] for job in jobs.all()} == set(others)

    def test_gives_a_turn_in_a_queue_to_the_next(self, app):
        cohort = make_cohort("KZ", seats=1, is_self_enrolment_open=True)
        learner, _seat = make_learner(cohort)
        gone, following = make_person("KZ"), make_person("KZ")
        for person in (gone, following):
            join(person, cohort)

        personal_data.erase(gone)
        withdraw(make_staff("coordinator", "country", "KZ"), learner, cohort, "Has another post.")

        assert is_enrolled(following, cohort)
        assert not is_enrolled(gone, cohort)

    def test_leaves_alone_what_only_looks_like_the_name_or_the_address(self, app):
        person, _seat = make_learner(
            email="an@example.org", given_name="link", given_name_latin="e", family_name="", family_name_latin="",
        )  # fmt: skip
        other, _seat = make_learner(email="jo.an@example.org")
        notices.send_sign_in_link(other, token="t0ken", minutes=30)
        notices.send_reminder(
            other,
            course_title="For link, an@example.org and jo.an@example.org",
            cohort_title="x",
            page_path="/learn",
        )
        db.session.commit()

        personal_data.erase(person)
        db.session.commit()

        link, reminder = db.session.scalars(
            select(Message).where(Message.person_id == other.id)
        ).all()
        assert "http://localhost/sign-in/link/t0ken" in link.body
        assert "For …, … and jo.an@example.org" in reminder.body

    def test_happens_once(self, app):
        person, _seat = make_learner()
        personal_data.erase(person)

        with pytest.raises(AlreadyErased):
            personal_data.erase(person)

    def test_lets_the_same_address_begin_anew(self, app):
        person, _seat = make_learner(email="again@example.org")
        personal_data.erase(person)
        db.session.commit()

        again, _seat = make_learner(email="again@example.org", given_name=f"New{next(numbers)}")

        assert again.id != person.id
