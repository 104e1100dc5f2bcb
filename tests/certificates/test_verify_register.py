"""Whoever rewrites the register is refused by the database, and named by who verifies it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from lms.certificates.jobs import sign_head
from lms.certificates.models import Certificate, RegisterEntry, RegisterNode, TreeHead
from lms.certificates.queries import heads
from lms.certificates.services import register, verifying
from lms.extensions import db
from tests.certificates.conftest import certificates

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
    "UPDATE certificates SET expires_on = '2099-01-01', expires_at = '2099-01-01 12:00:00+00:00' WHERE number = '{3}'":
        "Certificate {3}",
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
