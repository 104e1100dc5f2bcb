"""Let attempts carry what decides their deadline, and let people mark, correct keys and give more time."""

import sqlalchemy as sa
from alembic import op

revision = "0006_quizzes"
down_revision = "0005_certificates"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("course_items") as items:
        items.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("course_items") as items:
        items.alter_column("revision", server_default=None)
    extend_attempts()
    extend_answers()
    make_kept_answers()
    make_answer_files()
    make_times()
    make_markings()
    make_corrections()


def extend_attempts() -> None:
    with op.batch_alter_table("attempts") as attempts:
        attempts.add_column(sa.Column("version_id", sa.Integer(), nullable=True))
        attempts.add_column(
            sa.Column("language", sa.String(length=8), nullable=False, server_default="")
        )
        attempts.add_column(sa.Column("checked", sa.JSON(), nullable=False, server_default="[]"))
        attempts.add_column(sa.Column("limit_seconds", sa.Integer(), nullable=True))
        attempts.add_column(sa.Column("closes_at", MOMENT, nullable=True))
        attempts.add_column(
            sa.Column("extra_time_factor", sa.Double(), nullable=False, server_default="1")
        )
        attempts.add_column(
            sa.Column("extended_seconds", sa.Integer(), nullable=False, server_default="0")
        )
        attempts.add_column(sa.Column("marked_at", MOMENT, nullable=True))
    # Until now an attempt was marked as it was handed in, and nobody was moved to another version. Nothing could
    # lengthen a deadline, so the end that was set serves as the closing time of an attempt that is still open.
    op.execute(
        "UPDATE attempts SET marked_at = submitted_at, closes_at = deadline_at, version_id ="
        " (SELECT enrolments.version_id FROM enrolments WHERE enrolments.id = attempts.enrolment_id)"
    )
    with op.batch_alter_table("attempts") as attempts:
        attempts.alter_column("version_id", existing_type=sa.Integer(), nullable=False)
        for name in ("language", "checked", "extra_time_factor", "extended_seconds"):
            attempts.alter_column(name, server_default=None)
        attempts.create_foreign_key(
            op.f("fk_attempts_version_id"), "course_versions", ["version_id"], ["id"]
        )
        attempts.drop_constraint(op.f("ck_attempts_marked_when_submitted"), type_="check")
        for name, condition in (
            ("passed_or_not_when_marked", "(marked_at IS NULL) = (is_passed IS NULL)"),
            ("marked_after_submission", "marked_at IS NULL OR submitted_at IS NOT NULL"),
            ("extra_time_adds", "extra_time_factor >= 1"),
            ("extension_adds", "extended_seconds >= 0"),
        ):
            attempts.create_check_constraint(op.f(f"ck_attempts_{name}"), condition)
    op.create_index("ix_attempts_version_id", "attempts", ["version_id"])


def extend_answers() -> None:
    with op.batch_alter_table("answers") as answers:
        for name in ("is_replay", "is_stale"):
            answers.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
    with op.batch_alter_table("answers") as answers:
        for name in ("is_replay", "is_stale"):
            answers.alter_column(name, server_default=None)


def make_kept_answers() -> None:
    op.create_table(
        "kept_answers",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("item_key", sa.String(170), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], op.f("fk_kept_answers_attempt_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attempt_id", "item_key", name=op.f("pk_kept_answers")),
    )


def make_answer_files() -> None:
    op.create_table(
        "answer_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_answer_files_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_files")),
        sa.UniqueConstraint("attempt_id", "sha256", name=op.f("uq_answer_files_attempt_id_sha256")),
    )


def make_times() -> None:
    op.create_table(
        "extra_times",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("factor", sa.Double(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "factor BETWEEN 1 AND 10", name=op.f("ck_extra_times_factor_is_sensible")
        ),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (cohort_id IS NULL)", name=op.f("ck_extra_times_for_one")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_extra_times_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_extra_times_cohort_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["people.id"], name=op.f("fk_extra_times_granted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra_times")),
        sa.UniqueConstraint("person_id", name=op.f("uq_extra_times_person_id")),
        sa.UniqueConstraint("cohort_id", name=op.f("uq_extra_times_cohort_id")),
    )
    op.create_table(
        "quiz_windows",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("quiz", sa.String(length=170), nullable=False),
        sa.Column("opens_at", MOMENT, nullable=True),
        sa.Column("closes_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "opens_at < closes_at", name=op.f("ck_quiz_windows_opens_before_it_closes")
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"],
            ["cohorts.id"],
            name=op.f("fk_quiz_windows_cohort_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_quiz_windows_course_id")
        ),
        sa.PrimaryKeyConstraint("cohort_id", "course_id", "quiz", name=op.f("pk_quiz_windows")),
    )


def make_markings() -> None:
    op.create_table(
        "markings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("item_key", sa.String(length=170), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("marker_id", sa.Integer(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("marked_at", MOMENT, nullable=False),
        sa.CheckConstraint("share BETWEEN 0 AND 1", name=op.f("ck_markings_share_of_the_points")),
        sa.CheckConstraint("position IN (1, 2)", name=op.f("ck_markings_first_or_second_marker")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_markings_attempt_id")
        ),
        sa.ForeignKeyConstraint(["marker_id"], ["people.id"], name=op.f("fk_markings_marker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_markings")),
    )
    op.create_index("ix_markings_attempt_id_item_key", "markings", ["attempt_id", "item_key"])


def make_corrections() -> None:
    op.create_table(
        "key_corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("item_key", sa.String(length=170), nullable=False),
        sa.Column("is_given_to_all", sa.Boolean(), nullable=False),
        sa.Column("key", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("corrected_by_id", sa.Integer(), nullable=False),
        sa.Column("corrected_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["course_versions.id"], name=op.f("fk_key_corrections_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"], ["people.id"], name=op.f("fk_key_corrections_corrected_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_corrections")),
    )
    op.create_index(
        "ix_key_corrections_version_id_item_key", "key_corrections", ["version_id", "item_key"]
    )
    op.create_table(
        "score_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("before_percent", sa.Double(), nullable=False),
        sa.Column("after_percent", sa.Double(), nullable=False),
        sa.Column("was_passed", sa.Boolean(), nullable=False),
        sa.Column("is_pass_kept", sa.Boolean(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("is_pass_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("decision", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_score_changes_decided_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["key_corrections.id"], name=op.f("fk_score_changes_correction_id")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_score_changes_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_score_changes_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_changes")),
        sa.UniqueConstraint(
            "correction_id", "attempt_id", name=op.f("uq_score_changes_correction_id_attempt_id")
        ),
    )
    op.create_index("ix_score_changes_attempt_id", "score_changes", ["attempt_id"])


def downgrade() -> None:
    for table in (
        "score_changes",
        "key_corrections",
        "markings",
        "quiz_windows",
        "extra_times",
        "answer_files",
        "kept_answers",
    ):
        op.drop_table(table)
    with op.batch_alter_table("answers") as answers:
        for name in ("is_stale", "is_replay"):
            answers.drop_column(name)
    shorten_attempts()
    with op.batch_alter_table("course_items") as items:
        items.drop_column("revision")


def shorten_attempts() -> None:
    # An attempt that waits for a marker cannot be told to the older program: it counts as not passed there.
    op.execute(
        "UPDATE attempts SET is_passed = false, score_percent = 0, marked_at = submitted_at"
        " WHERE submitted_at IS NOT NULL AND is_passed IS NULL"
    )
    op.drop_index("ix_attempts_version_id", "attempts")
    with op.batch_alter_table("attempts") as attempts:
        attempts.drop_constraint(op.f("fk_attempts_version_id"), type_="foreignkey")
        for name in (
            "passed_or_not_when_marked",
            "marked_after_submission",
            "extra_time_adds",
            "extension_adds",
        ):
            attempts.drop_constraint(op.f(f"ck_attempts_{name}"), type_="check")
        attempts.create_check_constraint(
            op.f("ck_attempts_marked_when_submitted"),
            "(submitted_at IS NULL) = (is_passed IS NULL)",
        )
        for name in (
            "marked_at",
            "extended_seconds",
            "extra_time_factor",
            "closes_at",
            "limit_seconds",
            "checked",
            "language",
            "version_id",
        ):
            attempts.drop_column(name)
