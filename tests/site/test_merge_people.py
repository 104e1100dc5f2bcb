from __future__ import annotations

import random

import pytest
from sqlalchemy import func, select

from lms.accounts import services as accounts
from lms.accounts.models import Person, RoleGrant
from lms.audit.models import AuditEvent
from lms.certificates.models import Certificate
from lms.cohorts.models import Affiliation, Enrolment
from lms.cohorts.services import set_workplace
from lms.extensions import db
from lms.notices.models import Message
from lms.progress.models import DoneStep
from lms.quizzes.models import Attempt
from tests.factories import (
    PASSWORD,
    complete,
    enrolled,
    make_cohort,
    make_institution,
    make_person,
    make_staff,
    take_quiz,
)
from tests.pages import bytes_of, text_of

REASON = {"reason": "She wrote from her new address."}
COUNTED = (Enrolment, Attempt, Certificate, DoneStep, Message, AuditEvent)


def counts() -> list[int]:
    db.session.rollback()
    return [
        db.session.scalar(select(func.count()).select_from(table)) or 0 for table in COUNTED[:-1]
    ]


def roles_of(*people: Person) -> set[tuple[str, str, str]]:
    query = select(RoleGrant.role, RoleGrant.scope, RoleGrant.scope_object).where(
        RoleGrant.person_id.in_([person.id for person in people])
    )
    return {tuple(row) for row in db.session.execute(query)}


def make_learning(**facts) -> Person:
    person = make_person(**facts)
    accounts.grant_role(None, person, "learner", "self")
    db.session.commit()
    return person


def merge(client, goes: Person, stays: Person):
    response = client.post(f"/admin/users/{goes.id}/merge/{stays.id}", data=REASON)
    db.session.expire_all()
    return response


@pytest.fixture
def two(app):
    """One person's two accounts, in either script."""
    return (
        make_learning(family_name="Жусупова", family_name_latin="Zhusupova", email="old@example.org"),
        make_learning(family_name="", given_name="", family_name_latin="Yussupova",
                      given_name_latin="Aigul", email="new@example.org"),
    )  # fmt: skip


class TestFindDuplicates:
    def test_lists_whose_names_sound_alike(self, admin, two):
        goes, stays = two
        make_person(family_name="Жусупова", given_name="Дана", family_name_latin="Zhusupova",
                    given_name_latin="Dana", email="dana@example.org")  # fmt: skip

        page = admin.get(f"/admin/users/{goes.id}/merge")

        assert stays.email in page.text
        assert "dana@example.org" not in page.text
        assert f"/admin/users/{goes.id}/merge?into={stays.id}" in page.text

    def test_says_when_there_is_nobody(self, admin):
        alone = make_person(family_name="Жалгыз", given_name="Бир", family_name_latin="")

        assert "Nobody has such a name" in text_of(admin.get(f"/admin/users/{alone.id}/merge"))

    def test_shows_both_side_by_side_and_changes_nothing(self, admin, two):
        goes, stays = two
        cohort = make_cohort()
        complete(enrolled(goes, cohort))
        enrolled(stays, cohort)

        page = text_of(admin.get(f"/admin/users/{goes.id}/merge?into={stays.id}"))

        assert "E-mail address old@example.org new@example.org" in page
        assert "Places in courses 1 1" in page
        assert "Certificates 1 0" in page
        assert "the place of old@example.org is kept" in page
        db.session.refresh(goes)
        assert goes.merged_into_id is None


class TestMergePeople:
    def test_moves_what_both_have_done(self, admin, two):
        goes, stays = two
        complete(enrolled(goes, make_cohort()))
        take_quiz(enrolled(stays, make_cohort()))
        set_workplace(goes, make_institution("Ministry of Justice"), "Judge")
        db.session.commit()
        number = db.session.scalars(select(Certificate.number)).one()
        printed = db.session.scalars(select(Certificate.facts)).one()
        before = counts()

        response = merge(admin, goes, stays)

        assert response.status_code == 303
        assert counts() == before
        assert {one.person_id for one in db.session.scalars(select(Enrolment))} == {stays.id}
        certificate = db.session.scalars(select(Certificate)).one()
        assert (certificate.number, certificate.person_id) == (number, stays.id)
        assert certificate.facts == printed
        assert db.session.get(Affiliation, stays.id).post == "Judge"
        assert (stays.family_name, stays.family_name_latin) == ("Жусупова", "Yussupova")
        assert stays.name_confirmed_at is None

    def test_closes_the_other_account_and_keeps_the_reason(self, admin, two):
        goes, stays = two

        merge(admin, goes, stays)

        assert (goes.active, goes.merged_into_id) == (False, stays.id)
        event = db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "merge_people")
        ).one()
        assert event.object_id == str(goes.id)
        assert event.details["into"] == stays.id
        assert event.reason == REASON["reason"]

    def test_is_no_way_to_a_role_without_a_second_person(self, admin, administrator, two):
        goes, stays = two
        accounts.grant_role(None, goes, "officer", "country", "KZ")
        db.session.commit()

        page = admin.get(f"/admin/users/{goes.id}/merge?into={stays.id}")
        for other in (stays, administrator):
            assert merge(admin, goes, other).status_code == 409
        assert "roles that the other one lacks" in text_of(page)
        assert goes.merged_into_id is None
        assert ("officer", "country", "KZ") not in roles_of(stays, administrator)

        accounts.grant_role(None, stays, "officer", "country", "KZ")
        db.session.commit()

        assert merge(admin, goes, stays).status_code == 303
        assert ("officer", "country", "KZ") in roles_of(stays)

    def test_keeps_the_farther_of_two_places_in_one_course(self, admin, two):
        goes, stays = two
        cohort = make_cohort()
        far, near = enrolled(goes, cohort), enrolled(stays, cohort)
        complete(far)
        take_quiz(near)
        before = counts()

        merge(admin, goes, stays)

        assert counts() == before
        kept = db.session.get_one(Enrolment, far.enrolment_id)
        left = db.session.get_one(Enrolment, near.enrolment_id)
        assert (kept.person_id, kept.withdrawn_at) == (stays.id, None)
        assert left.person_id == goes.id
        assert left.withdrawn_at is not None
        assert db.session.scalar(select(func.count()).where(Person.email.contains("nobody"))) == 0

    def test_tells_whoever_signs_in_to_the_closed_account(self, app, admin, client):
        goes = make_learning(email="old@example.org", password=PASSWORD)
        stays = make_learning(email="kept@example.org")
        merge(admin, goes, stays)

        right = client.post("/sign-in", data={"email": "old@example.org", "password": PASSWORD})
        wrong = client.post("/sign-in", data={"email": "old@example.org", "password": "x" * 20})

        assert right.status_code == wrong.status_code == 422
        assert "k…@example.org" in text_of(right)
        assert "k…@example.org" not in text_of(wrong)

    def test_opens_no_account_again_that_was_merged(self, admin, two):
        goes, stays = two
        merge(admin, goes, stays)

        response = admin.post(f"/admin/users/{goes.id}/state", data=REASON)

        assert response.status_code == 409
        db.session.refresh(goes)
        assert not goes.active

    def test_needs_a_reason(self, admin, two):
        goes, stays = two

        response = admin.post(f"/admin/users/{goes.id}/merge/{stays.id}", data={"reason": ""})

        assert response.status_code == 422
        db.session.refresh(goes)
        assert goes.merged_into_id is None

    def test_refuses_one_account_with_itself_and_the_own_one(self, admin, administrator, two):
        goes, stays = two

        assert merge(admin, goes, goes).status_code == 422
        assert merge(admin, administrator, stays).status_code == 409
        assert merge(admin, goes, stays).status_code == 303
        assert merge(admin, goes, stays).status_code == 404

    @pytest.mark.parametrize("seed", range(6))
    def test_loses_nothing_whatever_both_had(self, admin, seed):
        """Whatever two accounts have in three cohorts, what they did and hold is as much afterwards."""
        chance = random.Random(seed)  # noqa: S311 - a scenario, not a secret
        goes, stays = make_learning(), make_learning()
        cohorts = [make_cohort() for _number in range(3)]
        for person in (goes, stays):
            for cohort in chance.sample(cohorts, chance.randint(1, 3)):
                seat = enrolled(person, cohort)
                if chance.random() < 0.3:
                    complete(seat)
                elif chance.random() < 0.6:
                    take_quiz(seat)
        if chance.random() < 0.5:
            accounts.grant_role(None, stays, "officer", "country", chance.choice(["KZ", "GE"]))
        db.session.commit()
        before, roles = counts(), roles_of(goes, stays)

        assert merge(admin, goes, stays).status_code == 303

        assert counts() == before
        assert roles_of(stays) == roles
        left = db.session.scalars(select(Enrolment).where(Enrolment.person_id == goes.id))
        assert all(enrolment.withdrawn_at is not None for enrolment in left)


class TestMergeAsCoordinator:
    @pytest.fixture
    def coordinator(self, client_of):
        return client_of(make_staff("coordinator", "country", "KZ"))

    def test_is_for_learners_of_the_own_country(self, coordinator, two):
        goes, stays = two

        assert merge(coordinator, goes, stays).status_code == 303
        assert goes.merged_into_id == stays.id

    def test_hides_foreign_people_and_staff_like_missing_ones(self, coordinator, two):
        goes, _stays = two
        foreign = make_learning(country="GE")
        officer = make_staff("officer", "country", "KZ")
        missing = coordinator.post(f"/admin/users/{goes.id}/merge/9999", data=REASON)

        for other in (foreign, officer):
            refused = merge(coordinator, goes, other)

            assert refused.status_code == 404
            assert bytes_of(refused) == bytes_of(missing)
            assert merge(coordinator, other, goes).status_code == 404
            assert coordinator.get(f"/admin/users/{other.id}/merge").status_code == 404
