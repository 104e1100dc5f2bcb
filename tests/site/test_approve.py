"""What takes two people: one asks, another agrees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from lms.accounts import services as accounts
from lms.accounts.models import Approval
from lms.extensions import db
from tests.factories import make_person, make_staff
from tests.pages import bytes_of, text_of


@pytest.fixture
def second(client_of):
    return client_of(make_staff("administrator"))


@pytest.fixture
def person(app):
    return make_person()


@pytest.fixture
def asked(admin, person) -> str:
    """The address of something that waits: to make ``person`` an auditor."""
    form = {"role": "auditor all", "scope_object": "", "reason": "the audit of this year"}
    admin.post(f"/admin/users/{person.id}/roles", data=form)
    return f"/approvals/{db.session.scalars(select(Approval.id)).one()}"


def has_role(person) -> bool:
    db.session.refresh(person)
    return bool(person.role_names)


class TestShowApprovals:
    def test_names_what_is_asked_by_whom_and_why(self, asked, admin, second, person):
        page = text_of(second.get("/approvals"))

        assert f"Give {person.name_latin} the role: Auditor" in page
        assert "Asked by Timur Akhmetov" in page
        assert "the audit of this year" in page
        assert "Waits for a second person" in text_of(admin.get("/approvals"))
        assert "Nothing waits for you." in text_of(admin.get("/approvals"))

    def test_counts_in_the_menu_what_waits(self, asked, admin, second):
        assert "Approvals (1)" in second.get("/help").text
        assert "Approvals (1)" not in admin.get("/help").text

    def test_asks_the_database_as_often_for_many_as_for_one(
        self, asked, admin, second, count_queries
    ):
        with count_queries() as for_one:
            second.get("/approvals")
        form = {"role": "auditor all", "scope_object": "", "reason": "the audit of this year"}
        others = [make_person() for _number in range(4)]
        for other in others:
            admin.post(f"/admin/users/{other.id}/roles", data=form)
        for approval_id in db.session.scalars(select(Approval.id).limit(3)).all():
            second.post(f"/approvals/{approval_id}/decline")

        with count_queries() as for_many:
            page = second.get("/approvals")

        assert others[0].name_latin in page.text
        assert len(for_many) <= len(for_one)

    def test_names_nobody_to_other_roles(self, asked, client_of, person):
        page = text_of(client_of(make_staff("officer", "all")).get("/approvals"))

        assert person.name_latin not in page
        assert client_of(make_staff("auditor")).get("/approvals").status_code == 403


class TestApprove:
    def test_does_what_was_asked(self, asked, second, person):
        assert second.post(f"{asked}/approve").status_code == 303

        assert has_role(person)

    def test_does_it_once(self, asked, second, client_of, person):
        second.post(f"{asked}/decline")

        response = client_of(make_staff("administrator")).post(f"{asked}/approve")

        assert response.status_code == 409
        assert not has_role(person)

    @pytest.mark.parametrize(("days", "status"), [(6.9, 303), (7.1, 409)])
    def test_lapses_after_a_week(self, asked, client_of, person, days, status):
        other = make_staff("administrator")
        with time_machine.travel(datetime.now(UTC) + timedelta(days=days)):
            second = client_of(other)
            response = second.post(f"{asked}/approve")
            page = text_of(second.get("/approvals"))

        assert response.status_code == status
        assert has_role(person) is (status == 303)
        assert ("Lapsed: nobody decided" in page) is (status == 409)

    @pytest.mark.parametrize("is_suspended", [True, False])
    def test_asks_anew_when_the_asker_has_lost_the_right(
        self, asked, second, administrator, person, is_suspended
    ):
        if is_suspended:
            accounts.set_active(administrator, is_active=False, reason="left")
        else:
            accounts.withdraw_role(administrator.grants[0])
        db.session.commit()

        response = second.post(f"{asked}/approve")

        assert response.status_code == 409
        assert not has_role(person)
        approval = db.session.scalars(select(Approval)).one()
        assert approval.decided_at is None

    def test_gives_nothing_to_whoever_has_moved_to_another_country(self, asked, second, person):
        accounts.transfer_person(person, "GE", reason="new post")
        db.session.commit()

        response = second.post(f"{asked}/approve")

        assert response.status_code == 409
        assert not has_role(person)

    def test_shows_others_the_same_as_nothing(self, asked, client_of):
        officer = client_of(make_staff("officer", "all"))

        foreign = officer.post(f"{asked}/approve")
        missing = officer.post("/approvals/999999/approve")

        assert foreign.status_code == missing.status_code == 404
        assert bytes_of(foreign) == bytes_of(missing)

    def test_asks_for_a_fresh_proof(self, asked, client_of, person):
        client = client_of(make_staff("administrator"))
        with client.session_transaction() as session:
            session["proved_at"] = 0

        assert client.post(f"{asked}/approve").status_code == 401
        assert not has_role(person)


class TestTell:
    def test_tells_whoever_may_decide_in_their_language_and_then_whoever_asked(
        self, admin, administrator, person, outbox, client_of
    ):
        deciders = [make_staff("administrator", language=code) for code in ("en", "ru")]
        make_staff("administrator", active=False)
        make_staff("officer", "all")
        form = {"role": "auditor all", "scope_object": "", "reason": "the audit of this year"}

        admin.post(f"/admin/users/{person.id}/roles", data=form)

        approval = db.session.scalars(select(Approval)).one()
        mails = {mail.to[0]: mail for mail in outbox()}
        assert mails.keys() == {one.email for one in deciders}
        english, russian = (mails[one.email] for one in deciders)
        assert f"Give {person.name_latin} the role: Auditor" in english.body
        assert "Reason: the audit of this year" in english.body
        assert f"http://localhost/approvals#approval-{approval.id}" in english.body
        assert person.name_latin in russian.body
        assert "Аудитор" in russian.body
        assert not any(person.name_latin in mail.subject for mail in mails.values())
        decider = client_of(deciders[0])
        assert f'id="approval-{approval.id}"' in decider.get("/approvals").text
        assert "Something waits for your decision" in text_of(decider.get("/account/notices"))
        decider.post(f"/approvals/{approval.id}/decline")
        told = outbox()[2:]
        assert [mail.to[0] for mail in told] == [administrator.email]
        assert f"Declined by {deciders[0].name_latin}" in told[0].body


TAUGHT = "/teach/digital-id/outline"


class TestOpenCourse:
    FORM = {"course": "digital-id", "reason": "the final cannot be opened, nobody answers"}

    def test_opens_it_for_an_hour_after_a_second_one_agreed(
        self, admin, administrator, second, client_of
    ):
        assert admin.post("/approvals/open-course", data=self.FORM).status_code == 303
        assert admin.get("/teach").status_code == 403
        (asked,) = db.session.scalars(select(Approval.id))
        assert admin.post(f"/approvals/{asked}/approve").status_code == 403

        second.post(f"/approvals/{asked}/approve")

        assert admin.get(TAUGHT).status_code == 200
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
            assert admin.get("/teach").status_code == 403

    def test_leaves_whoever_teaches_the_course_its_instructor(self, admin, administrator, second):
        accounts.grant_role(None, administrator, "instructor", "course", "digital-id")
        db.session.commit()
        admin.post("/approvals/open-course", data=self.FORM)
        (asked,) = db.session.scalars(select(Approval.id))

        second.post(f"/approvals/{asked}/approve")

        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
            assert admin.get(TAUGHT).status_code == 200

    def test_needs_course_and_reason(self, admin):
        response = admin.post("/approvals/open-course", data={"course": "no-such", "reason": ""})

        assert response.status_code == 422
        assert not db.session.scalars(select(Approval)).all()
