from __future__ import annotations

from sqlalchemy import select

from lms.accounts.models import RoleGrant
from lms.accounts.services import grant_role
from lms.audit.models import AuditEvent
from lms.extensions import db
from tests.factories import make_cohort, make_staff
from tests.pages import text_of


def address(person, grant) -> str:
    return f"/admin/users/{person.id}/roles/{grant.id}/withdraw"


def is_there(grant_id: int) -> bool:
    db.session.expire_all()
    return db.session.get(RoleGrant, grant_id) is not None


class TestWithdrawRole:
    def test_is_gone_at_the_persons_next_request(self, admin, client_of):
        cohort = make_cohort("KZ")
        coordinator = make_staff("coordinator", "country", "KZ")
        client = client_of(coordinator)
        assert client.get(f"/delegations/kz/{cohort.slug}").status_code == 200

        response = admin.post(address(coordinator, coordinator.grants[0]))

        assert response.status_code == 303
        assert client.get(f"/delegations/kz/{cohort.slug}").status_code == 403

    def test_takes_an_administrators_power_at_once(self, admin, client_of):
        second = make_staff("administrator")
        client = client_of(second)
        assert client.get("/admin/users").status_code == 200

        admin.post(address(second, second.grants[0]))

        assert client.get("/admin/users").status_code == 403

    def test_takes_only_the_one_that_was_meant(self, admin):
        person = make_staff("officer", "country", "KZ")
        for role, scope in (("auditor", "all"), ("officer", "all")):
            grant_role(None, person, role, scope)
        db.session.commit()

        admin.post(address(person, person.grants[1]))

        db.session.refresh(person)
        left = [(grant.role, grant.scope) for grant in person.grants]
        assert left == [("officer", "country"), ("officer", "all")]

    def test_is_logged(self, admin, administrator):
        officer = make_staff("officer", "country", "KZ")

        admin.post(address(officer, officer.grants[0]))

        log = select(AuditEvent).where(AuditEvent.action == "withdraw_role")
        event = db.session.scalars(log).one()
        assert (event.actor_id, event.object_id) == (administrator.id, str(officer.id))
        assert event.details == {"role": "officer", "scope": "country", "of": "KZ"}

    def test_keeps_the_last_administrator(self, admin, administrator):
        grant_id = administrator.grants[0].id

        response = admin.post(address(administrator, administrator.grants[0]))

        assert response.status_code == 409
        assert "This is the last administrator." in text_of(response)
        assert is_there(grant_id)

    def test_does_not_count_a_suspended_administrator(self, admin, administrator):
        second = make_staff("administrator")
        second.active = False
        db.session.commit()
        grant_id = administrator.grants[0].id

        assert admin.post(address(administrator, administrator.grants[0])).status_code == 409
        assert is_there(grant_id)

    def test_leads_somewhere_open_when_it_was_the_own(self, admin, administrator):
        make_staff("administrator")

        response = admin.post(address(administrator, administrator.grants[0]))

        assert response.headers["Location"] == "/learn"
        assert admin.get("/admin/users").status_code == 403

    def test_finds_a_role_only_under_its_own_person(self, admin):
        officer, other = make_staff("officer", "all"), make_staff("officer", "all")
        grant_id = officer.grants[0].id

        assert admin.post(address(other, officer.grants[0])).status_code == 404
        assert is_there(grant_id)

    def test_is_for_administrators_only(self, client_of):
        officer = make_staff("officer", "all")
        grant_id = officer.grants[0].id

        for caller in (officer, make_staff("auditor")):
            response = client_of(caller).post(address(officer, officer.grants[0]))
            assert response.status_code == 403

        assert is_there(grant_id)
