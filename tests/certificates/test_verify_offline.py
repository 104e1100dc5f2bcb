"""A PDF is checked by itself, with the issuer's root: no database, no network, no application."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from lms.certificates import keys, verify
from lms.certificates.models import CertificateFile
from lms.certificates.verify import Answer
from lms.config import ROOT
from lms.extensions import db
from lms.jobs.services import run_due
from lms.lib import credentials, distrust, signing, status_lists

NOW = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)


@pytest.fixture
def pdf(holder):
    run_due()
    return db.session.query(CertificateFile).one().pdf


@pytest.fixture
def offline(monkeypatch):
    """Let nobody open a connection: neither to the database's server nor to the network."""

    def refuse(*_arguments):
        raise AssertionError("A connection was opened.")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(db.session, "execute", refuse)


def published():
    return list(keys.certificates(*keys.PURPOSES).values())


def attached(pdf):
    with pikepdf.open(BytesIO(pdf)) as document:
        return json.loads(document.attachments["credential.json"].get_file().read_bytes())


def kept_list(entry, *, places=(), at=NOW, key=None):
    """A status list as the site publishes it."""
    key = key or keys.current("credential")
    content = {
        "id": f"{entry['statusListCredential']}#list",
        "type": "BitstringStatusList",
        "statusPurpose": entry["statusPurpose"],
        "encodedList": status_lists.encoded(places),
    }
    unsigned = {
        "@context": [credentials.VERIFIABLE_CREDENTIALS],
        "id": entry["statusListCredential"],
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "did:web:localhost",
        "validFrom": credentials.utc(at),
        "validUntil": credentials.utc(at + timedelta(days=7)),
        "credentialSubject": content,
    }
    return credentials.secured(unsigned, key.private, f"did:web:localhost#{key.id}", at)


def signed_again(pdf, **changes):
    """What somebody with our document key could make of a certificate: its credential is another."""
    begin = signing._RANGES.search(pdf)
    page = pdf[: pdf.rindex(b"%%EOF", 0, int(begin[1])) + 6]
    with pikepdf.open(BytesIO(page)) as document:
        changed = json.dumps(attached(pdf) | changes).encode()
        document.attachments["credential.json"] = changed
        document.save(saved := BytesIO())
    key = keys.current("document")
    return signing.sign(
        saved.getvalue(), key.private, key.certificate, [key.root], reason="", signed_at=NOW
    )


def secured_again(pdf, **changes):
    """The same by somebody who also has the key of credentials."""
    key = keys.current("credential")
    unsigned = {name: value for name, value in attached(pdf).items() if name != "proof"} | changes
    method = attached(pdf)["proof"]["verificationMethod"]
    return signed_again(pdf, **credentials.secured(unsigned, key.private, method, NOW))


class TestVerifyOffline:
    def test_shows_every_check_of_a_genuine_certificate(self, pdf, holder, offline):
        trusted = published()
        report = verify.verified(pdf, trusted, [], NOW)

        assert report.answer == Answer.VALID
        assert [check.name for check in report.checks] == [
            "signature", "key", "credential", "register", "page", "period", "standing",
        ]  # fmt: skip
        assert all(check.passed for check in report.checks)
        text = "\n".join(verify.told(report))
        assert f"number: {report.lines['number']}" in text
        assert "Sarsenbayeva" in text
        assert "no status list was given" in text
        assert text.endswith("This certificate is genuine and holds.")

    def test_believes_only_current_lists_of_the_issuer(self, pdf):
        trusted, entries = published(), attached(pdf)["credentialStatus"]
        revocation, suspension = entries
        place = int(revocation["statusListIndex"])
        both = [kept_list(one) for one in entries]
        old = [kept_list(one, at=NOW - timedelta(days=8)) for one in entries]
        set_long_ago = kept_list(revocation, places=[place], at=NOW - timedelta(days=99))
        suspended_long_ago = kept_list(suspension, places=[place], at=NOW - timedelta(days=99))
        unsigned = {**both[0], "proof": both[1]["proof"]}
        named = kept_list(revocation, places=[place])
        suspended = kept_list(suspension, places=[place])
        neighbour = kept_list(revocation, places=[place + 1])
        keys.rotate("credential")

        def answer(*lists, certificates=trusted):
            return verify.verified(pdf, certificates, lists, NOW).answer

        assert answer(*both) == Answer.VALID
        assert answer(named, both[1]) == Answer.REVOKED
        assert answer(both[0], suspended) == Answer.SUSPENDED
        assert answer(*both, suspended_long_ago) == Answer.VALID  # it was lifted
        assert answer(both[0], suspended_long_ago) == Answer.SUSPENDED
        assert answer(neighbour, both[1]) == Answer.VALID
        assert answer(set_long_ago) == Answer.REVOKED  # nothing is ever un-revoked
        assert answer(*old) == Answer.UNKNOWN
        assert answer(both[0]) == Answer.UNKNOWN  # of suspensions there is none
        assert answer(unsigned, both[1]) == Answer.UNKNOWN
        # lists that a later key signed, which the kept issuer.pem names or not
        newer = [kept_list(one) for one in entries]
        assert answer(*newer, certificates=published()) == Answer.VALID
        assert answer(*newer) == Answer.UNKNOWN

    def test_tells_a_foreign_a_changed_and_a_forged_file_apart(self, pdf):
        trusted, credential = published(), attached(pdf)
        flipped = bytearray(pdf)
        flipped[200] ^= 1
        register = credential["register"]
        facts = credential["certificate"]["facts"]
        lines = credential["certificate"]["lines"]
        renamed = {"facts": {**facts, "name_latin": "Another"}, "lines": lines}
        relined = {"facts": facts, "lines": {**lines, "name": "Another"}}

        for forged, answer, failed in (
            (b"no PDF", Answer.FOREIGN, "signature"),
            (bytes(flipped), Answer.CHANGED, "signature"),
            (pdf + b"%", Answer.CHANGED, "signature"),
            (signed_again(pdf, name="Another"), Answer.FORGED, "credential"),
            (signed_again(pdf, register={**register, "key": ""}), Answer.FORGED, "key"),
            (secured_again(pdf, certificate=renamed), Answer.FORGED, "register"),
            (secured_again(pdf, certificate=relined), Answer.FORGED, "page"),
            (secured_again(pdf, register={**register, "index": 7}), Answer.FORGED, "register"),
            (secured_again(pdf, validUntil="2026-01-31T23:59:59Z"), Answer.EXPIRED, "period"),
        ):
            report = verify.verified(forged, trusted, [], NOW)

            assert (report.answer, report.checks[-1].name) == (answer, failed)
            assert report.checks[-1].passed is False
            assert bool(report.lines) == (failed in {"register", "page", "period"})

        early = verify.verified(pdf, trusted, [], NOW - timedelta(days=1))
        assert early.answer == Answer.UNKNOWN  # a clock that is wrong
        report = verify.verified(pdf, [], [], NOW)
        assert report.answer == Answer.FOREIGN  # nobody is trusted

    def test_holds_after_its_keys_were_changed(self, pdf):
        kept = published()
        keys.rotate("document")
        keys.rotate("credential")

        for trusted in (kept, published(), list(keys.certificates("root").values())):
            assert verify.verified(pdf, trusted, [], NOW).answer == Answer.VALID

    def test_believes_of_a_leaked_key_what_another_key_proves_to_be_older(self, pdf):
        trusted, entries = published(), attached(pdf)["credentialStatus"]
        lists = [kept_list(one) for one in entries]
        document, credential = keys.current("document"), keys.current("credential")
        entered = datetime.fromisoformat(attached(pdf)["register"]["at"])
        before, after = entered - timedelta(hours=1), entered + timedelta(hours=1)
        root = keys.current("root").private

        def answer(*doubts, given=(), file=pdf):
            said = [distrust.statement(key.certificate, at, root) for key, at in doubts]
            report = verify.verified(file, trusted, given, NOW, said)
            assert bool(report.lines) == (report.answer != Answer.UNPROVED)
            return report.answer

        assert answer((document, after)) == Answer.VALID
        assert answer((document, before)) == Answer.UNPROVED
        # a thief of this key alone writes another name: the credential is of another key
        thief = signed_again(pdf, name="Another")
        assert verify.verified(thief, trusted, [], NOW, []).answer == Answer.FORGED
        # who has both keys can write any time, also into the register's proof
        assert answer((document, after), (credential, after)) == Answer.UNPROVED
        # the PDF as a whole is signed by a key that nobody else has
        assert answer((credential, before)) == Answer.VALID
        assert answer((credential, before), given=lists) == Answer.UNKNOWN  # anybody's lists

        own = distrust.statement(document.certificate, before, document.private)  # by no root
        altered = distrust.statement(document.certificate, before, root) | {
            "since": "2020-01-01T00:00:00Z"
        }
        for forged in (own, altered, {}, "junk"):
            assert verify.verified(pdf, trusted, [], NOW, [forged]).answer == Answer.VALID

    def test_runs_as_a_command_anywhere(self, pdf, tmp_path):
        (tmp_path / "certificate.pdf").write_bytes(pdf)
        (tmp_path / "changed.pdf").write_bytes(pdf.replace(b"/Lang", b"/Lung", 1))
        root = keys.current("root").certificate
        (tmp_path / "issuer.pem").write_bytes(root.public_bytes(Encoding.PEM))
        said = distrust.statement(
            keys.current("document").certificate,
            NOW - timedelta(days=9),
            keys.current("root").private,
        )
        (tmp_path / "distrusted.json").write_text(json.dumps([said]))
        revocation, suspension = attached(pdf)["credentialStatus"]
        for entry in (revocation, suspension):
            key = keys.current("credential")
            signed = kept_list(entry, places=[int(entry["statusListIndex"])], key=key)
            (tmp_path / f"{entry['statusPurpose']}.json").write_text(json.dumps(signed))

        def run(*arguments):
            return subprocess.run(
                [sys.executable, "-m", "lms.certificates.verify", *arguments],
                env={"PYTHONPATH": str(ROOT)},  # no setting at all
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )

        valid = run("certificate.pdf", "--trust", "issuer.pem", "--json")
        assert valid.returncode == 0, valid.stderr
        assert json.loads(valid.stdout)["answer"] == "valid"
        codes = {
            ("changed.pdf", "--trust", "issuer.pem"): 1,
            ("certificate.pdf", "--trust", "issuer.pem", "--status", "revocation.json"): 1,
            ("certificate.pdf", "--trust", "missing.pem"): 2,
            ("certificate.pdf", "--trust", "issuer.pem", "--distrusted", "distrusted.json"): 2,
        }
        for arguments, code in codes.items():
            paths = [str(tmp_path / one) if "." in one else one for one in arguments]
            assert verify.main(paths) == code, arguments
