from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.cohorts.models.countries import Country
from lms.extensions import Model


class Institution(Model):
    """A public body, whatever it was called over time."""

    __tablename__ = "institutions"

    id: Mapped[int] = mapped_column(primary_key=True)
    country_code: Mapped[str | None] = mapped_column(
        ForeignKey(Country.code), index=True
    )  # None: an international body, such as UNDP
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("institutions.id"), index=True
    )  # the one body that both turned out to be; old addresses lead there

    names: Mapped[list[InstitutionName]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="InstitutionName.id"
    )

    parent: Mapped[Institution | None] = relationship(
        foreign_keys=[parent_id], remote_side="Institution.id", viewonly=True
    )

    @property
    def name(self) -> str:
        """The name to show: the preferred one."""
        shown = min(self.names, key=lambda name: not name.is_preferred, default=None)
        return shown.name if shown else ""


class InstitutionName(Model):
    """One spelling of an institution's name, or one of its names over time; all lead to the same body."""

    __tablename__ = "institution_names"
    __table_args__ = (UniqueConstraint("institution_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(
        ForeignKey(Institution.id, ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(
        String(200), index=True
    )  # see rules.fold: what a search compares
    language: Mapped[str] = mapped_column(String(8), default="")  # empty: not said
    used_from: Mapped[date | None]  # of a body that was renamed
    used_until: Mapped[date | None]
    is_preferred: Mapped[bool] = mapped_column(default=False)


class Affiliation(Model):
    """Where somebody works."""

    __tablename__ = "affiliations"

    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True
    )
    institution_id: Mapped[int] = mapped_column(ForeignKey(Institution.id), index=True)
    post: Mapped[str] = mapped_column(String(200), default="")

    institution: Mapped[Institution] = relationship(lazy="joined")
