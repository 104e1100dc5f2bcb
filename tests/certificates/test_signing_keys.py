"""Keys are made once, handed over without a document losing its worth, and read by workers only."""

from __future__ import annotations

import shutil
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lms.audit.models import AuditEvent
from lms.certificates import jobs, keys
from lms.certificates.models import DistrustedKey, SigningKey
from lms.extensions import db
from lms.jobs import services as job_services
from lms.jobs.models import Job
from lms.lib import certifying, distrust, pdf, signing

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")


@pytest.fixture
def folder(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "SIGNING_KEYS_DIR", tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def run(app, folder):
    def command(*arguments):
        return app.test_cli_runner().invoke(args=["lms", "keys", *map(str, arguments)])

    return command


def pem(*certificates):
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates)


@pytest.fixture
def ministry(tmp_path):
    """A root of somebody else's, and a document key that it certified: as files."""
    root, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    said = {"organisation": "A ministry", "valid_for": timedelta(days=365)}
    authority = certifying.certify_root(root, name="Its root", **said)
    certificate = certifying.certify(
        key.public_key(), name="Its key", **said, by=certifying.Authority(authority, root)
    )
    (tmp_path / "key.pem").write_bytes(certifying.pem_of(key))
    (tmp_path / "root.pem").write_bytes(certifying.pem_of(root))
    (tmp_path / "chain.pem").write_bytes(pem(certificate, authority))
    (tmp_path / "alone.pem").write_bytes(pem(certificate))
    (tmp_path / "authority.pem").write_bytes(pem(authority))
    return tmp_path


def signed_by(key):
    plain = pdf.render("<html lang=en><title>T</title><p>.</p></html>", "", assets={})
    return signing.sign(
        plain, key.private, key.certificate, [key.root], reason="", signed_at=datetime.now(UTC)
    )


def trusted():
    return list(keys.certificates("root").values())


class TestMakeKeys:
    def test_makes_them_at_the_first_start_of_a_worker(self, folder):
        for prepare in job_services.AT_START:
            prepare()
        first = {purpose: keys.current(purpose) for purpose in keys.PURPOSES}
        jobs.make_keys()

        assert {row.id for row in db.session.query(SigningKey)} == {
            one.id for one in first.values()
        }
        assert signing.issued_by(first["document"].certificate, first["root"].certificate)
        assert signing.issued_by(first["credential"].certificate, first["root"].certificate)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
        assert len(list(folder.iterdir())) == 3

    def test_in_production_a_person_makes_them(self, app, run, monkeypatch):
        monkeypatch.setitem(app.config, "IS_PRODUCTION", True)

        jobs.make_keys()  # the worker starts all the same: e-mails do not wait for a key

        assert db.session.query(SigningKey).count() == 0
        with pytest.raises(keys.KeyMissing) as missing:
            keys.current("document")
        assert "flask lms keys make" in str(missing.value.message)
        assert "flask lms keys make" in run("list").output

        assert run("make").output.count("was made") == 3
        assert "nothing was made" in run("make").output
        assert keys.current("document").private
        assert db.session.query(AuditEvent).filter_by(action="make_signing_key").count() == 3

    def test_says_when_the_private_half_is_not_here(self, folder, run):
        key = keys.current("document")
        db.session.commit()
        (folder / f"{key.id}.pem").unlink()
        keys._from_file.cache_clear()

        with pytest.raises(keys.KeyUnreadable) as unreadable:
            keys.current("document")

        assert f"{key.id}.pem" in str(unreadable.value.message)
        assert "not usable here" in run("list").output
        assert keys.certificates("document")[key.id] == key.certificate  # for everybody


class TestRotateKeys:
    def test_what_was_signed_before_stays_valid(self, run):
        old = keys.current("document")
        document = signed_by(old)
        db.session.commit()

        assert "signs from now on" in run("rotate", "document").output

        new = keys.current("document")
        assert new.id != old.id
        assert db.session.get(SigningKey, old.id).retired_at
        assert signing.check(document, trusted()).signer == old.certificate
        assert signing.check(signed_by(new), trusted()).signer == new.certificate
        assert "retired" in run("list").output

    def test_a_new_root_does_not_unsay_the_old_one(self, run):
        document = signed_by(old := keys.current("document"))
        db.session.commit()

        run("rotate", "root")
        assert keys.current("document").root == old.root
        run("rotate", "document")

        assert keys.current("document").root == keys.current("root").certificate != old.root
        assert signing.check(document, trusted()).signer == old.certificate
        assert len(trusted()) == 2

    def test_says_that_others_can_read_a_key(self, run, folder):
        key = keys.current("document")
        db.session.commit()
        (folder / f"{key.id}.pem").chmod(0o644)

        assert f"Others can read {folder / key.id}.pem" in run("list").stderr


class TestKeepKeys:
    def test_the_database_takes_no_change_but_one_retirement(self, app):
        key = keys.current("document")
        db.session.commit()

        for statement in (
            "DELETE FROM signing_keys",
            "UPDATE signing_keys SET certificate_pem = 'mine' WHERE purpose = 'document'",
            "UPDATE signing_keys SET purpose = 'credential' WHERE purpose = 'document'",
            "UPDATE signing_keys SET id = 'mine' WHERE purpose = 'document'",
        ):
            with pytest.raises(DBAPIError, match="kept as they are"):
                db.session.execute(text(statement))
            db.session.rollback()
        keys.rotate("document")
        db.session.commit()
        with pytest.raises(DBAPIError, match="kept as they are"):
            db.session.execute(text("UPDATE signing_keys SET retired_at = NULL"))
        db.session.rollback()

        assert db.session.get_one(SigningKey, key.id).retired_at

    def test_nobody_publishes_a_key_that_was_not_made_here(self, app, client, run, ministry):
        root = keys.current("document").root
        certificate = (ministry / "authority.pem").read_text()
        # somebody who can write to the database, and nowhere else
        now = datetime.now(UTC)
        smuggled = SigningKey(
            id="root-ffffffff",
            purpose="root",
            certificate_pem=certificate,
            made_at=now,
            retired_at=now,
        )
        db.session.add(smuggled)
        db.session.commit()

        published = client.get("/issuer.pem").data
        page = client.get("/verify-offline.html").text
        listed = run("list")
        verified = app.test_cli_runner().invoke(args=["lms", "register", "verify"])

        assert pem(root) in published
        assert certificate.encode() not in published
        assert certificate.splitlines()[1] not in page
        assert pem(root).decode().splitlines()[1] in page
        assert "root-ffffffff is unknown to the audit log" in listed.stderr
        assert "unknown" not in listed.stdout
        assert verified.exit_code == 1
        assert "The key root-ffffffff: the audit log does not know it" in verified.output


class TestDistrustKeys:
    def test_lets_a_new_key_sign_and_tells_everybody_who_checks(self, client, run):
        document, credential = keys.current("document"), keys.current("credential")
        db.session.commit()

        for key in (document, credential):
            result = run(
                "distrust",
                key.id,
                "--since",
                "2026-11-01T09:00Z",
                "--reason",
                "A laptop was stolen.",
            )
            assert result.exit_code == 0, result.output

        assert keys.current("document").id != document.id
        events = db.session.query(AuditEvent).filter_by(action="distrust_signing_key").all()
        assert [(one.object_id, one.reason) for one in events] == [
            (document.id, "A laptop was stolen."),
            (credential.id, "A laptop was stolen."),
        ]
        statements = client.get("/distrusted.json").json
        since = datetime(2026, 11, 1, 9, tzinfo=UTC)
        assert distrust.moments(statements, trusted()) == {
            distrust.fingerprint_of(key.certificate): since for key in (document, credential)
        }
        assert "stolen" not in client.get("/distrusted.json").text
        chain = client.get("/issuer.pem").data
        assert pem(document.root) in chain
        assert pem(keys.current("document").certificate) in chain
        assert pem(document.certificate) not in chain
        did = client.get("/.well-known/did.json").json
        old = next(one for one in did["verificationMethod"] if one["id"].endswith(credential.id))
        assert old["revoked"] == "2026-11-01T09:00:00Z"
        assert old["id"] not in did["assertionMethod"]
        assert len(did["assertionMethod"]) == 1
        assert run("list").stdout.count("distrusted since 2026-11-01 09:00 UTC") == 2
        waiting = {job.handler for job in db.session.query(Job).filter(Job.finished_at.is_(None))}
        assert waiting >= {"sign_head", "sign_status_lists"}

    def test_refuses_what_cannot_be_said(self, run):
        key, root = keys.current("document"), keys.current("root")
        db.session.commit()
        last_year, tomorrow = "2025-11-26", f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"

        for key_id, since, reason, sentence in (
            ("nobody", last_year, "A test.", "no key of this name"),
            (root.id, last_year, "A test.", "Nobody above a root"),
            (key.id, tomorrow, "A test.", "a moment that is over"),
            (key.id, "yesterday", "A test.", "Write it like"),
            (key.id, last_year, "A test. " * 63, "at most 500 characters"),
        ):
            result = run("distrust", key_id, "--since", since, "--reason", reason)
            assert result.exit_code != 0
            assert sentence in result.output
        run("distrust", key.id, "--since", last_year, "--reason", "A test.")
        again = run("distrust", key.id, "--since", last_year, "--reason", "A test.")

        assert "distrusted already" in again.output
        assert keys.current("root").id == root.id
        assert db.session.query(DistrustedKey).count() == 1
        with pytest.raises(DBAPIError, match="kept as they are"):
            db.session.execute(text("DELETE FROM distrusted_keys"))


class TestTakeKeys:
    def test_signs_with_the_key_of_a_ministry_and_trusts_its_root(self, run, ministry):
        before = keys.current("document")
        db.session.commit()

        result = run("take", "document", ministry / "key.pem", ministry / "chain.pem")

        assert result.exit_code == 0, result.output
        key = keys.current("document")
        assert key.id != before.id
        assert (
            key.root.public_bytes(serialization.Encoding.PEM)
            in (ministry / "chain.pem").read_bytes()
        )
        assert signing.check(signed_by(key), trusted()).signer == key.certificate
        assert (
            keys.current("root").certificate == before.root
        )  # which still certifies what is made here
        assert db.session.query(AuditEvent).filter_by(action="take_signing_key").count() == 2

    def test_certifies_with_a_root_that_was_taken(self, run, ministry):
        run("take", "root", ministry / "root.pem", ministry / "authority.pem")

        assert "Its root" in keys.current("credential").root.subject.rfc4514_string()

    def test_refuses_what_does_not_fit(self, run, ministry, tmp_path):
        other = tmp_path / "other.pem"
        other.write_bytes(certifying.pem_of(ec.generate_private_key(ec.SECP256R1())))
        soft = tmp_path / "soft.pem"
        soft.write_bytes(certifying.pem_of(ed25519.Ed25519PrivateKey.generate()))
        junk = tmp_path / "junk.pem"
        junk.write_text("no key at all")
        key, chain = ministry / "key.pem", ministry / "chain.pem"

        for arguments, sentence in (
            (("document", other, chain), "of another key"),
            (("document", soft, chain), "of another key"),
            (("credential", key, chain), "Ed25519"),
            (("root", key, chain), "must allow it"),
            (("document", key, ministry / "alone.pem"), "that certified the key"),
            (("document", junk, chain), "key cannot be read"),
            (("document", key, junk), "certificates cannot be read"),
            (("document", tmp_path / "none.pem", chain), "none.pem cannot be read"),
        ):
            result = run("take", *arguments)
            assert result.exit_code == 1, arguments
            assert sentence in result.output

        assert db.session.query(SigningKey).count() == 0


@pytest.mark.skipif(not SOFTHSM.exists(), reason="softhsm2 is not installed")
class TestTakeKeysInTokens:
    def test_signs_without_the_key_leaving_its_token(
        self, app, run, ministry, tmp_path, folder, monkeypatch
    ):
        (tmp_path / "tokens").mkdir()
        (tmp_path / "softhsm.conf").write_text(f"directories.tokendir = {tmp_path}/tokens\n")
        monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm.conf"))
        tool = [shutil.which("softhsm2-util"), "--pin", "2468"]
        for arguments in (
            ["--init-token", "--free", "--label", "serai", "--so-pin", "8642"],
            [
                "--import",
                ministry / "key.pem",
                "--token",
                "serai",
                "--label",
                "document",
                "--id",
                "A1",
            ],
        ):
            subprocess.run([*tool, *arguments], check=True, capture_output=True)
        monkeypatch.setitem(app.config, "SIGNING_TOKEN_LIBRARY", str(SOFTHSM))
        monkeypatch.setitem(app.config, "SIGNING_TOKEN_LABEL", "serai")
        monkeypatch.setitem(app.config, "SIGNING_TOKEN_PIN", "2468")

        missing = run("take", "document", "token:another", ministry / "chain.pem")
        taken = run("take", "document", "token:document", ministry / "chain.pem")

        assert "The token does not answer" in missing.output
        assert taken.exit_code == 0, taken.output
        key = keys.current("document")
        assert signing.check(signed_by(key), trusted()).signer == key.certificate
        assert "in the token" in run("list").output
        assert [file.name for file in folder.iterdir()] == [f"{key.id}.token"]
