"""A printed name changes with an officer's consent, and the certificate with it."""

import pytest
from sqlalchemy import event, select

from lms.audit import services as audit
from lms.audit.models import AuditEvent
from lms.certificates import services
from lms.certificates.models import NameChange, RegisterEntry
from lms.errors import LmsError
from lms.extensions import db
from lms.notices.models import Message
from tests.certificates.conftest import at_once, certificates, follow
from tests.factories import make_person, make_staff
from tests.pages import text_of

ASK = "/account/name/change"
FORM = {
    "given_name": "Айгүл", "family_name": "Серік",
    "given_name_latin": "Aigul", "family_name_latin": "Serik", "reason": "Married in June.",
}  # fmt: skip
APPROVE = {"decision": "approve", "reason": ""}


def changes() -> list[NameChange]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(NameChange).order_by(NameChange.id)))


@pytest.fixture
def officers(app):
    return [make_staff("officer", "country", "KZ") for _ in "12"]


@pytest.fixture
def asked(officers, holder) -> str:
    """Ask for another name, and return the page on which it is decided."""
    assert holder.client.post(ASK, data=FORM).status_code == 303
    return f"/certificates/name-changes/{changes()[0].id}"


class TestAskForName:
    def test_tells_the_officers_of_the_country_and_waits(self, asked, officers, holder, client_of):
        stranger = client_of(make_staff("officer", "country", "GE", country="GE"))

        page = text_of(holder.client.get(ASK))
        listed = text_of(client_of(officers[0]).get("/certificates/name-changes"))

        assert "An officer has still to decide." in page
        assert "Aigul Serik" in page
        assert "Aigul Serik" in listed
        told = db.session.scalars(select(Message).filter_by(kind="name_change_asked")).all()
        assert {one.person_id for one in told} == {one.id for one in officers}
        assert all("Serik" not in one.body for one in told)
        assert stranger.get(asked).status_code == 404
        assert "Aigul Serik" not in text_of(stranger.get("/certificates/name-changes"))
        assert holder.client.post(ASK, data=FORM).status_code == 409
        assert len(changes()) == 1

    @pytest.mark.parametrize(
        ("form", "words"),
        [
            ({**FORM, "reason": " "}, "Write why, so that an officer can decide."),
            ({**FORM, "given_name_latin": "Айгүл"}, "is not a Latin letter"),
            ({**FORM, "given_name": "አበበ"}, "A certificate cannot be printed with"),
        ],
    )
    def test_refuses_what_cannot_be_decided(self, holder, form, words):
        response = holder.client.post(ASK, data=form)

        assert response.status_code == 422
        assert words in text_of(response)
        assert changes() == []

    def test_refuses_the_same_name(self, holder):
        person = holder.person
        person.family_name, person.family_name_latin = "Сәрсенбаева", "Sarsenbayeva"
        db.session.commit()
        same = {name: getattr(person, name) for name in FORM if name != "reason"}

        response = holder.client.post(ASK, data={**same, "reason": "None."})

        assert response.status_code == 422
        assert "This is the name that your certificates have." in text_of(response)

    def test_is_not_needed_before_a_certificate_is_issued(self, learner_in):
        learner = learner_in()

        assert learner.client.get(ASK).location == "/account/name"
        assert learner.client.post(ASK, data=FORM).status_code == 409


class TestDecideNameChange:
    def test_gives_the_name_and_a_new_certificate_in_place_of_the_old(
        self, asked, officers, holder, client_of
    ):
        officer = client_of(officers[0])
        before = holder.certificate
        facts, number = dict(before.facts), before.number

        page = text_of(officer.get(asked))
        assert "Married in June." in page
        assert number in page
        page = text_of(follow(officer, officer.post(asked, data=APPROVE)))

        assert "The name is changed, and 1 certificate issued anew." in page
        old, new = certificates()
        assert old.replaced_by_id == new.id
        assert old.facts == facts
        assert new.facts == facts | {
            "number": new.number,
            "name_latin": "Aigul Serik",
            "name_native": "Айгүл Серік",
            "verify_url": facts["verify_url"].replace(number, new.number),
        }
        assert (new.sequence, new.kind, new.layout) == (2, old.kind, old.layout)
        assert (new.grounds, new.issued_by_id) == (old.grounds, officers[0].id)
        events = db.session.execute(
            select(
                RegisterEntry.event, RegisterEntry.certificate_id, RegisterEntry.detail
            ).order_by(RegisterEntry.index)
        ).all()
        assert events[1:] == [("issue", new.id, {}), ("replace", old.id, {"by": new.number})]
        db.session.refresh(holder.person)
        assert holder.person.name_latin == "Aigul Serik"
        (change,) = changes()
        assert (change.is_approved, change.decided_by_id) == (True, officers[0].id)
        told = db.session.scalar(select(Message).filter_by(kind="name_change_decided"))
        assert new.number in told.body
        assert (
            db.session.scalars(select(Message).filter_by(kind="certificate_issued")).all()[1:] == []
        )
        history = text_of(officer.get(f"/certificates/{number}"))
        assert f"Replaced by {officers[0].name}" in history
        assert new.number in history
        assert new.number in holder.open_certificate().text
        assert "Aigul" not in str([row.details for row in db.session.scalars(select(AuditEvent))])

    def test_declines_with_a_reason_told_to_the_holder(self, asked, officers, holder, client_of):
        officer = client_of(officers[0])

        refused = officer.post(asked, data={"decision": "decline", "reason": ""})
        officer.post(asked, data={"decision": "decline", "reason": "Send the passport."})

        assert refused.status_code == 422
        assert [one.is_approved for one in changes()] == [False]
        assert len(certificates()) == 1
        told = db.session.scalar(select(Message).filter_by(kind="name_change_decided"))
        assert "Send the passport." in told.body
        assert "Aigul Serik was declined. The reason: Send the passport." in text_of(
            holder.client.get(ASK)
        )
        assert holder.client.post(ASK, data=FORM).status_code == 303

    def test_is_never_about_oneself(self, asked, holder, client_of):
        from lms.accounts import services as accounts

        accounts.grant_role(None, holder.person, "officer", "country", "KZ")
        db.session.commit()

        assert client_of(holder.person).post(asked, data=APPROVE).status_code == 404
        with pytest.raises(LmsError):
            services.decide_name_change(holder.person, changes()[0], is_approved=True, reason="")

    def test_changes_nothing_when_a_certificate_has_no_room_for_it(
        self, holder, officers, client_of
    ):
        long = {"given_name_latin": "W" * 95, "family_name_latin": "W" * 95}
        holder.client.post(ASK, data=FORM | long)

        response = client_of(officers[0]).post(
            f"/certificates/name-changes/{changes()[0].id}", data=APPROVE
        )

        assert response.status_code == 409
        assert "has no room for the new name" in text_of(response)
        assert [one.decided_at for one in changes()] == [None]
        assert len(certificates()) == 1
        db.session.refresh(holder.person)
        assert "W" not in holder.person.name_latin

    def test_is_done_once_when_two_come_at_once(self, app, asked, officers, client_of):
        clients = [client_of(one) for one in officers]

        answers = at_once(app, *(lambda one=one: one.post(asked, data=APPROVE) for one in clients))

        assert sorted(answer.status_code for answer in answers) == [303, 409]
        assert len(certificates()) == 2


class TestReplaceCertificate:
    def test_is_for_whoever_holds_it_after_a_merger(self, holder, officers):
        old, stays = holder.certificate, make_person(given_name_latin="Gulaim")
        stays.name_confirmed_at = holder.person.name_confirmed_at
        old.person_id = stays.id  # the enrolment may stay with the account that was closed
        db.session.commit()

        new = services.replace_certificate(officers[0], old, reason="Typing.")

        assert new.person_id == stays.id
        assert new.facts["name_latin"] == stays.name_latin

    def test_locks_the_log_before_the_row(self, holder, officers, monkeypatch):
        order, lock = [], audit.begin_row

        def note(_connection, _cursor, statement, *_rest):
            if "certificates" in statement and "UPDATE" in statement:
                order.append("row")

        monkeypatch.setattr(audit, "begin_row", lambda: (order.append("log"), lock()))
        one = holder.certificate
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            services.suspend_certificate(officers[0], one, reason="Looked into.")
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

        assert order[0] == "log"
        assert "row" in order

    def test_is_done_once_when_two_come_at_once_and_keeps_a_suspension(
        self, app, holder, officers, client_of
    ):
        number = holder.certificate.number
        clients = [client_of(one) for one in officers]
        clients[0].post(f"/certificates/{number}/suspend", data={"reason": "Looked into."})
        address = f"/certificates/{number}/replace"

        answers = at_once(
            app, *(lambda one=one: one.post(address, data={"reason": "Typing."}) for one in clients)
        )

        assert sorted(answer.status_code for answer in answers) == [303, 409]
        old, new = certificates()
        assert old.replaced_by_id == new.id
        assert new.suspended_at == old.suspended_at
        events = db.session.scalars(select(RegisterEntry.event).order_by(RegisterEntry.index))
        assert list(events) == ["issue", "suspend", "issue", "replace", "suspend"]
        told = db.session.scalars(select(Message).filter_by(kind="certificate_replaced")).one()
        assert new.number in told.body
