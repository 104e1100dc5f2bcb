from __future__ import annotations

from datetime import UTC, datetime

from flask_security import RoleMixin, UserMixin
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Connection,
    ForeignKey,
    String,
    UniqueConstraint,
    event,
    or_,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from lms.accounts import rules
from lms.extensions import Model
from lms.lib.names import display_name


class Person(Model, UserMixin):
    """Somebody with an account; names stand in the own script and in Latin as in the passport."""

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("gender IN ('', 'f', 'm')", name="gender_is_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str | None] = mapped_column(
        String(200)
    )  # argon2id; None: signs in by e-mailed link
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(
        String(64), unique=True
    )  # a new one ends every session
    given_name: Mapped[str] = mapped_column(String(100), default="")
    family_name: Mapped[str] = mapped_column(String(100), default="")
    given_name_latin: Mapped[str] = mapped_column(String(100), default="")
    family_name_latin: Mapped[str] = mapped_column(String(100), default="")
    folded_names: Mapped[str] = mapped_column(
        String(800), default=""
    )  # see rules.fold: what a search compares
    is_family_name_first: Mapped[bool] = mapped_column(default=False)
    name_confirmed_at: Mapped[datetime | None]  # until then no certificate is issued
    country_code: Mapped[str] = mapped_column(String(2), default="", index=True)
    language: Mapped[str] = mapped_column(String(8), default="en")
    time_zone: Mapped[str] = mapped_column(String(40), default="UTC")
    gender: Mapped[str] = mapped_column(String(1), default="")  # f, m; empty: not said
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id")
    )  # the one account of a person who had two
    erased_at: Mapped[datetime | None]  # nothing personal is left; the row keeps statistics whole

    grants: Mapped[list[RoleGrant]] = relationship(
        back_populates="person",
        lazy="joined",  # every request asks for them
        foreign_keys="RoleGrant.person_id",
        cascade="all, delete-orphan",
    )

    @property
    def open_grants(self) -> list[RoleGrant]:
        """The roles of now: some are given for an hour or a season."""
        now = datetime.now(UTC)
        return [one for one in self.grants if one.expires_at is None or one.expires_at > now]

    @property
    def role_names(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.open_grants)

    @property
    def is_staff(self) -> bool:
        """Whether the person has a role besides the learner's."""
        return not self.role_names <= {"learner"}

    @property
    def name_native(self) -> str:
        return display_name(
            self.given_name, self.family_name, family_first=self.is_family_name_first
        )

    @property
    def name_latin(self) -> str:
        return display_name(self.given_name_latin, self.family_name_latin)

    @property
    def name(self) -> str:
        """The name to show: in the own script, else in Latin, else the e-mail address."""
        return self.name_native or self.name_latin or self.email

    def objects_of(self, role: str, scope: str) -> frozenset[str]:
        """Return what the person holds ``role`` for: codes of countries, slugs; ``*`` is all."""
        return frozenset(
            "*" if grant.scope == "all" else grant.scope_object
            for grant in self.open_grants
            if grant.role == role and grant.scope in {scope, "all"}
        )

    def holds(self, role: str, scope: str, scope_object: str) -> bool:
        """Tell whether the person holds ``role`` for this country, course or cohort."""
        return not self.objects_of(role, scope).isdisjoint({"*", scope_object})


class RoleGrant(Model, RoleMixin):
    """One role, and what it covers. Roles add up."""

    __tablename__ = "role_grants"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "scope", "scope_object"),
        CheckConstraint(
            "scope IN ('self', 'country', 'cohort', 'course', 'programme', 'all')",
            name="scope_is_known",
        ),
        CheckConstraint(
            "(scope IN ('self', 'all')) = (scope_object = '')", name="object_fits_scope"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    scope: Mapped[str] = mapped_column(String(10))
    scope_object: Mapped[str] = mapped_column(String(80), default="")
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    granted_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]  # of a role that was given for an hour or a season

    person: Mapped[Person] = relationship(back_populates="grants", foreign_keys=[person_id])

    @classmethod
    def is_open(cls) -> ColumnElement[bool]:
        """Ask for the roles of now in a query, as ``Person.open_grants`` does of somebody who is there."""
        return or_(cls.expires_at.is_(None), cls.expires_at > datetime.now(UTC))

    # RoleMixin compares by a name; two grants of one role are two grants.
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


@event.listens_for(Person, "before_insert")
@event.listens_for(Person, "before_update")
def fold_names(_mapper: Mapper[Person], _connection: Connection, person: Person) -> None:
    names = (
        person.given_name,
        person.family_name,
        person.given_name_latin,
        person.family_name_latin,
    )
    person.folded_names = " ".join(rules.fold(name) for name in names if name)
