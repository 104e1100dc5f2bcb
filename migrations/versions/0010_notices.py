"""Make choices of notices, bounces, calendar feeds, rules of reminders and what recurs."""

import sqlalchemy as sa
from alembic import op

revision = "0010_notices"
down_revision = "0009_accounts"


def upgrade() -> None:
    op.create_table(
        "bounces",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("is_permanent", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_bounces")),
    )
    op.create_table(
        "calendar_feeds",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_calendar_feeds_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feeds")),
    )
    op.create_table(
        "notice_choices",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_notice_choices_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_notice_choices")),
    )
    op.create_table(
        "reminder_rules",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("switched_on_by_id", sa.Integer(), nullable=False),
        sa.Column("switched_on_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["switched_on_by_id"], ["people.id"], name=op.f("fk_reminder_rules_switched_on_by_id")
        ),
        sa.PrimaryKeyConstraint("cohort_id", "rule", name=op.f("pk_reminder_rules")),
    )
    op.create_table(
        "recurring_runs",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "period", name=op.f("pk_recurring_runs")),
    )
    with op.batch_alter_table("messages") as table:
        table.add_column(
            sa.Column("reply_to", sa.String(length=254), nullable=False, server_default="")
        )
        table.add_column(
            sa.Column("page_path", sa.String(length=300), nullable=False, server_default="")
        )
        table.add_column(sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(
            sa.Column("not_sent", sa.String(length=20), nullable=False, server_default="")
        )
    with op.batch_alter_table("messages") as messages:
        messages.alter_column("reply_to", server_default=None)
        messages.alter_column("page_path", server_default=None)
        messages.alter_column("not_sent", server_default=None)
    # Whoever opens a page with the menu asks how many notices are new: few of many.
    op.create_index(
        "ix_messages_unread",
        "messages",
        ["person_id"],
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_messages_unread", "messages")
    with op.batch_alter_table("messages") as table:
        table.drop_column("not_sent")
        table.drop_column("read_at")
        table.drop_column("page_path")
        table.drop_column("reply_to")

    op.drop_table("recurring_runs")
    op.drop_table("reminder_rules")
    op.drop_table("notice_choices")
    op.drop_table("calendar_feeds")
    op.drop_table("bounces")
