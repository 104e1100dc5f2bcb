"""The W3C's own example (Data Integrity EdDSA Cryptosuites v1.0, B.1), and forgeries of a credential like ours."""

import json
from copy import deepcopy
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.lib import credentials

KEY = Ed25519PrivateKey.from_private_bytes(
    credentials.from_multibase("z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")[2:]
)
METHOD = "https://vc.example/issuers/5678#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
ALUMNI = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        # what https://www.w3.org/ns/credentials/examples/v2 says
        {"@vocab": "https://www.w3.org/ns/credentials/examples#"},
    ],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
SITE = "https://serai.example"
OURS = {
    "@context": credentials.contexts(SITE),
    "id": f"{SITE}/v/KZ-2026",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Digital identity",
    "issuer": {"id": "did:web:serai.example", "type": ["Profile"], "name": "Serai", "url": SITE},
    "validFrom": "2026-11-26T09:00:00Z",
    "validUntil": "2027-11-26T09:00:00Z",
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "identityType": "name",
                "identityHash": "Aigul <b>Sarsenbayeva</b> \u202eавйабнесрәС",
                "hashed": False,
            }
        ],
        "achievement": {
            "id": f"{SITE}/ns/completion/digital-id",
            "type": ["Achievement"],
            "achievementType": "CertificateOfCompletion",
            "name": "Digital identity",
            "description": 'From a "number" to a phone',
            "criteria": {"narrative": "completed all steps of Digital identity\n- told apart"},
        },
    },
    "credentialStatus": [
        {
            "id": f"{SITE}/status/revocation/0#7",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "7",
            "statusListCredential": f"{SITE}/status/revocation/0",
        }
    ],
    "certificate": {"facts": {"number": "KZ-2026", "hours": 4, "funders": ["KOICA"]}},
    "register": {"index": 0, "proof": ["AAAA"]},
}


@pytest.fixture(scope="module")
def signed():
    return credentials.secured(OURS, KEY, "did:web:serai.example#one", CREATED)


def places(value, path=()):
    """List the path of every text, number and truth value."""
    if isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        return [place for name, part in members for place in places(part, (*path, name))]
    return [path]


def changed(document, path, change):
    """Return a copy in which the value at a path is another."""
    copy = part = deepcopy(document)
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = change(part[path[-1]])
    return copy


def another(value):
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else value + "1"


class TestSecured:
    def test_gives_the_published_example(self):
        signed = credentials.secured(ALUMNI, KEY, METHOD, CREATED)

        assert credentials.multikey(KEY.public_key()) == METHOD.partition("#")[2]
        proof = signed["proof"]
        assert proof.pop("proofValue") == (
            "z21EVs3eXERqTn4acNHT9viboqgzUaQ3kTmhPT3eA8qrVPE7CrQq78WkzctnMX5W4CrzcKnHw8V6dvy5pgWYCU5e9"
        )
        assert credentials.hash_data(ALUMNI, proof).hex() == (
            "4c4d3890a157f8d611b13c265c2c22f39aa0a567c7c7dd9ba3e45cd579784eeb"
            "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
        )

    @pytest.mark.parametrize(
        "undefined",
        [
            {"grade": "A"},
            {"type": ["VerifiableCredential", "Diploma"]},
            {"issuer": {"id": "did:web:serai.example", "nickname": "S"}},
            {"credentialSubject": {"type": ["Hero"], "name": "x"}},
            {"id": "v/KZ-2026"},
            {"description": None},
            {"https://schema.org/name": "x"},
            {"description": "bell \a"},
            {"certificate": {"facts": {"name_latin": "delete \x7f"}}},
        ],
    )
    def test_refuses_what_would_not_be_signed(self, undefined):
        with pytest.raises(credentials.TermUndefined):
            credentials.secured({**OURS, **undefined}, KEY, "did:web:serai.example#one", CREATED)

    def test_fetches_no_context(self):
        foreign = {**OURS, "@context": [*OURS["@context"], "https://example.org/context"]}

        with pytest.raises(credentials.TermUndefined):
            credentials.secured(foreign, KEY, "did:web:serai.example#one", CREATED)


class TestCheck:
    def test_accepts_what_was_signed_after_a_way_through_a_file(self, signed):
        credentials.check(json.loads(json.dumps(signed)), KEY.public_key())

    def test_refuses_every_single_changed_value(self, signed):
        all_places = places(signed)

        assert len(all_places) > 40
        for path in all_places:
            with pytest.raises(credentials.CredentialForged):
                credentials.check(changed(signed, path, another), KEY.public_key())

    @pytest.mark.parametrize("name", [name for name in OURS if name != "@context"])
    def test_refuses_what_lost_a_member(self, signed, name):
        rest = {other: value for other, value in signed.items() if other != name}

        with pytest.raises(credentials.CredentialForged):
            credentials.check(rest, KEY.public_key())

    def test_refuses_another_key(self, signed):
        with pytest.raises(credentials.CredentialForged):
            credentials.check(signed, Ed25519PrivateKey.generate().public_key())

    @pytest.mark.parametrize(
        "proof", [None, "x", {}, {"type": "DataIntegrityProof"}, {"proofValue": 1}]
    )
    def test_refuses_what_has_no_proof(self, signed, proof):
        with pytest.raises(credentials.CredentialForged):
            credentials.check({**signed, "proof": proof}, KEY.public_key())

    @pytest.mark.parametrize("value", ["", "z", "z0OIl", "u" + "A" * 86, "z" + "1" * 64, "z" * 999])
    def test_refuses_a_broken_proof(self, signed, value):
        proof = {**signed["proof"], "proofValue": value}

        with pytest.raises(credentials.CredentialForged):
            credentials.check({**signed, "proof": proof}, KEY.public_key())


class TestCheckOfWhatWouldTakeForEver:
    @pytest.mark.parametrize(
        "part",
        [
            {"evidence": [{"type": ["Evidence"], "name": "x"}] * 9},
            {"type": ["VerifiableCredential"] * 100_000},
            {"certificate": [[]] * 3000},
            {"certificate": json.loads("[" * 900 + "]" * 900)},
        ],
    )
    def test_refuses_it_before_it_begins(self, signed, part, monkeypatch):
        monkeypatch.setattr(credentials, "hash_data", None)

        with pytest.raises(credentials.CredentialForged, match="larger"):
            credentials.check({**signed, **part}, KEY.public_key())


class TestCheckOfTheSameWrittenOtherwise:
    """Each of these stands for the same RDF, so a signature alone would not tell them apart."""

    def refuse(self, forged):
        with pytest.raises(credentials.CredentialForged):
            credentials.check(forged, KEY.public_key())

    def test_refuses_an_expiry_under_a_name_that_nobody_reads(self, signed):
        forged = deepcopy(signed)
        forged["https://www.w3.org/2018/credentials#validUntil"] = {
            "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
            "@value": forged.pop("validUntil"),
        }
        assert credentials.hash_data(without_proof(forged), options(forged)) == (
            credentials.hash_data(without_proof(signed), options(signed))
        )

        self.refuse(forged)

    def test_refuses_a_context_that_renames_terms(self, signed):
        forged = deepcopy(signed)
        forged["@context"][2]["hidden"] = {"@id": "serai:certificate", "@type": "@json"}
        forged["hidden"] = forged.pop("certificate")

        self.refuse(forged)

    def test_refuses_a_node_in_two_places(self, signed):
        forged = deepcopy(signed)
        achievement = forged["credentialSubject"]["achievement"]
        forged["issuer"]["id"] = achievement["id"]

        self.refuse(forged)


class TestPeriod:
    @pytest.mark.parametrize(
        ("at", "is_current"),
        [
            ("2026-11-26T08:59:59+00:00", False),
            ("2026-11-26T09:00:00+00:00", True),
            ("2027-11-26T09:00:00+00:00", True),
            ("2027-11-26T09:00:01+00:00", False),
        ],
    )
    def test_includes_its_ends(self, at, is_current):
        assert credentials.is_current(OURS, datetime.fromisoformat(at)) is is_current


class TestAddresses:
    @pytest.mark.parametrize(
        ("url", "did"),
        [
            ("https://serai.example", "did:web:serai.example"),
            ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"),
        ],
    )
    def test_name_the_issuer(self, url, did):
        assert credentials.did_web(url) == did

    @pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\1", b"Hello World!", bytes(64)])
    def test_write_bytes_there_and_back(self, data):
        assert credentials.from_multibase(credentials.multibase(data)) == data


def without_proof(credential):
    return {name: value for name, value in credential.items() if name != "proof"}


def options(credential):
    return {name: value for name, value in credential["proof"].items() if name != "proofValue"}
