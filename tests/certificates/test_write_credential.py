"""The credential of a certificate that was issued."""

import json
from datetime import date

from lms.certificates import keys
from lms.certificates.credentials import credential_of
from lms.extensions import db
from lms.lib import credentials
from tests.certificates.conftest import end_on

REGISTER = {"log": "serai.example/register", "event": "issue", "index": 0, "proof": []}


class TestWriteCredential:
    def test_says_what_is_printed_and_proves_it(self, holder):
        certificate = holder.certificate
        key = keys.current("credential")

        text = credential_of(certificate, key, REGISTER)

        credential = json.loads(text)
        credentials.check(credential, key.certificate.public_key())
        assert credential["id"].endswith(f"/v/{certificate.number}")
        assert credential["proof"]["verificationMethod"].endswith(f"#{key.id}")
        assert credential["certificate"]["facts"] == certificate.facts
        assert credential["certificate"]["lines"]["name_native"] == holder.person.name_native
        assert "" not in credential["certificate"]["lines"].values()
        assert credential["register"] == REGISTER
        subject = credential["credentialSubject"]
        assert subject["identifier"][0]["identityHash"] == holder.person.name_latin
        achievement = subject["achievement"]
        assert achievement["name"] == certificate.facts["course_title"]
        assert "passed the final assessment" in achievement["criteria"]["narrative"]
        assert {one["statusPurpose"] for one in credential["credentialStatus"]} == {
            "revocation",
            "suspension",
        }
        assert "validUntil" not in credential
        assert holder.person.email not in text

    def test_ends_with_the_last_day_where_the_cohort_is(self, holder):
        certificate = holder.certificate
        end_on(certificate, date(2027, 11, 30))
        db.session.commit()

        credential = json.loads(credential_of(certificate, keys.current("credential"), REGISTER))

        assert credential["validUntil"] == "2027-11-30T18:59:59Z"  # five hours after Greenwich
