from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.cohorts.models.institutions import Institution
from lms.cohorts.models.programmes import Cohort
from lms.extensions import Model
from lms.lib.names import display_name


class Nomination(Model):
    """Somebody whom a country's focal point proposes for a place; its times tell its state.

    Nominated, then approved by the partner or declined; the approved get a place while the country's
    seats last, and wait otherwise. Whoever has a place is invited, and is enrolled by accepting.
    """

    __tablename__ = "nominations"
    __table_args__ = (
        UniqueConstraint("cohort_id", "email"),
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint(
            "placed_at IS NULL OR approved_at IS NOT NULL", name="placed_when_approved"
        ),
        CheckConstraint("approved_at IS NULL OR declined_at IS NULL", name="one_decision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey(Cohort.id, ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    given_name: Mapped[str] = mapped_column(String(100), default="")  # as the focal point writes it
    family_name: Mapped[str] = mapped_column(String(100), default="")
    institution_id: Mapped[int | None] = mapped_column(ForeignKey(Institution.id), index=True)
    institution_name: Mapped[str] = mapped_column(
        String(200), default=""
    )  # as the focal point wrote it, where no known body was meant
    post: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id), index=True
    )  # once the nominee has an account and said yes
    is_by_oneself: Mapped[bool] = mapped_column(
        default=False
    )  # asked to join where the cohort is open
    nominated_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))  # None: by oneself
    nominated_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    reason: Mapped[str] = mapped_column(
        String(500), default=""
    )  # of the decision or the withdrawal
    placed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship(lazy="joined")
    institution: Mapped[Institution | None] = relationship(lazy="joined")
    nominated_by: Mapped[Person | None] = relationship(foreign_keys=[nominated_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])

    @property
    def name(self) -> str:
        """The name as the focal point wrote it, else the address."""
        return display_name(self.given_name, self.family_name) or self.email

    @property
    def is_waiting(self) -> bool:
        return self.approved_at is not None and self.placed_at is None and self.withdrawn_at is None
