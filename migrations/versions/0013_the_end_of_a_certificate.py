"""Keep the moment at which a certificate ends, and what was confirmed of a batch."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0013_the_end_of_a_certificate"
down_revision = "0012_kept_keys"

cohorts = sa.table("cohorts", sa.column("id"), sa.column("time_zone"))
certificates = sa.table(
    "certificates",
    sa.column("cohort_id"),
    sa.column("expires_on", sa.Date()),
    sa.column("expires_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    with op.batch_alter_table("certificates") as table:
        table.add_column(sa.Column("expires_at", sa.DateTime(timezone=True)))
    fill()
    with op.batch_alter_table("certificates") as table:
        table.drop_index("ix_certificates_expires_on")
        table.create_index("ix_certificates_expires_at", ["expires_at"])
        table.create_check_constraint(
            "expires_at_a_moment", "(expires_on IS NULL) = (expires_at IS NULL)"
        )
    # Batches that were asked for before keep nothing but that moment: its day is printed.
    with op.batch_alter_table("batches") as table:
        table.add_column(sa.Column("restated", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("batches") as table:
        table.alter_column("restated", server_default=None)


def fill() -> None:
    """Let each end with its last day where its cohort is, as its credential says."""
    bind = op.get_bind()
    ends = (
        sa.select(certificates.c.cohort_id, cohorts.c.time_zone, certificates.c.expires_on)
        .join(cohorts, cohorts.c.id == certificates.c.cohort_id)
        .where(certificates.c.expires_on.is_not(None))
        .distinct()
    )
    for cohort_id, time_zone, day in bind.execute(ends).all():
        end = datetime.combine(day, time.max, ZoneInfo(time_zone)).replace(microsecond=0)
        bind.execute(
            sa.update(certificates)
            .where(certificates.c.cohort_id == cohort_id, certificates.c.expires_on == day)
            .values(expires_at=end.astimezone(UTC))
        )


def downgrade() -> None:
    with op.batch_alter_table("batches") as table:
        table.drop_column("restated")
    with op.batch_alter_table("certificates") as table:
        table.drop_constraint("expires_at_a_moment", type_="check")
        table.drop_index("ix_certificates_expires_at")
        table.create_index("ix_certificates_expires_on", ["expires_on"])
        table.drop_column("expires_at")
