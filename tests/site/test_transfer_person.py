from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lms.accounts import services
from lms.accounts.services import factors
from lms.audit.models import AuditEvent
from lms.cohorts.queries import still_coordinates
from lms.extensions import db
from tests.factories import make_cohort, make_person, make_staff
from tests.pages import text_of


class TestTransferPerson:
    @pytest.mark.parametrize(
        ("grant", "is_kept"),
        [
            (("learner", "self"), True), (("coordinator", "country", "KZ"), False),
            (("mentor", "cohort", "kz-1"), False), (("coordinator", "programme", "x"), False),
            (("instructor", "course", "digital-id"), False), (("auditor", "all"), True),
        ],
    )  # fmt: skip
    def test_ends_the_roles_for_the_old_country(self, admin, grant, is_kept):
        person = make_staff(*grant)

        response = admin.post(
            f"/admin/users/{person.id}/transfer", data={"country_code": "GE", "reason": "new post"}
        )

        assert response.status_code == 303
        db.session.refresh(person)
        assert person.country_code == "GE"
        assert bool(person.role_names) is is_kept

    def test_shuts_the_pages_at_the_next_request(self, admin, client_of):
        cohort, person = make_cohort("KZ"), make_staff("coordinator", "country", "KZ")
        client = client_of(person)
        address = f"/delegations/kz/{cohort.slug}"
        assert client.get(address).status_code == 200

        admin.post(
            f"/admin/users/{person.id}/transfer", data={"country_code": "GE", "reason": "new post"}
        )

        assert client.get(address).status_code == 403
        db.session.refresh(person)
        assert not still_coordinates(person, cohort)

    @pytest.mark.parametrize(
        "form",
        [
            {"country_code": "XX", "reason": "new post"},
            {"country_code": "KZ", "reason": "new post"},  # where they are
            {"country_code": "GE", "reason": ""},
        ],
    )
    def test_needs_a_country_and_a_reason(self, admin, form):
        person = make_staff("coordinator", "country", "KZ")

        assert admin.post(f"/admin/users/{person.id}/transfer", data=form).status_code == 422
        db.session.refresh(person)
        assert (person.country_code, person.role_names) == ("KZ", {"coordinator"})


class TestStillCoordinates:
    def test_ends_with_suspension_withdrawal_and_time(self, app):
        here, there = make_cohort("KZ"), make_cohort("GE")
        person = make_staff("coordinator", "country", "KZ")
        assert still_coordinates(person, here)
        assert not still_coordinates(person, there)

        services.set_active(person, is_active=False, reason="left")
        assert not still_coordinates(person, here)

        services.set_active(person, is_active=True, reason="back")
        person.grants[0].expires_at = datetime.now(UTC) + timedelta(hours=1)
        assert still_coordinates(person, here)
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
            assert not still_coordinates(person, here)


class TestRemoveSecondFactor:
    def test_takes_it_from_whoever_lost_the_phone(self, admin, client_of):
        person = make_person()
        factors.begin_app(person)
        db.session.commit()
        client = client_of(person)
        address = f"/admin/users/{person.id}/second-factor/remove"

        assert admin.post(address, data={}).status_code == 422
        response = admin.post(address, data={"factor-reason": "phone lost, seen in person"})

        assert response.status_code == 303
        assert client.get("/account").status_code == 303
        event = db.session.scalars(
            db.select(AuditEvent).filter_by(action="remove_second_factor")
        ).one()
        assert event.reason == "phone lost, seen in person"


class TestShowRoles:
    def test_lists_who_holds_which_role(self, admin):
        officer = make_staff("officer", "country", "KZ", family_name_latin="Omarov")

        everybody = text_of(admin.get("/admin/roles"))
        auditors = text_of(admin.get("/admin/roles?role=auditor"))

        assert officer.name_latin in everybody
        assert "Certificate officer of one country" in everybody
        assert officer.name_latin not in auditors
        assert "Nobody holds this role." in auditors

    def test_shows_what_each_role_opens(self, admin):
        page = text_of(admin.get("/admin/roles/permissions"))

        assert "/certificates/<number>/revoke POST Certificate officer Needed" in page
        assert "/learn GET Everybody who is signed in –" in page
