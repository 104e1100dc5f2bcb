import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from lms.accounts import services as accounts
from lms.accounts.models import Approval
from lms.audit.models import AuditEvent
from lms.certificates import services
from lms.extensions import db
from lms.notices.models import Message
from lms.web.languages import interface_language
from tests.certificates.conftest import at_once, certificates, follow, revoke
from tests.factories import make_staff
from tests.pages import text_of

NOTE = "Her deputy sat the final for her."
FORM = {"reason": "rules_broken", "note": NOTE, "confirm": "1"}
SENTENCES = (
    "This certificate was revoked",
    "Please do not accept it.",
    "Reason: The rules of the assessment were broken.",
)


@pytest.fixture
def second(client_of):
    """Another officer of Kazakhstan, signed in."""
    return client_of(make_staff("officer", "country", "KZ"))


def agree(client, decision="approve"):
    """Decide about the newest thing that waits."""
    newest = db.session.scalar(select(func.max(Approval.id)))
    return client.post(f"/approvals/{newest}/{decision}")


def address(holder) -> str:
    return f"/certificates/{holder.certificate.number}/revoke"


class TestRevokeCertificate:
    def test_revokes_with_day_person_reason_and_note(self, holder, client_of):
        person, other = (make_staff("officer", "country", "KZ") for _officer in "12")
        officer = client_of(person)

        page = text_of(follow(officer, officer.post(address(holder), data=FORM)))
        assert "Asked. It is revoked as soon as a second officer agrees." in page
        assert "Its revocation waits for a second officer." in page
        assert not certificates()[0].is_revoked
        agree(client_of(other))

        (certificate,) = certificates()
        assert certificate.revoked_at is not None
        assert certificate.revoked_by_id == person.id
        assert certificate.revocation_reason == "rules_broken"
        assert certificate.revocation_note == NOTE
        page = text_of(officer.get(f"/certificates/{certificate.number}"))
        assert f"Revoked by {person.name}: The rules of the assessment were broken" in page
        assert f"Agreed to by {other.name}." in page
        assert NOTE in page

    def test_is_neither_asked_for_nor_decided_by_the_holder(self, holder, officer, client_of):
        accounts.grant_role(None, holder.person, "officer", "country", "KZ")
        db.session.commit()
        own = client_of(holder.person)

        assert own.post(address(holder), data=FORM).status_code == 409
        officer.post(address(holder), data=FORM)
        for decision in ("approve", "decline"):
            assert agree(own, decision).status_code == 404

        assert db.session.query(Approval).one().decided_at is None

    def test_shows_first_what_everybody_will_read_in_both_languages(
        self, app, holder, officer, second
    ):
        response = officer.post(address(holder), data={"reason": "rules_broken", "note": NOTE})

        assert response.status_code == 200
        assert db.session.scalar(select(func.count(Approval.id))) == 0
        shown = response.text.partition('id="public"')[2].partition("</section>")[0]
        languages = re.findall(r'<div lang="(\w+)">', shown)
        assert languages == list(dict.fromkeys(("en", interface_language("kk"))))
        assert NOTE not in shown
        officer.post(address(holder), data=FORM)
        agree(second)
        public = app.test_client().get(f"/en/verify/{holder.certificate.number}").text
        for sentence in SENTENCES:
            assert sentence in shown
            assert sentence in public

    def test_takes_another_officer(self, holder, officer):
        officer.post(address(holder), data=FORM)

        response = agree(officer)

        assert response.status_code == 403
        assert "another person has to agree" in text_of(response)
        assert not certificates()[0].is_revoked

    def test_takes_an_officer_of_the_same_country(self, holder, officer, stranger):
        officer.post(address(holder), data=FORM)

        assert agree(stranger).status_code == 404
        assert "Nothing waits for you." in text_of(stranger.get("/approvals"))
        assert not certificates()[0].is_revoked

    def test_changes_nothing_when_declined(self, holder, officer, second):
        officer.post(address(holder), data=FORM)

        agree(second, "decline")

        assert not certificates()[0].is_revoked
        page = text_of(officer.get("/approvals"))
        assert "Declined by" in page
        assert officer.post(address(holder), data=FORM).status_code == 303  # may be asked anew

    def test_is_asked_once(self, holder, officer, second):
        officer.post(address(holder), data=FORM)

        response = second.post(address(holder), data={**FORM, "reason": "wrong_person"})

        assert response.status_code == 409
        assert "waits for a second person already" in text_of(response)

    def test_writes_the_log_and_tells_the_holder(self, holder, officer, second):
        officer.post(address(holder), data=FORM)
        agree(second)

        event = db.session.scalar(select(AuditEvent).filter_by(action="revoke_certificate"))
        message = db.session.scalar(select(Message).filter_by(kind="certificate_revoked"))
        assert event.object_id == holder.certificate.number
        assert event.country_code == "KZ"
        assert event.reason == NOTE
        assert event.details == {"reason_class": "rules_broken"}
        assert message.person_id == holder.person.id
        assert holder.certificate.number in message.body
        assert NOTE not in message.body

    @pytest.mark.parametrize(
        ("form", "words"),
        [
            ({"note": NOTE}, "Choose a reason."),
            ({"reason": "no_such_reason", "note": NOTE}, "Not a valid choice"),
            ({"reason": "rules_broken"}, "Write what happened; it is kept in the register."),
            ({"reason": "rules_broken", "note": "  "}, "Write what happened"),
            ({"reason": "rules_broken", "note": "x" * 501}, "Write at most 500 characters."),
        ],
    )
    def test_needs_a_reason_and_a_note(self, holder, officer, form, words):
        response = officer.post(address(holder), data=form)

        assert response.status_code == 422
        assert words in text_of(response)
        assert "<title>Error:" in response.text
        (certificate,) = certificates()
        assert not certificate.is_revoked

    def test_keeps_what_was_typed(self, holder, officer):
        response = officer.post(address(holder), data={"note": NOTE})

        assert f"{NOTE}</textarea>" in response.text.replace("&#39;", "'")

    def test_refuses_a_second_time(self, holder, officer, second):
        officer.post(address(holder), data=FORM)
        agree(second)
        (before,) = certificates()
        revoked_at = before.revoked_at

        response = officer.post(address(holder), data={**FORM, "note": "Another note."})

        assert response.status_code == 409
        assert "was revoked already" in text_of(response)
        (certificate,) = certificates()
        assert certificate.revoked_at == revoked_at
        assert certificate.revocation_note == NOTE

    def test_is_done_once_when_two_come_at_once(self, app, holder, client_of):
        client_of(make_staff("officer", "country", "KZ")).post(address(holder), data=FORM)
        (asked,) = db.session.scalars(select(Approval.id))
        url = f"/approvals/{asked}/approve"
        officers = [client_of(make_staff("officer", "country", "KZ")) for _ in range(2)]

        answers = at_once(app, *(lambda one=one: one.post(url) for one in officers))

        assert sorted(answer.status_code for answer in answers) == [303, 409]
        events = db.session.scalars(select(AuditEvent).filter_by(action="revoke_certificate"))
        assert len(list(events)) == 1

    def test_claims_the_row_even_when_it_looked_valid(self, holder, officer):
        stale = holder.certificate
        db.session.expunge(stale)
        revoke(stale.number, FORM)

        with pytest.raises(services.AlreadyRevoked):
            services.revoke_certificate(holder.person, stale, reason="wrong_person", note="Later.")

    def test_hides_certificates_of_other_countries(self, holder, stranger):
        response = stranger.post(address(holder), data=FORM)

        assert response.status_code == 404
        assert not certificates()[0].is_revoked

    def test_is_not_for_the_holder(self, holder):
        response = holder.client.post(address(holder), data=FORM)

        assert response.status_code == 403
        assert not certificates()[0].is_revoked

    def test_tells_the_consequences_before(self, holder, officer):
        page = text_of(officer.get(f"/certificates/{holder.certificate.number}"))

        assert "everybody who checks it reads that it was revoked" in page
        assert "An e-mail tells its holder." in page
        assert "This cannot be undone." in page

    def test_shows_the_holder_day_and_reason_but_not_the_note(self, holder):
        revoke(holder.certificate.number, FORM)

        page = text_of(holder.open_certificate())

        assert f"{datetime.now(UTC):%Y}" in page
        assert "this certificate was revoked" in page
        assert "Reason: The rules of the assessment were broken." in page
        assert NOTE not in page
