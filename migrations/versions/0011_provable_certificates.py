"""Make certificates provable: register, keys, status lists, badges; signatories, batches and changes of names."""

import sqlalchemy as sa
from alembic import op

revision = "0011_provable_certificates"
down_revision = "0010_notices"


KEPT = ("register_entries", "register_nodes", "tree_heads")
REFERENCES = {
    "batch_id": "batches",
    "cohort_id": "cohorts",
    "course_id": "courses",
    "replaced_by_id": "certificates",
}
INDEXED = ("batch_id", "cohort_id", "course_id", "enrolment_id", "expires_on")
ADDED = (
    "salt", "are_details_hidden", "replaced_by_id", "replaced_at", "suspended_at", "expires_on",
    "batch_id", "grounds", "layout", "course_id", "cohort_id", "occasion",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "badge_images",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("svg", sa.Text(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_badge_images")),
    )
    op.create_table(
        "register_nodes",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_register_nodes")),
    )
    op.create_table(
        "signatures",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_signatures")),
    )
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("certificate_pem", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('root', 'document', 'credential')",
            name=op.f("ck_signing_keys_purpose_is_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
    )
    op.create_index(
        "uq_signing_keys_active",
        "signing_keys",
        ["purpose"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "status_lists",
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "number", name=op.f("pk_status_lists")),
    )
    op.create_table(
        "tree_heads",
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_tree_heads")),
    )
    op.create_table(
        "name_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("given_name", sa.String(length=100), nullable=False),
        sa.Column("family_name", sa.String(length=100), nullable=False),
        sa.Column("given_name_latin", sa.String(length=100), nullable=False),
        sa.Column("family_name_latin", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.Column("decision", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_approved IS NULL)",
            name=op.f("ck_name_changes_decided_one_way"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_name_changes_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_name_changes_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_changes")),
    )
    op.create_index(
        "uq_name_changes_waiting",
        "name_changes",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )

    op.create_table(
        "signatories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("office_from", sa.Date(), nullable=False),
        sa.Column("office_until", sa.Date(), nullable=True),
        sa.Column("signature_sha256", sa.String(length=64), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "office_until IS NULL OR office_until >= office_from",
            name=op.f("ck_signatories_office_ends_after_begin"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_signatories_programme_id")
        ),
        sa.ForeignKeyConstraint(
            ["signature_sha256"],
            ["signatures.sha256"],
            name=op.f("fk_signatories_signature_sha256"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatories")),
    )
    op.create_index("ix_signatories_programme_id", "signatories", ["programme_id"])

    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("layout", sa.String(length=40), nullable=False),
        sa.Column("second_language", sa.String(length=8), nullable=False),
        sa.Column("signatory_id", sa.Integer(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approval_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_batches_approval_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["people.id"], name=op.f("fk_batches_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["signatory_id"], ["signatories.id"], name=op.f("fk_batches_signatory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("key", name=op.f("uq_batches_key")),
    )
    op.create_table(
        "batch_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column("fault", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_rows_batch_id")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_batch_rows_certificate_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_batch_rows_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_rows")),
        sa.UniqueConstraint("batch_id", "occasion", name=op.f("uq_batch_rows_batch_id_occasion")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_batch_rows_certificate_id")),
    )
    op.create_index("ix_batch_rows_person_id", "batch_rows", ["person_id"])
    op.create_index("ix_batch_rows_state", "batch_rows", ["batch_id", "state"])

    op.create_table(
        "register_entries",
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_register_entries_certificate_id")
        ),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_register_entries")),
    )
    op.create_index("ix_register_entries_certificate_id", "register_entries", ["certificate_id"])

    with op.batch_alter_table("certificate_files") as files:
        files.add_column(sa.Column("credential", sa.Text()))
        files.create_index("ix_certificate_files_sha256", ["sha256"])
    widen_certificates()
    keep_register()


def widen_certificates() -> None:
    """Certificates issued before stay as they are: of one layout, by one enrolment, without end."""
    with op.batch_alter_table("certificates") as certificates:
        certificates.add_column(sa.Column("occasion", sa.String(80)))
        certificates.add_column(sa.Column("cohort_id", sa.Integer()))
        certificates.add_column(sa.Column("course_id", sa.Integer()))
        certificates.add_column(
            sa.Column("layout", sa.String(40), nullable=False, server_default="completion")
        )
        certificates.add_column(
            sa.Column("grounds", sa.JSON(), nullable=False, server_default="{}")
        )
        certificates.add_column(sa.Column("batch_id", sa.Integer()))
        certificates.add_column(sa.Column("expires_on", sa.Date()))
        certificates.add_column(sa.Column("suspended_at", sa.DateTime(timezone=True)))
        certificates.add_column(sa.Column("replaced_at", sa.DateTime(timezone=True)))
        certificates.add_column(sa.Column("replaced_by_id", sa.Integer()))
        certificates.add_column(
            sa.Column("are_details_hidden", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        certificates.add_column(sa.Column("salt", sa.LargeBinary(32)))
    op.execute(
        "UPDATE certificates SET occasion = 'enrolment:' || enrolment_id, "
        "cohort_id = (SELECT cohort_id FROM enrolments WHERE enrolments.id = enrolment_id), "
        "course_id = (SELECT course_id FROM enrolments WHERE enrolments.id = enrolment_id)"
    )
    with op.batch_alter_table("certificates") as certificates:
        for name in ("occasion", "cohort_id", "course_id"):
            certificates.alter_column(name, nullable=False)
        for name in ("layout", "grounds", "are_details_hidden"):
            certificates.alter_column(name, server_default=None)
        certificates.alter_column("enrolment_id", existing_type=sa.Integer(), nullable=True)
        certificates.drop_constraint("uq_certificates_enrolment_id_kind_sequence", type_="unique")
        certificates.create_unique_constraint(
            "uq_certificates_occasion_kind_sequence", ["occasion", "kind", "sequence"]
        )
        certificates.create_check_constraint(
            "replaced_by_another", "(replaced_at IS NULL) = (replaced_by_id IS NULL)"
        )
        for column, table in REFERENCES.items():
            certificates.create_foreign_key(f"fk_certificates_{column}", table, [column], ["id"])
        for column in INDEXED:
            certificates.create_index(f"ix_certificates_{column}", [column])


def keep_register() -> None:
    """The database itself refuses to change or delete what was registered."""
    for table in KEPT:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_are_kept BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            continue
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'rows of this table are kept as they are'); END"
            )


def downgrade() -> None:
    for table in (
        "batch_rows",
        *KEPT,
        "status_lists",
        "signing_keys",
        "name_changes",
        "badge_images",
    ):
        op.drop_table(table)
    # Without the register's new columns, what no enrolment earned has nowhere to stand.
    op.execute(
        "DELETE FROM certificate_files WHERE certificate_id IN "
        "(SELECT id FROM certificates WHERE enrolment_id IS NULL)"
    )
    op.execute("UPDATE certificates SET replaced_by_id = NULL, replaced_at = NULL")
    op.execute("DELETE FROM certificates WHERE enrolment_id IS NULL")
    with op.batch_alter_table("certificate_files") as files:
        files.drop_index("ix_certificate_files_sha256")
        files.drop_column("credential")
    with op.batch_alter_table("certificates") as certificates:
        for column in INDEXED:
            certificates.drop_index(f"ix_certificates_{column}")
        for column in REFERENCES:
            certificates.drop_constraint(f"fk_certificates_{column}", type_="foreignkey")
        certificates.drop_constraint("replaced_by_another", type_="check")
        certificates.drop_constraint("uq_certificates_occasion_kind_sequence", type_="unique")
        certificates.create_unique_constraint(
            "uq_certificates_enrolment_id_kind_sequence", ["enrolment_id", "kind", "sequence"]
        )
        certificates.alter_column("enrolment_id", existing_type=sa.Integer(), nullable=False)
        for column in ADDED:
            certificates.drop_column(column)
    for table in ("batches", "signatories", "signatures"):
        op.drop_table(table)
