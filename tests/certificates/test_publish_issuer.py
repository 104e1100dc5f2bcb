"""The issuer's keys, for whoever checks without this site."""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.certificates import keys
from lms.certificates.models import SigningKey
from lms.extensions import db
from lms.lib import credentials
from tests.pages import text_of


def retire(key_id):
    db.session.get_one(SigningKey, key_id).retired_at = datetime.now(UTC)
    db.session.commit()


class TestPublishKeys:
    def test_names_every_key_that_ever_signed(self, app, client):
        old = keys.current("credential")
        retire(old.id)
        new = keys.current("credential")
        keys.current("document")
        db.session.commit()

        answer = client.get("/.well-known/did.json")

        document = answer.json
        did = document["id"]
        assert did == "did:web:localhost"
        ids = [f"{did}#{new.id}", f"{did}#{old.id}"]
        assert [method["id"] for method in document["verificationMethod"]] == ids
        assert document["assertionMethod"] == ids  # what a retired key signed stays valid
        for method, key in zip(document["verificationMethod"], (new, old), strict=True):
            public = key.certificate.public_key()
            raw = credentials.from_multibase(method["publicKeyMultibase"])
            assert raw == b"\xed\x01" + public.public_bytes_raw()
            assert method["controller"] == did
        assert "Set-Cookie" not in answer.headers
        assert "max-age" in answer.headers["Cache-Control"]

    def test_gives_the_root_first_and_all_that_it_signed(self, app, client):
        document, credential = keys.current("document"), keys.current("credential")
        db.session.commit()

        answer = client.get("/issuer.pem")

        root, *others = x509.load_pem_x509_certificates(answer.data)
        assert root == document.root
        assert set(others) == {document.certificate, credential.certificate}
        for one in others:
            one.verify_directly_issued_by(root)
        assert any(isinstance(one.public_key(), Ed25519PublicKey) for one in others)
        assert b"PRIVATE" not in answer.data

    def test_is_empty_before_the_first_key(self, app, client):
        assert client.get("/.well-known/did.json").json["assertionMethod"] == []
        assert client.get("/issuer.pem").data == b""

    def test_explains_its_terms(self, app, client):
        answer = client.get("/ns")

        assert answer.status_code == 200
        assert "signed to the letter" in text_of(answer)
        assert 'id="certificate"' in answer.text
        assert 'id="register"' in answer.text
        assert "Set-Cookie" not in answer.headers
