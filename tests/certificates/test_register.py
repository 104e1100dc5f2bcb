"""The public register: what is entered, its heads and proofs, and who notices when it is rewritten."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.audit.models import AuditEvent
from lms.certificates import keys, own_data
from lms.certificates.jobs import append_missing, sign_head, tell_witnesses
from lms.certificates.models import Certificate, RegisterEntry, RegisterNode, TreeHead
from lms.certificates.queries import heads
from lms.certificates.services import register, verifying
from lms.extensions import db
from lms.jobs.models import Job
from lms.lib import notes
from lms.lib.canonical import canonical
from lms.lib.merkle import leaf_hash, verify_consistency, verify_inclusion
from lms.lib.numbers import new_number
from tests.certificates.conftest import at_once, certificates, revoke
from tests.factories import enrolment_of, make_learner

ORIGIN = "localhost/register"


@pytest.fixture
def certify(app):
    """Return a function that makes certificates with their entries, without the pages of a course."""
    person, seat = make_learner()
    enrolment = enrolment_of(seat)

    def make(count: int, *, is_entered: bool = True) -> list[Certificate]:
        made = []
        for _number in range(count):
            number = new_number("KZ", 2026)
            certificate = Certificate(
                number=number, occasion=f"test:{number}", kind="completion", sequence=1, grounds={},
                enrolment_id=enrolment.id, person_id=person.id, cohort_id=enrolment.cohort_id,
                course_id=enrolment.course_id, country_code="KZ", issued_at=datetime.now(UTC),
                issued_on=date(2026, 11, 26), salt=secrets.token_bytes(32),
                facts={"number": number, "name_latin": "Aigul", "name_native": "Айгүл", "steps": 9},
            )  # fmt: skip
            db.session.add(certificate)
            db.session.flush()
            audit.record("issue_certificate", "certificate", number)
            if is_entered:
                register.append(certificate, "issue")
            made.append(certificate)
        return made

    return make


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


TRIGGERS = {
    "sqlite": ["DROP TRIGGER {0}_no_update", "DROP TRIGGER {0}_no_delete"],
    "postgresql": ["DROP TRIGGER {0}_are_kept ON {0}"],
}
TABLES = ("register_entries", "register_nodes", "tree_heads")
FORGED_HASH = "UPDATE register_nodes SET hash = (SELECT hash FROM register_nodes WHERE level = 0 AND index = 6)"
TAMPERED = {
    "UPDATE register_entries SET event = 'lift' WHERE index = 2": "Entry 2 ({2})",
    "UPDATE register_entries SET detail = '{\"a\": 1}' WHERE index = 0": "Entry 0 ({0})",
    "UPDATE register_entries SET at = '2020-01-01 00:00:00+00:00' WHERE index = 3": "Entry 3 ({3})",
    "UPDATE register_entries SET certificate_id = certificate_id + 1 WHERE index = 4": "Entry 4 ({5})",
    "UPDATE register_entries SET index = 99 WHERE index = 2": "Entry 2:",
    "DELETE FROM register_entries WHERE index = 3": "Entry 3:",
    "DELETE FROM register_entries WHERE index = 6": "Entry 6:",
    f"{FORGED_HASH} WHERE level = 0 AND index = 1": "Entry 1 ({1})",
    f"{FORGED_HASH} WHERE level = 1 AND index = 2": "Entry 5 ({5})",
    f"{FORGED_HASH} WHERE level = 2 AND index = 0": "Entry 3 ({3})",
    "DELETE FROM register_nodes WHERE level = 0 AND index = 4": "Entry 4 ({4})",
    "DELETE FROM register_nodes WHERE level = 2": "Entry 3 ({3})",
    "UPDATE register_nodes SET index = 77 WHERE level = 1 AND index = 1": "Entry 3 ({3})",
    "INSERT INTO register_nodes (level, index, hash) SELECT 0, 7, hash FROM register_nodes"
    " WHERE level = 0 AND index = 1": "Entry 7:",
    "UPDATE tree_heads SET root = (SELECT hash FROM register_nodes WHERE level = 2) WHERE size = 5":
        "The head of size 5",
    "UPDATE tree_heads SET size = 6 WHERE size = 5": "The witnessed head of size 5",
    "UPDATE tree_heads SET size = 12 WHERE size = 7": "The witnessed head of size 7",
    "UPDATE tree_heads SET signed_at = '2020-01-01 00:00:00+00:00' WHERE size = 7": "The head of size 7",
    "UPDATE tree_heads SET checkpoint = replace(checkpoint, '\n5\n', '\n4\n') WHERE size = 5":
        "The head of size 5",
    "DELETE FROM tree_heads WHERE size = 5": "The witnessed head of size 5",
    "UPDATE certificates SET facts = '{\"name_latin\": \"Another\"}' WHERE number = '{1}'": "Entry 1 ({1})",
    "UPDATE certificates SET salt = NULL WHERE number = '{1}'": "Entry 1 ({1})",
    "UPDATE certificates SET expires_on = '2099-01-01' WHERE number = '{3}'": "Certificate {3}",
    "UPDATE certificates SET suspended_at = issued_at WHERE number = '{4}'": "Certificate {4}",
    "UPDATE certificates SET revoked_at = NULL, revocation_reason = '' WHERE number = '{5}'": "Certificate {5}",
}  # fmt: skip
"""What somebody with the database's password might do, and what the verifier then says first; {n} is a number."""


def named(words: str, numbers: list[str]) -> str:
    """Put the numbers of certificates in their places."""
    for place, number in enumerate(numbers):
        words = words.replace(f"{{{place}}}", number)
    return words


def quoted(statement: str, numbers: list[str]):
    """Return a statement for both databases: a column is called like a word of SQL."""
    return text(named(statement, numbers).replace("index", '"index"').replace(":", "\\:"))


def drop_triggers(kind: str) -> None:
    for table in TABLES:
        for drop in TRIGGERS[kind]:
            db.session.execute(text(drop.format(table)))


class TestRewrite:
    @pytest.fixture
    def made(self, certify):
        """Six certificates, of which the last was revoked; heads of size 5 and 7."""
        made = certify(5)
        sign_head()
        made += certify(1)
        made[5].revoked_at, made[5].revocation_reason = datetime.now(UTC), "fraud"
        register.append(made[5], "revoke", reason="fraud")
        sign_head()
        db.session.commit()
        return [certificate.number for certificate in made]

    def test_is_refused_by_the_database(self, made):
        for refused in (
            update(RegisterEntry).values(event="lift"), delete(RegisterEntry),
            update(RegisterNode).values(hash=b""), delete(RegisterNode),
            update(TreeHead).values(size=TreeHead.size + 1), delete(TreeHead),
        ):  # fmt: skip
            with pytest.raises(DatabaseError, match="kept as they are"):
                db.session.execute(refused)
            db.session.rollback()

    def test_is_named_even_without_the_triggers(self, made, database):
        witnessed = [head.checkpoint for head in db.session.scalars(select(TreeHead))]
        assert verifying.first_fault(witnessed) is None
        missed = []
        for statement, where in TAMPERED.items():
            drop_triggers(database.kind)
            db.session.execute(quoted(statement, made))
            db.session.expire_all()

            found = str(verifying.first_fault(witnessed))

            if not found.startswith(named(where, made)):
                missed.append(f"{statement}: {found}")
            db.session.rollback()
        assert missed == []

    def test_of_everything_is_caught_by_a_witness(self, made, database, certify):
        """Somebody who can sign and compute all anew makes a register that is whole, but is not the old one."""
        witnessed = heads.newest_head().checkpoint
        drop_triggers(database.kind)
        for model in (RegisterEntry, RegisterNode, TreeHead):
            db.session.execute(delete(model))
        for certificate in certificates_now():
            certificate.facts = {**certificate.facts, "name_latin": "Somebody Else"}
            register.append(certificate, "issue")
            if certificate.revoked_at:
                register.append(certificate, "revoke", reason="fraud")
        sign_head()

        assert verifying.first_fault() is None
        assert "does not begin with" in str(verifying.first_fault([witnessed]))
        db.session.rollback()

    def test_refuses_a_witnessed_head_of_somebody_else(self, made):
        assert "no key of this site" in str(verifying.first_fault(["not a head"]))

    def test_names_it_on_the_command_line(self, app, made, tmp_path):
        kept = tmp_path / "head.txt"
        runner = app.test_cli_runner()
        kept.write_text(runner.invoke(args=["lms", "register", "head"]).output)

        whole = runner.invoke(args=["lms", "register", "verify", "--witnessed", str(kept)])
        certificate = certificates()[2]
        certificate.facts = {**certificate.facts, "name_latin": "Another"}
        db.session.commit()
        broken = runner.invoke(args=["lms", "register", "verify", "--witnessed", str(kept)])

        assert whole.exit_code == 0
        assert "7 entries" in whole.output
        assert broken.exit_code == 1
        assert certificate.number in broken.output


def certificates_now() -> list[Certificate]:
    return list(db.session.scalars(select(Certificate).order_by(Certificate.id)))
