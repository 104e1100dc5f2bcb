from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from lms.audit import services
from lms.audit.models import AuditedValues, AuditEvent
from lms.audit.rules import FIRST, personal_hash
from lms.extensions import db
from tests.factories import make_person, make_staff


def newest() -> AuditEvent:
    return db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()


class TestRecord:
    def test_keeps_who_did_what_to_what_and_why(self, client_of):
        admin, officer = make_staff("administrator"), make_staff("officer", "country", "KZ")

        response = client_of(admin).post(
            f"/admin/users/{officer.id}/state",
            data={"reason": "Left the ministry.", "was_active": "y"},
        )

        event = newest()
        assert (event.actor_id, event.action) == (admin.id, "suspend")
        assert (event.object_type, event.object_id) == ("person", str(officer.id))
        assert (event.country_code, event.reason) == ("KZ", "Left the ministry.")
        assert event.request_id == response.headers["X-Request-Id"]
        assert datetime.now(UTC) - event.at < timedelta(minutes=1)

    def test_begins_a_chain_and_goes_on_with_it(self, app):
        first_of_all = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id).limit(1)).one()
        before = newest()
        services.record("sign_in", "person", 1, way="password")
        db.session.commit()

        assert first_of_all.previous_hash == FIRST
        assert newest().previous_hash == before.hash

    def test_is_forgotten_with_what_it_tells_about(self, app):
        before = newest().id
        services.record("sign_in", "person", 1)
        db.session.rollback()

        assert newest().id == before

    def test_knows_work_that_nobody_asked_for(self, app):
        services.record("submit_attempt", "attempt", 7)
        db.session.commit()

        assert newest().actor_id is None

    def test_keeps_letters_of_every_script(self, app):
        details = {"before": {"native": "Қожахметқызы"}, "after": {"native": "წიკლაური 한국"}}
        services.record("confirm_name", "person", 7, reason="ʻʼ…", **details)
        db.session.commit()
        db.session.expire_all()

        assert newest().details == details
        assert services.verify() is None

    def test_keeps_personal_values_apart_and_seals_them(self, client_of):
        person = make_person(given_name="Айгүл")

        client_of(person).post(
            "/account/name",
            data={
                "given_name": "Нұрлан",
                "family_name": "Әбдіғаппаров",
                "given_name_latin": "Nurlan",
                "family_name_latin": "Abdigapparov",
            },
        )

        event = newest()
        kept = db.session.get_one(AuditedValues, event.id)
        assert kept.person_id == person.id
        assert kept.values["before"]["native"].startswith("Айгүл")
        assert kept.values["after"]["latin"] == "Nurlan Abdigapparov"
        assert event.details == {"personal_hash": personal_hash(kept.salt, kept.values)}
        assert services.verify() is None

    def test_salts_so_that_nobody_can_try_names(self, app):
        for _time in range(2):
            services.record("confirm_name", "person", 7, personal={"after": "Айгүл"})
        db.session.commit()

        first, second = db.session.scalars(
            select(AuditEvent.details).order_by(AuditEvent.id.desc()).limit(2)
        )
        assert first["personal_hash"] != second["personal_hash"]

    def test_keeps_one_chain_when_many_write_at_once(self, app):
        before = db.session.scalar(select(func.count()).select_from(AuditEvent))
        db.session.commit()

        def write_ten(writer: int) -> None:
            with app.app_context():
                for number in range(10):
                    services.record("sign_in", "person", writer * 100 + number)
                    db.session.commit()

        with ThreadPoolExecutor(4) as writers:
            list(writers.map(write_ten, range(4)))

        assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == before + 40
        assert services.verify() is None


class TestForget:
    def test_erases_what_is_said_of_a_person_and_leaves_the_chain_whole(self, app):
        services.record("confirm_name", "person", 7, personal={"after": "Айгүл"})
        services.record("confirm_name", "person", 8, personal={"after": "Нұрлан"})
        services.record("issue", "certificate", "KZ-1", person_id=7, personal={"name": "Айгүл"})
        db.session.commit()

        services.forget_person(7)
        db.session.commit()

        left = db.session.scalars(select(AuditedValues)).all()
        assert [values.values for values in left] == [{"after": "Нұрлан"}]
        assert services.verify() is None
