"""What a holder sees of each certificate, copies elsewhere, and shows to others."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.certificates.models import Certificate
from lms.certificates.queries import by_number
from lms.cohorts.models import Cohort
from lms.extensions import db
from lms.jobs.services import run_due
from tests.certificates.conftest import end_on
from tests.factories import enrolment_of
from tests.pages import text_of


def another(certificate: Certificate, number: str, **changes) -> Certificate:
    """Add a certificate of the same person and course."""
    same = ("person_id", "cohort_id", "course_id", "country_code", "layout", "issued_on")
    row = Certificate(
        **{name: getattr(certificate, name) for name in same},
        **{
            "number": number, "occasion": certificate.occasion, "kind": certificate.kind, "sequence": 2,
            "enrolment_id": certificate.enrolment_id, "issued_at": datetime.now(UTC), "salt": b"s" * 32,
            "facts": {**certificate.facts, "number": number}, **changes,
        },
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row


class TestOwnCertificate:
    def test_says_everything_that_a_profile_asks_for(self, holder):
        run_due()
        certificate = holder.certificate
        end_on(certificate, date(2028, 3, 31))
        db.session.commit()

        response = holder.client.get(f"/certificates/mine/{certificate.number}")

        page = text_of(response)
        issued = f"{certificate.issued_on:%B %Y}"
        course = certificate.facts["course_title"]
        assert f"Name {course} Issuing organisation Serai Issue date {issued}" in page
        assert f"Expiration date March 2028 Credential ID {certificate.number}" in page
        assert f"Credential URL http://localhost/v/{certificate.number}" in page
        link = next(
            part.partition('"')[0]
            for part in response.text.split('href="')
            if part.startswith("https://www.linkedin.com/")
        )
        fields = parse_qs(urlsplit(link.replace("&amp;", "&")).query)
        assert fields == {
            "startTask": ["CERTIFICATION_NAME"], "name": [course], "organizationName": ["Serai"],
            "issueYear": [str(certificate.issued_on.year)], "issueMonth": [str(certificate.issued_on.month)],
            "expirationYear": ["2028"], "expirationMonth": ["3"], "certId": [certificate.number],
            "certUrl": [f"http://localhost/v/{certificate.number}"],
        }  # fmt: skip
        assert f'href="/badges/{certificate.number}.svg"' in response.text
        assert f'href="/certificates/{certificate.number}.pdf"' in response.text

    def test_is_there_without_a_course_and_after_all_is_over(self, holder, client):
        run_due()
        first = holder.certificate
        thanks = another(
            first, "KZ-2026-7Q3M-W8KD-R4TN-9HXG", kind="thanks", occasion="instructor:1:1:1",
            enrolment_id=None, sequence=1,
        )  # fmt: skip
        enrolment_of(holder.seat).withdrawn_at = datetime.now(UTC)
        cohort = db.session.get_one(Cohort, first.cohort_id)
        cohort.starts_on, cohort.ends_on = date(2025, 1, 1), date(2026, 1, 1)
        db.session.commit()

        listed = holder.client.get("/certificates/mine")
        for number in (first.number, thanks.number):
            assert f'href="/certificates/mine/{number}"' in listed.text
            page = text_of(holder.client.get(f"/certificates/mine/{number}"))
            assert "Congratulations." in page
            assert page.count(first.number) + page.count(thanks.number) > 2
        assert holder.client.get(f"/certificates/{first.number}.pdf").status_code == 200
        holder.person.active = False
        db.session.commit()
        assert client.get(f"/v/{first.number}.json").json["status"] == "valid"

    def test_shows_the_old_and_the_new_one(self, holder):
        old = holder.certificate
        new = another(old, "KZ-2026-7Q3M-W8KD-R4TN-9HXG")
        old.replaced_at, old.replaced_by_id = datetime.now(UTC), new.id
        db.session.commit()

        newest = text_of(holder.open_certificate())
        replaced = text_of(holder.client.get(f"/certificates/mine/{old.number}"))

        assert "Congratulations." in newest
        assert f"{old.number} Issued on" in newest
        assert f"another certificate took the place of this one. Give the new one to whoever asks: {new.number}" in replaced  # fmt: skip  # noqa: E501
        assert "Replaced" in text_of(holder.client.get("/certificates/mine"))


class TestChooseDetails:
    def test_hides_and_shows_them_and_is_logged_once(self, holder, client):
        number, name = holder.certificate.number, holder.certificate.facts["name_latin"]
        address = f"/certificates/mine/{number}/details"

        for is_hidden, choice in ((True, "hidden"), (True, "hidden"), (False, "shown")):
            response = holder.client.post(address, data={"details": choice})

            assert response.status_code == 303
            assert (name in client.get(f"/v/{number}").text) is not is_hidden
            assert by_number(number).are_details_hidden is is_hidden
            db.session.expire_all()
        logged = db.session.scalars(
            select(AuditEvent.action)
            .where(AuditEvent.object_id == number, AuditEvent.action.endswith("_details"))
            .order_by(AuditEvent.id)
        )
        assert list(logged) == ["hide_details", "show_details"]
        assert "every line that is printed" in text_of(holder.open_certificate())

    def test_is_nobody_elses(self, holder, officer, learner_in):
        number = holder.certificate.number

        for stranger in (officer, learner_in().client):
            assert stranger.get(f"/certificates/mine/{number}").status_code == 404
            hidden = stranger.post(
                f"/certificates/mine/{number}/details", data={"details": "hidden"}
            )
            assert hidden.status_code == 404
        db.session.expire_all()
        assert not by_number(number).are_details_hidden
