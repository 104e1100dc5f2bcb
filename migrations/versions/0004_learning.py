"""Make attempts, answers, finished steps and reflections."""

import sqlalchemy as sa
from alembic import op

revision = "0004_learning"
down_revision = "0003_cohorts"


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("quiz", sa.String(length=170), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("item_keys", sa.JSON(), nullable=False),
        sa.Column("flagged", sa.JSON(), nullable=False),
        sa.Column("pass_percent", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("score_percent", sa.Double(), nullable=True),
        sa.Column("is_passed", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (is_passed IS NULL)",
            name=op.f("ck_attempts_marked_when_submitted"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_attempts_number_positive")),
        sa.CheckConstraint(
            "score_percent BETWEEN 0 AND 100", name=op.f("ck_attempts_score_is_percent")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_attempts_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint(
            "enrolment_id", "quiz", "number", name=op.f("uq_attempts_enrolment_id_quiz_number")
        ),
    )
    op.create_index(
        "uq_attempts_one_open",
        "attempts",
        ["enrolment_id", "quiz"],
        unique=True,
        sqlite_where=sa.text("submitted_at IS NULL"),
        postgresql_where=sa.text("submitted_at IS NULL"),
    )

    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("item_key", sa.String(length=170), nullable=False),
        sa.Column("response", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_answers_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("client_id", name=op.f("uq_answers_client_id")),
    )
    op.create_index("ix_answers_attempt_id", "answers", ["attempt_id"])

    op.create_table(
        "done_steps",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=170), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_done_steps_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "path", name=op.f("pk_done_steps")),
    )

    op.create_table(
        "reflections",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=170), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_reflections_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "path", name=op.f("pk_reflections")),
    )

    op.create_table(
        "completions",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_completions_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_completions")),
    )


def downgrade() -> None:
    op.drop_table("completions")
    op.drop_table("reflections")
    op.drop_table("done_steps")
    op.drop_table("answers")
    op.drop_table("attempts")
