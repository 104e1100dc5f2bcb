"""Make nominations, imports, questions about steps, and how far each enrolment is."""

import sqlalchemy as sa
from alembic import op

revision = "0008_ways_in"
down_revision = "0007_programmes"


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("encoding", sa.String(length=20), nullable=False),
        sa.Column("separator", sa.String(length=4), nullable=False),
        sa.Column("fault", sa.String(length=500), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_imports_cohort_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["people.id"], name=op.f("fk_imports_uploaded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index("ix_imports_cohort_id", "imports", ["cohort_id"])

    op.create_table(
        "nominations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("given_name", sa.String(length=100), nullable=False),
        sa.Column("family_name", sa.String(length=100), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("institution_name", sa.String(length=200), nullable=False),
        sa.Column("post", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("is_by_oneself", sa.Boolean(), nullable=False),
        sa.Column("nominated_by_id", sa.Integer(), nullable=True),
        sa.Column("nominated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "approved_at IS NULL OR declined_at IS NULL", name=op.f("ck_nominations_one_decision")
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_nominations_email_is_lower_case")),
        sa.CheckConstraint(
            "placed_at IS NULL OR approved_at IS NOT NULL",
            name=op.f("ck_nominations_placed_when_approved"),
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_nominations_cohort_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_nominations_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_nominations_institution_id")
        ),
        sa.ForeignKeyConstraint(
            ["nominated_by_id"], ["people.id"], name=op.f("fk_nominations_nominated_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_nominations_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nominations")),
        sa.UniqueConstraint("cohort_id", "email", name=op.f("uq_nominations_cohort_id_email")),
    )
    op.create_index("ix_nominations_cohort_id", "nominations", ["cohort_id"])
    op.create_index("ix_nominations_institution_id", "nominations", ["institution_id"])
    op.create_index("ix_nominations_person_id", "nominations", ["person_id"])

    op.create_table(
        "import_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('ready', 'fix', 'here', 'duplicate', 'added', 'failed')",
            name=op.f("ck_import_rows_state_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_import_rows_import_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_import_rows_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
        sa.UniqueConstraint("import_id", "number", name=op.f("uq_import_rows_import_id_number")),
    )
    op.create_index("ix_import_rows_state", "import_rows", ["state"])

    op.create_table(
        "standings",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("last_done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_standings_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_standings")),
    )
    op.create_table(
        "step_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=170), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('question', 'mistake', 'translation')",
            name=op.f("ck_step_questions_kind_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_step_questions_course_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_step_questions_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_questions")),
    )
    op.create_index("ix_step_questions_asked_at", "step_questions", ["asked_at"])
    op.create_index("ix_step_questions_course_id", "step_questions", ["course_id"])
    op.create_index("ix_step_questions_enrolment_id", "step_questions", ["enrolment_id"])

    op.create_table(
        "step_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_step_replies_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["step_questions.id"],
            name=op.f("fk_step_replies_question_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_replies")),
    )
    op.create_index("ix_step_replies_question_id", "step_replies", ["question_id"])

    with op.batch_alter_table("invitations") as table:
        table.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        # What was invited before was invited by e-mail: no note, and no address still to be proved.
        table.add_column(
            sa.Column("note", sa.String(length=100), nullable=False, server_default="")
        )
        table.add_column(
            sa.Column("asked_email", sa.String(length=254), nullable=False, server_default="")
        )
        table.add_column(sa.Column("proof_hash", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("renewal_asked_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("let_go_at", sa.DateTime(timezone=True), nullable=True))
        table.create_unique_constraint(op.f("uq_invitations_proof_hash"), ["proof_hash"])
    with op.batch_alter_table("invitations") as table:
        table.alter_column("note", server_default=None)
        table.alter_column("asked_email", server_default=None)

    op.execute(
        "INSERT INTO standings (enrolment_id, done_count, last_done_at) "
        "SELECT enrolment_id, count(*), max(done_at) FROM done_steps GROUP BY enrolment_id"
    )


def downgrade() -> None:
    with op.batch_alter_table("invitations") as table:
        table.drop_constraint(op.f("uq_invitations_proof_hash"), type_="unique")
        table.drop_column("let_go_at")
        table.drop_column("renewal_asked_at")
        table.drop_column("proof_hash")
        table.drop_column("asked_email")
        table.drop_column("note")
        table.drop_column("withdrawn_at")

    op.drop_table("step_replies")

    op.drop_table("step_questions")
    op.drop_table("standings")

    op.drop_table("import_rows")

    op.drop_table("nominations")

    op.drop_table("imports")
