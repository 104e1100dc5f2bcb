from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lms.accounts.models import Approval
from lms.accounts.rules import SCOPES_OF_ROLE
from lms.audit.models import AuditEvent
from lms.extensions import db
from lms.site.words import GRANT_NAMES
from tests.factories import make_cohort, make_learner, make_person, make_staff
from tests.pages import text_of


def asking(role, scope_object="") -> dict[str, str]:
    return {"role": role, "scope_object": scope_object, "reason": "the new team"}


def grants_of(person) -> set[tuple[str, str, str]]:
    db.session.refresh(person)
    return {(grant.role, grant.scope, grant.scope_object) for grant in person.grants}


@pytest.fixture
def agree(app, client_of):
    """Let a second administrator agree to what was asked last."""
    second = client_of(make_staff("administrator"))

    def decide(client=second, decision="approve"):
        newest = db.session.scalar(select(func.max(Approval.id)))
        return client.post(f"/approvals/{newest}/{decision}")

    return decide


@pytest.fixture
def person(app):
    return make_person()


@pytest.fixture
def address(person):
    return f"/admin/users/{person.id}/roles"


class TestGiveRole:
    @pytest.mark.parametrize(
        ("role", "scope_object", "grant"),
        [
            ("learner self", "", ("learner", "self", "")),
            ("instructor course", "digital-id", ("instructor", "course", "digital-id")),
            ("instructor course", " Digital-ID ", ("instructor", "course", "digital-id")),
            ("instructor all", "ignored", ("instructor", "all", "")),
            ("coordinator country", "kz", ("coordinator", "country", "KZ")),
            ("officer all", "", ("officer", "all", "")),
            ("administrator all", "", ("administrator", "all", "")),
            ("auditor all", "", ("auditor", "all", "")),
        ],
    )
    def test_gives_it_for_its_scope(
        self, admin, administrator, agree, person, address, role, scope_object, grant
    ):
        response = admin.post(
            address, data={"role": role, "scope_object": scope_object, "reason": "the new team"}
        )

        assert response.status_code == 303
        assert not grants_of(person)
        assert agree().status_code == 303
        assert grants_of(person) == {grant}
        assert person.grants[0].granted_by_id == administrator.id

    def test_gives_one_cohort_by_its_short_name(self, admin, agree, person, address):
        cohort = make_cohort("KZ")

        admin.post(address, data=asking("coordinator cohort", cohort.slug))
        agree()

        assert grants_of(person) == {("coordinator", "cohort", cohort.slug)}

    def test_counts_at_the_persons_next_request(self, admin, agree, client_of, person, address):
        client = client_of(person)
        assert client.get("/teach").status_code == 403

        admin.post(address, data=asking("instructor all"))
        assert client.get("/teach").status_code == 403
        agree()

        assert client.get("/teach").status_code == 200

    def test_takes_another_administrator(self, admin, agree, person, address):
        admin.post(address, data=asking("auditor all"))

        response = agree(admin)

        assert response.status_code == 403
        assert not grants_of(person)

    def test_takes_no_word_of_whoever_gets_it(self, admin, agree, client_of, address):
        other = make_staff("administrator")
        admin.post(f"/admin/users/{other.id}/roles", data=asking("officer all"))

        assert agree(client_of(other)).status_code == 404
        assert grants_of(other) == {("administrator", "all", "")}

    def test_is_never_for_oneself(self, admin, administrator):
        response = admin.post(f"/admin/users/{administrator.id}/roles", data=asking("officer all"))

        assert response.status_code == 403
        assert not db.session.scalars(select(Approval)).all()

    def test_needs_a_reason(self, admin, person, address):
        response = admin.post(address, data={"role": "auditor all"})

        assert response.status_code == 422
        assert "Write the reason" in text_of(response)

    def test_is_logged(self, admin, agree, administrator, person, address):
        admin.post(address, data=asking("coordinator country", "KZ"))
        agree()

        asked = db.session.scalars(select(AuditEvent).filter_by(action="ask_approval")).one()
        agreed = db.session.scalars(select(AuditEvent).filter_by(action="approve")).one()
        assert asked.actor_id == administrator.id != agreed.actor_id
        assert asked.object_id == agreed.object_id
        log = select(AuditEvent).where(AuditEvent.action == "grant_role")
        event = db.session.scalars(log.order_by(AuditEvent.id.desc()).limit(1)).one()
        assert (event.object_id, event.reason) == (str(person.id), "the new team")
        assert event.details == {"role": "coordinator", "scope": "country", "of": "KZ"}

    @pytest.mark.parametrize(
        ("role", "scope_object", "said"),
        [
            ("coordinator country", "", "Say which one."),
            ("coordinator country", "Kazakhstan", "no country with this code"),
            ("coordinator country", "XX", "no country with this code"),
            ("coordinator cohort", "kz-0000", "no cohort with this short name"),
            ("instructor course", "digital-di", "no course with this short name"),
        ],
    )
    def test_says_when_there_is_nothing_of_that_name(
        self, admin, person, address, role, scope_object, said
    ):
        response = admin.post(
            address, data={"role": role, "scope_object": scope_object, "reason": "the new team"}
        )

        assert response.status_code == 422
        assert "<title>Error: " in response.text
        assert said in text_of(response)
        assert f'<option selected value="{role}">' in response.text
        assert not grants_of(person)

    @pytest.mark.parametrize(
        "role", ["", "king all", "auditor country", "administrator country", "administrator"]
    )
    def test_offers_only_what_there_is(self, admin, person, address, role):
        response = admin.post(address, data=asking(role, "KZ"))

        assert response.status_code == 422
        assert not grants_of(person)

    @pytest.mark.parametrize(
        "grant",
        [("auditor", "all"), ("officer", "all"), ("coordinator", "country", "KZ"),
         ("instructor", "all")],
    )  # fmt: skip
    def test_is_for_administrators_only(self, client_of, person, address, grant):
        staff = make_staff(*grant)
        own = f"/admin/users/{staff.id}/roles"

        for target in (address, own):
            response = client_of(staff).post(target, data={"role": "administrator all"})
            assert response.status_code == 403

        assert not grants_of(person)
        assert grants_of(staff) == {(*grant, "")[:3]}

    def test_refuses_learners(self, client_of):
        learner, _seat = make_learner()

        response = client_of(learner).post(
            f"/admin/users/{learner.id}/roles", data={"role": "administrator all"}
        )

        assert response.status_code == 403
        assert grants_of(learner) == {("learner", "self", "")}


class TestGrantNames:
    def test_there_is_one_for_each_role_and_scope(self):
        known = {f"{role} {scope}" for role, scopes in SCOPES_OF_ROLE.items() for scope in scopes}

        assert GRANT_NAMES.keys() == known
