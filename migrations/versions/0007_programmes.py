"""Make regions, intakes and partners of programmes; seats of cohorts; names of institutions over time."""

import sqlalchemy as sa
from alembic import op

revision = "0007_programmes"
down_revision = "0006_quizzes"


def upgrade() -> None:
    op.create_table(
        "regions",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_regions")),
    )
    op.create_table(
        "intakes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("nominations_close_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("spare_rule", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "spare_rule IN ('keep', 'longest_waiting', 'fewest_placed')",
            name=op.f("ck_intakes_spare_rule_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programmes.id"],
            name=op.f("fk_intakes_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intakes")),
        sa.UniqueConstraint("programme_id", "title", name=op.f("uq_intakes_programme_id_title")),
    )
    op.create_table(
        "region_countries",
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["country_code"], ["countries.code"], name=op.f("fk_region_countries_country_code")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"],
            ["regions.code"],
            name=op.f("fk_region_countries_region_code"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("region_code", "country_code", name=op.f("pk_region_countries")),
    )
    op.create_table(
        "logos",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_logos")),
    )
    op.create_table(
        "programme_partners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("logo_sha256", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "role IN ('funder', 'partner')", name=op.f("ck_programme_partners_role_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_programme_partners_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["logo_sha256"], ["logos.sha256"], name=op.f("fk_programme_partners_logo_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programmes.id"],
            name=op.f("fk_programme_partners_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_partners")),
        sa.UniqueConstraint(
            "programme_id",
            "institution_id",
            "role",
            name=op.f("uq_programme_partners_programme_id_institution_id_role"),
        ),
    )
    op.create_index(
        "ix_programme_partners_institution_id", "programme_partners", ["institution_id"]
    )

    with op.batch_alter_table("cohorts") as table:
        table.add_column(sa.Column("intake_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("seats", sa.Integer(), nullable=True))
        table.add_column(
            sa.Column(
                "is_self_enrolment_open", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )
        table.add_column(sa.Column("row_version", sa.Integer(), nullable=False, server_default="1"))
        table.create_index(op.f("ix_cohorts_intake_id"), ["intake_id"], unique=False)
        table.create_index(op.f("ix_cohorts_programme_id"), ["programme_id"], unique=False)
        table.create_foreign_key(op.f("fk_cohorts_intake_id"), "intakes", ["intake_id"], ["id"])

    with op.batch_alter_table("countries") as table:
        table.add_column(sa.Column("scripts", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(
            sa.Column(
                "date_pattern", sa.String(length=20), nullable=False, server_default="dd.MM.yyyy"
            )
        )

    with op.batch_alter_table("institution_names") as table:
        table.add_column(
            sa.Column("language", sa.String(length=8), nullable=False, server_default="")
        )
        table.add_column(sa.Column("used_from", sa.Date(), nullable=True))
        table.add_column(sa.Column("used_until", sa.Date(), nullable=True))

    with op.batch_alter_table("institutions") as table:
        table.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        table.alter_column("country_code", existing_type=sa.VARCHAR(length=2), nullable=True)
        table.create_index(op.f("ix_institutions_merged_into_id"), ["merged_into_id"], unique=False)
        table.create_index(op.f("ix_institutions_parent_id"), ["parent_id"], unique=False)
        table.create_foreign_key(
            op.f("fk_institutions_merged_into_id"), "institutions", ["merged_into_id"], ["id"]
        )

    with op.batch_alter_table("programmes") as table:
        table.add_column(sa.Column("starts_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("row_version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("cohorts") as cohorts:
        cohorts.alter_column("is_self_enrolment_open", server_default=None)
        cohorts.alter_column("row_version", server_default=None)
    with op.batch_alter_table("countries") as countries:
        countries.alter_column("scripts", server_default=None)
        countries.alter_column("date_pattern", server_default=None)
    with op.batch_alter_table("institution_names") as institution_names:
        institution_names.alter_column("language", server_default=None)
    with op.batch_alter_table("programmes") as programmes:
        programmes.alter_column("row_version", server_default=None)

    with op.batch_alter_table("cohorts") as cohorts:
        cohorts.create_check_constraint("seats_positive", "seats > 0")
    with op.batch_alter_table("programmes") as programmes:
        programmes.create_check_constraint("dates_in_order", "starts_on <= ends_on")


def downgrade() -> None:
    with op.batch_alter_table("programmes") as programmes:
        programmes.drop_constraint("dates_in_order", type_="check")
    with op.batch_alter_table("cohorts") as cohorts:
        cohorts.drop_constraint("seats_positive", type_="check")
    # Before, every body was some country's: the first there is, for those that are nobody's.
    op.execute(
        "UPDATE institutions SET country_code = (SELECT min(code) FROM countries) "
        "WHERE country_code IS NULL"
    )
    with op.batch_alter_table("programmes") as table:
        table.drop_column("row_version")
        table.drop_column("ends_on")
        table.drop_column("starts_on")

    with op.batch_alter_table("institutions") as table:
        table.drop_constraint(op.f("fk_institutions_merged_into_id"), type_="foreignkey")
        table.drop_index(op.f("ix_institutions_parent_id"))
        table.drop_index(op.f("ix_institutions_merged_into_id"))
        table.alter_column("country_code", existing_type=sa.VARCHAR(length=2), nullable=False)
        table.drop_column("merged_into_id")

    with op.batch_alter_table("institution_names") as table:
        table.drop_column("used_until")
        table.drop_column("used_from")
        table.drop_column("language")

    with op.batch_alter_table("countries") as table:
        table.drop_column("date_pattern")
        table.drop_column("scripts")

    with op.batch_alter_table("cohorts") as table:
        table.drop_constraint(op.f("fk_cohorts_intake_id"), type_="foreignkey")
        table.drop_index(op.f("ix_cohorts_programme_id"))
        table.drop_index(op.f("ix_cohorts_intake_id"))
        table.drop_column("row_version")
        table.drop_column("is_self_enrolment_open")
        table.drop_column("seats")
        table.drop_column("intake_id")

    op.drop_table("programme_partners")
    op.drop_table("logos")
    op.drop_table("region_countries")
    op.drop_table("intakes")
    op.drop_table("regions")
