"""Make second factors, approvals, privacy notices, sort keys of names, and roles that end."""

import sqlalchemy as sa
from alembic import op

revision = "0009_accounts"
down_revision = "0008_ways_in"

# What the log is searched by.
LOG_INDEXES = {
    "ix_audit_events_object_type_object_id": ["object_type", "object_id"],
    "ix_audit_events_country_code": ["country_code"],
    "ix_audit_events_request_id": ["request_id"],
}


def upgrade() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id",
            name=op.f("ck_approvals_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["people.id"], name=op.f("fk_approvals_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_approvals_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    op.create_index("ix_approvals_action", "approvals", ["action"])
    op.create_index("ix_approvals_asked_by_id", "approvals", ["asked_by_id"])

    op.create_table(
        "audited_values",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["audit_events.id"], name=op.f("fk_audited_values_event_id")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_audited_values")),
    )
    op.create_index("ix_audited_values_person_id", "audited_values", ["person_id"])
    for name, columns in LOG_INDEXES.items():
        op.create_index(name, "audit_events", columns)

    op.create_table(
        "authenticator_apps",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sealed_seed", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_authenticator_apps_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_authenticator_apps")),
    )
    op.create_table(
        "name_keys",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_name_keys_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "language", name=op.f("pk_name_keys")),
    )
    op.create_index("ix_name_keys_language_key", "name_keys", ["language", "key"])

    op.create_table(
        "name_sounds",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sound", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_name_sounds_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "sound", name=op.f("pk_name_sounds")),
    )
    op.create_index("ix_name_sounds_sound", "name_sounds", ["sound"])

    op.create_table(
        "privacy_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["people.id"], name=op.f("fk_privacy_notices_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_notices")),
        sa.UniqueConstraint(
            "country_code", "version", name=op.f("uq_privacy_notices_country_code_version")
        ),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_recovery_codes_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint(
            "person_id", "code_hash", name=op.f("uq_recovery_codes_person_id_code_hash")
        ),
    )
    op.create_index("ix_recovery_codes_person_id", "recovery_codes", ["person_id"])

    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["privacy_notices.id"], name=op.f("fk_consents_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_consents_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.UniqueConstraint("person_id", "notice_id", name=op.f("uq_consents_person_id_notice_id")),
    )
    op.create_index("ix_consents_person_id", "consents", ["person_id"])

    with op.batch_alter_table("people") as table:
        table.add_column(
            sa.Column("gender", sa.String(length=1), nullable=False, server_default="")
        )
        table.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(
            op.f("fk_people_merged_into_id"), "people", ["merged_into_id"], ["id"]
        )

    with op.batch_alter_table("role_grants") as table:
        table.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("people") as people:
        people.alter_column("gender", server_default=None)

    with op.batch_alter_table("people") as people:
        people.create_check_constraint("gender_is_known", "gender IN ('', 'f', 'm')")
    with op.batch_alter_table("role_grants") as grants:
        grants.drop_constraint("scope_is_known", type_="check")
        grants.create_check_constraint(
            "scope_is_known",
            "scope IN ('self', 'country', 'cohort', 'course', 'programme', 'all')",
        )

    # A certificate outlives its holder's name; of the document its fingerprint is left.
    with op.batch_alter_table("certificates") as certificates:
        certificates.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("certificate_files") as files:
        files.alter_column("pdf", existing_type=sa.LargeBinary(), nullable=True)


def downgrade() -> None:
    op.execute("UPDATE certificate_files SET pdf = '' WHERE pdf IS NULL")
    with op.batch_alter_table("certificate_files") as files:
        files.alter_column("pdf", existing_type=sa.LargeBinary(), nullable=False)
    with op.batch_alter_table("certificates") as certificates:
        certificates.drop_column("erased_at")
    op.execute("DELETE FROM role_grants WHERE scope = 'programme'")  # unknown before
    with op.batch_alter_table("role_grants") as grants:
        grants.drop_constraint("scope_is_known", type_="check")
        grants.create_check_constraint(
            "scope_is_known", "scope IN ('self', 'country', 'cohort', 'course', 'all')"
        )
    with op.batch_alter_table("people") as people:
        people.drop_constraint("gender_is_known", type_="check")
    with op.batch_alter_table("role_grants") as table:
        table.drop_column("expires_at")

    with op.batch_alter_table("people") as table:
        table.drop_constraint(op.f("fk_people_merged_into_id"), type_="foreignkey")
        table.drop_column("erased_at")
        table.drop_column("merged_into_id")
        table.drop_column("gender")

    op.drop_table("consents")

    op.drop_table("recovery_codes")
    op.drop_table("privacy_notices")

    op.drop_table("name_sounds")
    op.drop_table("name_keys")
    op.drop_table("authenticator_apps")

    for name in LOG_INDEXES:
        op.drop_index(name, "audit_events")
    op.drop_table("audited_values")

    op.drop_table("approvals")
