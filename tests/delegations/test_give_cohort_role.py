from __future__ import annotations

import pytest

from lms.accounts.models import RoleGrant
from lms.audit.models import AuditEvent
from lms.extensions import db
from tests.factories import make_cohort, make_learner, make_person, make_staff
from tests.pages import text_of


@pytest.fixture
def cohort(app):
    return make_cohort("KZ")


@pytest.fixture
def coordinator(app):
    return make_staff("coordinator", "country", "KZ")


@pytest.fixture
def client(client_of, coordinator):
    return client_of(coordinator)


@pytest.fixture
def address(cohort):
    return f"/delegations/kz/{cohort.slug}/roles"


def grants_of(person) -> set[tuple[str, str, str]]:
    db.session.refresh(person)
    return {(one.role, one.scope, one.scope_object) for one in person.grants}


def asking(person, role) -> dict[str, str]:
    return {"email": person.email, "role": role, "reason": "knows the subject"}


class TestGiveRole:
    def test_makes_a_mentor_of_the_cohort(self, client, coordinator, cohort, address):
        person = make_person("KZ")

        response = client.post(address, data=asking(person, f"mentor cohort {cohort.slug}"))

        assert response.status_code == 303
        assert grants_of(person) == {("mentor", "cohort", cohort.slug)}
        assert person.grants[0].granted_by_id == coordinator.id
        page = text_of(client.get(address))
        assert person.email in page
        assert "Mentor of this cohort" in page

    def test_makes_an_instructor_of_a_course_that_the_cohort_takes(self, client, address):
        person = make_person("KZ")

        client.post(address, data=asking(person, "instructor course digital-id"))

        assert grants_of(person) == {("instructor", "course", "digital-id")}

    @pytest.mark.parametrize(
        "role",
        ["coordinator country KZ", "administrator all ", "instructor all ", "officer country KZ",
         "mentor cohort ge-1", "instructor course smart-city", ""],
    )  # fmt: skip
    def test_offers_nothing_above_or_outside(self, client, address, role):
        person = make_person("KZ")

        response = client.post(address, data=asking(person, role))

        assert response.status_code == 422
        assert grants_of(person) == set()

    def test_says_the_same_of_a_stranger_and_of_nobody(self, client, cohort, address):
        stranger, role = make_person("GE"), f"mentor cohort {cohort.slug}"

        foreign = client.post(address, data=asking(stranger, role))
        nobody = client.post(
            address, data={**asking(stranger, role), "email": "nobody@example.org"}
        )

        assert foreign.status_code == nobody.status_code == 422
        words = "Nobody of this delegation's country has an account with this address."
        assert words in text_of(foreign)
        assert words in text_of(nobody)
        assert grants_of(stranger) == set()

    def test_is_never_for_oneself(self, client, coordinator, cohort, address):
        response = client.post(address, data=asking(coordinator, f"mentor cohort {cohort.slug}"))

        assert response.status_code == 422
        assert grants_of(coordinator) == {("coordinator", "country", "KZ")}

    def test_needs_a_fresh_proof(self, client, cohort, address):
        person = make_person("KZ")
        with client.session_transaction() as session:
            session["proved_at"] = 0

        response = client.post(address, data=asking(person, f"mentor cohort {cohort.slug}"))

        assert response.status_code == 401
        assert grants_of(person) == set()

    def test_is_for_the_own_country(self, client_of, cohort, address):
        stranger = client_of(make_staff("coordinator", "country", "GE", country="GE"))
        person = make_person("KZ")

        response = stranger.post(address, data=asking(person, f"mentor cohort {cohort.slug}"))

        assert response.status_code == 404
        assert grants_of(person) == set()


class TestWithdrawRole:
    def test_takes_it_back(self, client, cohort, address):
        person = make_staff("mentor", "cohort", cohort.slug)

        response = client.post(f"{address}/{person.grants[0].id}/withdraw")

        assert response.status_code == 303
        assert grants_of(person) == set()

    @pytest.mark.parametrize(
        "grant",
        [("coordinator", "country", "KZ"), ("officer", "all"), ("mentor", "cohort", "ge-1")],
    )
    def test_hides_what_is_not_given_here(self, client, address, grant):
        person = make_staff(*grant)

        response = client.post(f"{address}/{person.grants[0].id}/withdraw")

        assert response.status_code == 404
        assert db.session.get(RoleGrant, person.grants[0].id) is not None


class TestAccount:
    @pytest.fixture
    def learner(self, cohort):
        return make_learner(cohort)[0]

    @pytest.fixture
    def account(self, cohort, learner):
        return f"/delegations/kz/{cohort.slug}/people/{learner.id}/account"

    def test_is_suspended_and_opened_again(self, client, client_of, learner, account):
        theirs = client_of(learner)

        client.post(account, data={"reason": "left the service"})
        assert theirs.get("/learn").status_code == 303
        db.session.refresh(learner)
        assert not learner.active
        client.post(account, data={"reason": "is back"})

        db.session.refresh(learner)
        assert learner.active
        actions = list(db.session.scalars(db.select(AuditEvent.action)))
        assert {"suspend", "reactivate"} <= set(actions)

    def test_needs_a_reason(self, client, learner, account):
        assert client.post(account, data={}).status_code == 422
        db.session.refresh(learner)
        assert learner.active

    @pytest.mark.parametrize(
        "grant", [("administrator", "all"), ("coordinator", "country", "KZ"), ("auditor", "all")]
    )
    def test_of_somebody_above_stays_open(self, client, learner, account, grant):
        from lms.accounts.services import grant_role

        grant_role(None, learner, *grant)
        db.session.commit()

        assert client.post(account, data={"reason": "left"}).status_code == 403
        assert client.post(f"{account}/link").status_code == 403
        db.session.refresh(learner)
        assert learner.active
        assert "only administrators look after" in text_of(client.get(account))

    def test_of_another_country_is_not_there(self, client_of, learner, account):
        stranger = client_of(make_staff("coordinator", "country", "GE", country="GE"))

        assert stranger.get(account).status_code == 404
        assert stranger.post(account, data={"reason": "x"}).status_code == 404
        assert stranger.post(f"{account}/link").status_code == 404
        db.session.refresh(learner)
        assert learner.active

    def test_leads_to_another_account_of_the_person_where_it_may_be_merged(
        self, client, client_of, cohort, learner, account
    ):
        merging = f"/admin/users/{learner.id}/merge"
        of_cohort = client_of(make_staff("coordinator", "cohort", cohort.slug))

        assert merging in client.get(account).text
        assert client.get(merging).status_code == 200
        assert merging not in of_cohort.get(account).text
        learner.grants[0].role, learner.grants[0].scope = "auditor", "all"
        db.session.commit()
        assert merging not in client.get(account).text

    def test_gets_a_link_by_e_mail(self, client, learner, account, outbox):
        client.post(f"{account}/link")

        assert outbox()[-1].to == [learner.email]
