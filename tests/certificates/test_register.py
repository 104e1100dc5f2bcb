"""The public register: what is entered, its heads and its proofs."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from lms.accounts.models import Person
from lms.audit.models import AuditEvent
from lms.certificates import keys, own_data
from lms.certificates.jobs import append_missing, sign_head, tell_witnesses
from lms.certificates.models import Certificate, RegisterEntry, TreeHead
from lms.certificates.queries import heads
from lms.certificates.services import register, verifying
from lms.extensions import db
from lms.jobs.models import Job
from lms.lib import notes
from lms.lib.canonical import canonical
from lms.lib.merkle import leaf_hash, verify_consistency, verify_inclusion
from tests.certificates.conftest import at_once, revoke

ORIGIN = "localhost/register"


def key() -> keys.Key:
    return keys.current("credential")


def opened(note: str) -> notes.Checkpoint:
    return notes.opened(note, ORIGIN, key().certificate.public_key())


def raw(written: list[str]) -> list[bytes]:
    return [base64.b64decode(one) for one in written]


def leaf_by_hand(certificate, told) -> bytes:
    """Compute a leaf as the documentation says, not as the code does."""
    facts = certificate.facts if told["event"] == "issue" else {}
    names = ("event", "at", "detail")
    said = {"number": certificate.number, "facts": facts, **{name: told[name] for name in names}}
    return leaf_hash(hashlib.sha256(certificate.salt + canonical(said)).digest())


class TestEnter:
    def test_comes_with_issue_and_revocation_and_their_rows_in_the_log(self, holder, outbox):
        certificate = holder.certificate
        revoke(
            certificate.number, {"reason": "rules_broken", "note": "Somebody else sat the test."}
        )

        entries = db.session.scalars(select(RegisterEntry).order_by(RegisterEntry.index)).all()
        assert [(one.index, one.event, one.detail) for one in entries] == [
            (0, "issue", {}),
            (1, "revoke", {"reason": "rules_broken"}),
        ]
        assert {one.certificate_id for one in entries} == {certificate.id}
        db.session.refresh(certificate)
        assert verifying.first_fault() is None

    def test_leaves_no_gap_when_many_are_entered_at_once(self, app, certify):
        made = certify(12, is_entered=False)
        db.session.commit()
        ids = [certificate.id for certificate in made]

        def enter(part):
            def run():
                for one in part:
                    register.append(db.session.get_one(Certificate, one), "issue")
                    db.session.commit()

            return run

        at_once(app, *(enter(ids[start::3]) for start in range(3)))

        indexes = db.session.scalars(select(RegisterEntry.index).order_by(RegisterEntry.index))
        assert list(indexes) == list(range(12))
        assert verifying.first_fault() is None

    def test_undone_with_its_cause_leaves_no_trace(self, certify):
        certify(2)
        db.session.commit()
        certify(1)
        db.session.rollback()
        certify(1)
        db.session.commit()

        assert heads.register_size() == 3
        assert verifying.first_fault() is None

    def test_asks_for_one_head_however_many_are_entered(self, certify):
        certify(5)
        db.session.commit()
        certify(5)
        db.session.commit()

        jobs = db.session.scalars(select(Job).where(Job.handler == "sign_head")).all()
        assert len(jobs) == 1

    def test_costs_the_same_in_a_long_register(self, certify, count_queries):
        """What is read and written grows with the levels of the tree; a register of a million has twenty."""
        certify(8)
        with count_queries() as few:
            certify(8)
        certify(40)
        with count_queries() as many:
            certify(8)

        assert len(many) <= len(few) + 1


class TestSignHead:
    def test_signs_each_size_once(self, certify):
        assert register.sign_head(key()) is None
        certify(3)
        sign_head()
        sign_head()
        db.session.commit()

        (head,) = db.session.scalars(select(TreeHead)).all()
        checkpoint = opened(head.checkpoint)
        assert (checkpoint.size, checkpoint.root) == (3, heads.root(3))
        assert checkpoint.signed_at == head.signed_at

    def test_keeps_the_name_of_the_log_when_the_site_moves(self, app, certify, monkeypatch):
        certify(1)
        sign_head()
        monkeypatch.setitem(app.config, "PUBLIC_URL", "https://elsewhere.example")
        certify(1)
        sign_head()

        assert opened(heads.newest_head().checkpoint).size == 2


class TestInclusionInACredential:
    def test_needs_nothing_but_itself(self, certify):
        certificate = certify(7)[4]
        certify(3)

        told = register.inclusion_of(certificate, key())

        checkpoint = opened(told["checkpoint"])
        assert base64.b64decode(told["salt"]) == certificate.salt
        assert told["size"] == checkpoint.size == 10
        leaf = leaf_by_hand(certificate, told)
        proof = raw(told["proof"])
        assert verify_inclusion(leaf, told["index"], told["size"], proof, checkpoint.root)

    def test_is_signed_with_the_key_of_today(self, certify):
        certificate = certify(1)[0]
        first = register.inclusion_of(certificate, key())
        db.session.execute(
            text("UPDATE signing_keys SET retired_at = made_at WHERE purpose = 'credential'")
        )
        second = register.inclusion_of(certificate, key())

        assert first["key"] != second["key"]
        assert opened(second["checkpoint"]) == notes.Checkpoint(
            ORIGIN, 1, heads.root(1), heads.newest_head().signed_at
        )
        assert verifying.first_fault([first["checkpoint"], second["checkpoint"]]) is None


class TestPublicPages:
    def test_answer_everybody_without_a_cookie(self, client, certify):
        certificate = certify(5)[1]
        sign_head()
        certify(4)
        register.append(certificate, "revoke", reason="error")
        sign_head()
        register.append(certificate, "issue")  # waits for a head
        db.session.commit()

        note = client.get("/register/checkpoint")
        listed = client.get("/register/heads.json").json
        consistency = client.get("/register/consistency?old=5").json
        told = client.get(f"/v/{certificate.number}/proof.json").json
        page = client.get("/register")

        assert note.mimetype == "text/plain"
        assert note.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in {*page.headers.keys(), *note.headers.keys()}
        assert "10" in page.text
        assert notes.verifier_key(ORIGIN, key().certificate.public_key()) in page.text
        new, old = (opened(one["checkpoint"]) for one in listed["heads"])
        assert opened(note.text) == new
        assert listed["next"] is None
        proof = raw(consistency["proof"])
        assert verify_consistency(old.size, old.root, new.size, new.root, proof)
        assert "salt" not in str(told)
        assert [event["event"] for event in told["events"]] == ["issue", "revoke"]
        assert [event["event"] for event in told["waiting"]] == ["issue"]
        for event in told["events"]:
            leaf, proof = leaf_by_hand(certificate, event), raw(event["proof"])
            assert base64.b64decode(event["leaf"]) == leaf
            assert verify_inclusion(leaf, event["index"], told["size"], proof, new.root)

    def test_say_nothing_of_what_the_holder_hides(self, client, certify):
        hidden, successor = certify(2)
        register.append(hidden, "replace", by=successor.number)
        hidden.are_details_hidden = True
        sign_head()
        db.session.commit()

        told = client.get(f"/v/{hidden.number}/proof.json")

        assert [event["event"] for event in told.json["events"]] == ["issue", "replace"]
        assert successor.number not in told.text
        assert "at" not in told.json["events"][0]

    def test_read_no_more_of_a_long_register(self, client, certify, count_queries):
        certificate = certify(22)[7]
        sign_head()
        db.session.commit()
        with count_queries() as statements:
            client.get("/register/consistency?old=21")
            client.get(f"/v/{certificate.number}/proof.json")

        assert len(statements) <= 12

    @pytest.mark.parametrize(
        "asked",
        ["", "old=0", "old=3", "old=2&new=1", "old=-1", "old=٣", "old=1&new=x", "old=" + "9" * 30],
    )
    def test_refuse_sizes_that_have_no_proof(self, client, certify, asked):
        certify(2)
        sign_head()
        db.session.commit()

        answer = client.get(f"/register/consistency?{asked}")

        assert answer.status_code == 422
        assert "from 1 to 2" in answer.json["error"]

    def test_say_that_nothing_is_there_yet(self, client):
        assert client.get("/register/checkpoint").status_code == 404
        assert client.get("/v/KZ-2026-0000/proof.json").status_code == 404
        assert client.get("/register/heads.json").json["heads"] == []
        assert "No head was signed yet" in client.get("/register").text


class TestTellWitnesses:
    def test_sends_each_head_once(self, app, certify, outbox, monkeypatch):
        monkeypatch.setitem(
            app.config, "REGISTER_WITNESSES", ["ministry@example.org", "b@example.org"]
        )
        certify(3)
        tell_witnesses()
        tell_witnesses()
        db.session.commit()

        mails = outbox()

        assert [mail.to for mail in mails] == [["ministry@example.org"], ["b@example.org"]]
        kept = notes.head_in(mails[0].body.replace("\n", "\r\n"))
        assert opened(kept).size == 3
        assert verifying.first_fault([mails[0].body]) is None


class TestErase:
    def test_leaves_the_register_whole_and_nothing_to_try_names_on(self, certify, outbox):
        erased, other = certify(2)
        register.append(erased, "revoke", reason="error")
        erased.revoked_at, erased.revocation_reason = datetime.now(UTC), "error"
        sign_head()
        before = heads.root(3)
        own_data.erase(db.session.get_one(Person, erased.person_id))
        db.session.commit()

        assert erased.salt is other.salt is None
        assert heads.root(3) == before
        assert verifying.first_fault() is None

    def test_does_not_hide_what_happens_afterwards(self, certify):
        (erased,) = certify(1)
        own_data.erase(db.session.get_one(Person, erased.person_id))
        erased.revoked_at, erased.revocation_reason = datetime.now(UTC), "issued_in_error"
        db.session.flush()
        assert "today it is revoked" in str(verifying.first_fault())

        register.append(erased, "revoke", reason="issued_in_error")

        assert erased.salt is None
        assert verifying.first_fault() is None


class TestAppendMissing:
    def test_enters_what_is_older_than_the_register_and_was_issued(self, app, certify):
        old, revoked = certify(2, is_entered=False)
        (forged,) = certify(1, is_entered=False)
        old.salt = revoked.salt = None
        revoked.revoked_at, revoked.revocation_reason = datetime(2026, 3, 1, tzinfo=UTC), "error"
        db.session.flush()
        forged.number = "KZ-2026-slipped-in"
        db.session.commit()

        append_missing()
        append_missing()
        db.session.commit()

        found = db.session.scalars(select(RegisterEntry).order_by(RegisterEntry.index)).all()
        assert [(one.certificate_id, one.event) for one in found] == [
            (old.id, "issue"),
            (revoked.id, "issue"),
            (revoked.id, "revoke"),
        ]
        assert found[2].detail == {"reason": "error", "since": "2026-03-01T00:00:00Z"}
        logged = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "enter_late"))
        assert [row.details["last"] for row in logged] == [revoked.number]
        assert "KZ-2026-slipped-in" in str(verifying.first_fault())
