from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from bench.people import file_of
from lms.accounts.models import Person
from lms.accounts.queries import person_by_email
from lms.accounts.services import set_active
from lms.audit.models import AuditEvent
from lms.audit.services import verify
from lms.cohorts import jobs
from lms.cohorts.models import Affiliation, Enrolment, Import, ImportRow, Invitation
from lms.cohorts.services import imports
from lms.extensions import db
from lms.jobs.models import Job
from lms.jobs.services import run_due
from lms.notices.models import Message
from tests.delegations.imported import states
from tests.factories import enrolled, make_cohort, make_import, make_institution, make_person
from tests.pages import text_of

HEADINGS = "E-mail;Given name;Family name;Language;Institution;Post;Gender\n"


def confirmed(cohort, *rows: str, headings: str = HEADINGS) -> Import:
    found = make_import(cohort.slug, headings + "\n".join(rows))
    imports.confirm(found)
    db.session.commit()
    return found


def count(*conditions) -> int:
    return db.session.scalar(select(func.count()).where(*conditions))


def kinds(found: Import) -> list[list[str]]:
    db.session.expire_all()
    query = select(ImportRow).where(ImportRow.import_id == found.id).order_by(ImportRow.number)
    return [[one["kind"] for one in row.problems] for row in db.session.scalars(query)]


class TestAddImported:
    def test_makes_accounts_gives_places_and_writes_to_each(self, cohort, outbox):
        body = make_institution("Ministry of Justice")
        found = confirmed(
            cohort,
            "Aigul@justice.example;Айгүл;Сәрсенбаева;kk;ministry of justice;Head of unit;f",
            "b@justice.example;;;;;;",
        )

        mails = outbox()

        db.session.refresh(found)
        assert found.finished_at is not None
        assert states(found) == ["added", "added"]
        person = person_by_email("aigul@justice.example")
        assert (person.given_name, person.family_name) == ("Айгүл", "Сәрсенбаева")
        assert (person.country_code, person.language, person.gender) == ("KZ", "kk", "f")
        assert person.password is None
        assert person.name_confirmed_at is None
        assert person.role_names == {"learner"}
        job = db.session.get(Affiliation, person.id)
        assert (job.institution_id, job.post) == (body.id, "Head of unit")
        assert count(Enrolment.person_id == person.id, Enrolment.cohort_id == cohort.id) == 1
        letters = {mail.to[0]: mail for mail in mails}
        assert "aigul@justice.example" in letters["aigul@justice.example"].body
        assert "/sign-in?next=/learn&lang=kk" in letters["aigul@justice.example"].body
        assert set(letters) == {
            "aigul@justice.example", "b@justice.example", found.uploaded_by.email,
        }  # fmt: skip
        assert "2 people" in letters[found.uploaded_by.email].body

    def test_adds_the_good_rows_of_a_large_file_and_leaves_the_others(self, cohort):
        found = make_import(cohort.slug, file_of(500, 30).decode())
        run_due()
        assert imports.counts_of(found)["ready"] == 470
        assert imports.counts_of(found)["fix"] == 30

        imports.confirm(found)
        db.session.commit()
        run_due(limit=4)  # three times two hundred rows at most, and the end

        assert (states(found).count("added"), states(found).count("fix")) == (470, 30)
        assert count(Enrolment.cohort_id == cohort.id) == 470
        assert count(Message.kind == "import_finished") == 1
        assert verify() is None

    def test_writes_each_person_into_the_log(self, cohort):
        found = confirmed(cohort, "a@b.example;;;;;;")

        run_due()

        person = person_by_email("a@b.example")
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "enrol")).one()
        assert (event.object_id, event.actor_id) == (str(person.id), found.uploaded_by_id)
        assert event.details == {"cohort": cohort.slug, "import_id": found.id}
        end = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "import_people"))
        assert end.one().details["counts"]["added"] == 1

    def test_adds_somebody_of_the_country_and_leaves_their_name(self, cohort):
        person = make_person("KZ", language="ru")
        found = confirmed(cohort, f"{person.email};Другое;Имя;kk;;;m")

        run_due()

        db.session.refresh(person)
        assert person.given_name == "Айгүл"
        assert (person.language, person.gender) == ("ru", "")
        assert states(found) == ["added"]
        assert count(Enrolment.person_id == person.id) == 1

    def test_only_invites_somebody_of_another_country(self, cohort):
        person = make_person("GE")
        found = confirmed(cohort, f"{person.email};;;;;;")

        run_due()

        assert count(Enrolment.person_id == person.id) == 0
        invitation = db.session.scalars(select(Invitation)).one()
        assert (invitation.email, invitation.cohort_id) == (person.email, cohort.id)
        assert kinds(found) == [["invited"]]

    def test_adds_nobody_twice(self, cohort):
        found = confirmed(cohort, *(f"p{number}@b.example;;;;;;" for number in range(5)))

        for _time in range(3):
            jobs.add_imported(found.id)
            db.session.commit()
        run_due()

        assert count(Enrolment.cohort_id == cohort.id) == 5
        assert count(Message.kind == "added_to_cohort") == 5
        assert count(Message.kind == "import_finished") == 1

    def test_goes_on_where_a_killed_worker_stopped(self, cohort, monkeypatch):
        monkeypatch.setattr(imports.adding, "AT_ONCE", 2)
        found = confirmed(cohort, *(f"p{number}@b.example;;;;;;" for number in range(5)))
        run_due(limit=1)
        imports.add_some(found)  # the next rows, and then the worker is gone before it commits
        db.session.rollback()
        assert states(found).count("added") == 2

        run_due()

        assert states(found) == ["added"] * 5
        assert count(Person.email.endswith("@b.example")) == 5
        assert count(Message.kind == "added_to_cohort") == 5

    def test_takes_people_before_it_sends_their_mail(self, cohort, monkeypatch):
        monkeypatch.setattr(imports.adding, "AT_ONCE", 2)
        confirmed(cohort, *(f"p{number}@b.example;;;;;;" for number in range(4)))

        run_due(limit=3)

        sent = select(func.count()).where(
            Job.handler == "send_message", Job.finished_at.is_not(None)
        )
        assert db.session.scalar(sent) == 0
        assert count(Enrolment.cohort_id == cohort.id) == 4

    def test_says_who_joined_meanwhile(self, cohort):
        person = make_person("KZ")
        found = confirmed(cohort, f"{person.email};;;;;;", "new@b.example;;;;;;")
        enrolled(person, cohort)

        run_due()

        assert states(found) == ["here", "added"]
        assert count(Message.person_id == person.id) == 0

    @pytest.mark.parametrize("seats", [1, 2])
    def test_gives_no_more_seats_than_there_are(self, app, seats):
        cohort = make_cohort("KZ", seats=seats)
        found = confirmed(cohort, *(f"p{number}@b.example;;;;;;" for number in range(3)))

        run_due()

        assert states(found) == ["added"] * seats + ["failed"] * (3 - seats)
        assert kinds(found)[-1] == ["no_seat"]
        assert count(Enrolment.cohort_id == cohort.id) == seats

    @pytest.mark.parametrize("loss", ["suspended", "role"])
    def test_stops_when_the_uploader_may_no_longer(
        self, cohort, monkeypatch, loss, client_of, coordinator
    ):
        monkeypatch.setattr(imports.adding, "AT_ONCE", 2)
        found = confirmed(cohort, *(f"p{number}@b.example;;;;;;" for number in range(5)))
        run_due(limit=1)
        if loss == "suspended":
            set_active(found.uploaded_by, is_active=False, reason="Left the service")
        else:
            found.uploaded_by.grants.clear()
        db.session.commit()

        run_due()

        assert states(found) == ["added"] * 2 + ["failed"] * 3
        assert kinds(found)[-1] == ["stopped"]
        page = text_of(
            client_of(coordinator).get(f"/delegations/kz/{cohort.slug}/import/{found.id}")
        )
        assert "may no longer add people to this cohort" in page

    def test_brings_back_whoever_had_left(self, cohort):
        person = make_person("KZ")
        enrolled(person, cohort)
        enrolment = db.session.scalars(select(Enrolment)).one()
        enrolment.withdrawn_at = datetime.now(UTC)
        db.session.commit()
        found = confirmed(cohort, f"{person.email};;;;;;")

        run_due()

        db.session.refresh(enrolment)
        assert enrolment.withdrawn_at is None
        assert kinds(found) == [["came_back"]]

    def test_gives_two_places_to_one_new_person(self, app):
        one, two = make_cohort("KZ"), make_cohort("KZ")
        found = confirmed(
            one, "a@b.example;", f"a@b.example;{two.slug}", headings="E-mail;Cohort\n"
        )

        run_due()

        assert states(found) == ["added", "added"]
        person = person_by_email("a@b.example")
        places = db.session.scalars(select(Enrolment).filter_by(person_id=person.id))
        assert {place.cohort_id for place in places} == {one.id, two.id}
