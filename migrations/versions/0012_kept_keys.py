"""Keep the signing keys as they were made, sort the register by indexes, and note which batches were told of."""

import hashlib
import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

revision = "0012_kept_keys"
down_revision = "0011_provable_certificates"

FIXED = ("id", "purpose", "certificate_pem", "made_at")  # of a key; only its end comes later
RARE = ("revoked_at", "replaced_at", "suspended_at")
SORTED = {
    "ix_certificates_issued_at": ["issued_at", "id"],
    "ix_certificates_country_code_issued_at": ["country_code", "issued_at", "id"],
    "ix_certificates_printed_name": ["printed_name", "id"],
    "ix_certificates_country_code_printed_name": ["country_code", "printed_name", "id"],
}


def upgrade() -> None:
    op.create_table(
        "distrusted_keys",
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_id"], ["signing_keys.id"], name=op.f("fk_distrusted_keys_key_id")
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_distrusted_keys")),
    )
    op.add_column("batches", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    sort_certificates()
    log_keys()
    keep_keys()


def sort_certificates() -> None:
    op.add_column(
        "certificates",
        sa.Column("printed_name", sa.String(length=250), nullable=False, server_default=""),
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    name = "facts ->> 'name_latin'" if is_postgresql else "json_extract(facts, '$.name_latin')"
    op.execute(f"UPDATE certificates SET printed_name = coalesce(substr({name}, 1, 250), '')")  # noqa: S608 - ours
    op.drop_index("ix_certificates_country_code", "certificates")
    for index, columns in SORTED.items():
        op.create_index(index, "certificates", columns)
    for column in RARE:
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_certificates_{column}", "certificates", ["issued_at", "id"],
            sqlite_where=there, postgresql_where=there,
        )  # fmt: skip


def log_keys() -> None:
    """Tell the audit log of keys that were made before each of them was logged: it vouches for what is published."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.execute(
            sa.text("SELECT pg_advisory_xact_lock(7302001)")
        )  # who extends the chain
    events = sa.table(
        "audit_events",
        sa.column("id", sa.Integer), sa.column("at", sa.DateTime(timezone=True)), sa.column("actor_id", sa.Integer),
        sa.column("action", sa.String), sa.column("object_type", sa.String), sa.column("object_id", sa.String),
        sa.column("country_code", sa.String), sa.column("details", sa.JSON), sa.column("reason", sa.String),
        sa.column("request_id", sa.String), sa.column("previous_hash", sa.String), sa.column("hash", sa.String),
    )  # fmt: skip
    last = connection.scalar(sa.select(events.c.hash).order_by(events.c.id.desc()).limit(1))
    unknown = connection.execute(
        sa.text(
            "SELECT id, certificate_pem FROM signing_keys WHERE id NOT IN (SELECT object_id "
            "FROM audit_events WHERE object_type = 'signing_key') ORDER BY made_at, id"
        )
    )
    for key_id, pem in unknown.all():
        now = datetime.now(UTC)
        fingerprint = x509.load_pem_x509_certificate(pem.encode()).fingerprint(SHA256()).hex()
        facts = {
            "at": now, "actor_id": None, "action": "make_signing_key", "object_type": "signing_key",
            "object_id": key_id, "country_code": "", "details": {"sha256": fingerprint}, "reason": "", "request_id": "",
        }  # fmt: skip
        body = json.dumps({**facts, "at": now.isoformat()}, sort_keys=True, ensure_ascii=False)
        previous = last or "0" * 64
        last = hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()
        connection.execute(events.insert().values(**facts, previous_hash=previous, hash=last))


def keep_keys() -> None:
    """The database itself refuses to change a key but for its one retirement, to delete it, or to unsay distrust."""
    if op.get_bind().dialect.name == "postgresql":
        changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIXED)
        refuse = "FOR EACH ROW {} EXECUTE FUNCTION refuse_change()"
        op.execute(
            "CREATE TRIGGER signing_keys_are_kept BEFORE UPDATE ON signing_keys "
            + refuse.format(f"WHEN (OLD.retired_at IS NOT NULL OR {changed})")
        )
        op.execute(
            "CREATE TRIGGER signing_keys_stay BEFORE DELETE ON signing_keys " + refuse.format("")
        )
        op.execute(
            "CREATE TRIGGER distrusted_keys_are_kept BEFORE UPDATE OR DELETE ON distrusted_keys "
            + refuse.format("")
        )
        return
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in FIXED)
    for table, change, when in (
        ("signing_keys", "UPDATE", f"WHEN OLD.retired_at IS NOT NULL OR {changed}"),
        ("signing_keys", "DELETE", ""),
        ("distrusted_keys", "UPDATE", ""),
        ("distrusted_keys", "DELETE", ""),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} {when} "
            "BEGIN SELECT RAISE(ABORT, 'rows of this table are kept as they are'); END"
        )


def downgrade() -> None:
    names = (
        ("are_kept", "stay")
        if op.get_bind().dialect.name == "postgresql"
        else ("no_update", "no_delete")
    )
    on = " ON signing_keys" if op.get_bind().dialect.name == "postgresql" else ""
    for name in names:
        op.execute(f"DROP TRIGGER signing_keys_{name}{on}")
    op.drop_table("distrusted_keys")
    for column in RARE:
        op.drop_index(f"ix_certificates_{column}", "certificates")
    for index in SORTED:
        op.drop_index(index, "certificates")
    op.create_index("ix_certificates_country_code", "certificates", ["country_code"])
    op.drop_column("certificates", "printed_name")
    op.drop_column("batches", "told_at")
