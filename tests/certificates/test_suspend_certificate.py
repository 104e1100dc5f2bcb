from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.certificates.models import RegisterEntry
from lms.extensions import db
from lms.notices.models import Message
from tests.certificates.conftest import certificates, follow
from tests.factories import complete, enrolled, make_cohort, make_staff
from tests.pages import text_of

REASON = {"reason": "A complaint is looked into."}


def address(holder, action: str) -> str:
    return f"/certificates/{holder.certificate.number}/{action}"


def entries() -> list[str]:
    return list(db.session.scalars(select(RegisterEntry.event).order_by(RegisterEntry.index)))


def messages() -> list[str]:
    return list(db.session.scalars(select(Message.kind).order_by(Message.id)))


class TestSuspendCertificate:
    def test_is_done_by_one_officer_and_lifted_by_another(
        self, holder, officer, client_of, stranger
    ):
        page = text_of(follow(officer, officer.post(address(holder, "suspend"), data=REASON)))

        assert "Suspended. Whoever checks it reads that it does not hold for now." in page
        (certificate,) = certificates()
        assert certificate.suspended_at is not None
        assert f"Suspended by {certificate_actor('suspend_certificate')}" in page
        assert REASON["reason"] in page
        assert entries() == ["issue", "suspend"]
        assert messages()[-1] == "certificate_suspended"
        assert "This certificate is suspended" in text_of(
            holder.client.get(f"/v/{certificate.number}")
        )

        other = client_of(make_staff("officer", "country", "KZ"))
        assert other.post(address(holder, "suspend"), data=REASON).status_code == 409
        assert stranger.post(address(holder, "lift"), data=REASON).status_code == 404
        page = text_of(follow(other, other.post(address(holder, "lift"), data=REASON)))

        assert "The suspension is lifted" in page
        assert certificates()[0].suspended_at is None
        assert entries() == ["issue", "suspend", "lift"]
        assert messages()[-1] == "certificate_lifted"
        assert other.post(address(holder, "lift"), data=REASON).status_code == 409

    def test_holds_up_the_one_of_another_cohort_until_it_is_lifted(self, holder, officer):
        officer.post(address(holder, "suspend"), data=REASON)
        seat = enrolled(holder.person, make_cohort("KZ"))
        complete(seat)
        held_up = text_of(
            holder.client.get(f"/learn/{seat.cohort_slug}/{seat.course_slug}/certificate")
        )
        assert len(certificates()) == 1

        officer.post(address(holder, "lift"), data=REASON)

        assert "Until an officer lifts that, no other one is issued" in held_up
        assert certificates()[-1].enrolment_id == seat.enrolment_id
        assert messages()[-2:] == ["certificate_lifted", "certificate_issued"]

    def test_needs_a_reason_and_keeps_the_page(self, holder, officer):
        response = officer.post(address(holder, "suspend"), data={"reason": " "})

        assert response.status_code == 422
        assert "Write the reason; it is kept in the log." in text_of(response)
        assert 'href="#suspend-reason"' in response.text
        assert certificates()[0].suspended_at is None

    def test_is_not_for_the_own_certificate(self, holder, client_of):
        from lms.accounts import services as accounts

        accounts.grant_role(None, holder.person, "officer", "country", "KZ")
        db.session.commit()
        own = client_of(holder.person)

        for action in ("suspend", "lift", "replace"):
            response = own.post(address(holder, action), data=REASON)
            assert response.status_code == 409
            assert "This is about yourself" in text_of(response)
        assert entries() == ["issue"]


def certificate_actor(action: str) -> str:
    from lms.accounts.models import Person

    event = db.session.scalar(select(AuditEvent).filter_by(action=action))
    return db.session.get(Person, event.actor_id).name
