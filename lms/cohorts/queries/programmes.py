"""Programmes: what is funded, by whom, and who looks after it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from lms.accounts.models import Person
from lms.cohorts.models import Cohort, Institution, Intake, Logo, Partner, Programme
from lms.cohorts.queries.cohorts import coordinated_cohorts
from lms.errors import NotFound
from lms.extensions import db


def list_programmes() -> list[Programme]:
    """List all programmes: who funds what is no secret, and whoever makes a cohort chooses among them."""
    return list(db.session.scalars(select(Programme).order_by(Programme.title)))


def programme_by_slug(slug: str) -> Programme:
    found = db.session.scalar(select(Programme).where(Programme.slug == slug))
    if found is None:
        raise NotFound
    return found


def may_run(person: Person, programme: Programme) -> bool:
    """Tell whether somebody may change a programme: its own coordinators, and administrators."""
    is_coordinator = programme.slug in person.objects_of("coordinator", "programme")
    return is_coordinator or "administrator" in person.role_names


def run_programme(person: Person, slug: str) -> Programme:
    """Return a programme to change, else 404."""
    found = programme_by_slug(slug)
    if not may_run(person, found):
        raise NotFound
    return found


def partner_of(programme: Programme, partner_id: int) -> Partner:
    """Return one body of a programme that the caller may change, else 404."""
    found = next((one for one in programme.partners if one.id == partner_id), None)
    if found is None:
        raise NotFound
    return found


def intakes_of(*programmes: Programme) -> list[Intake]:
    """List the rounds of some programmes, one after the other, the newest first."""
    query = (
        select(Intake)
        .where(Intake.programme_id.in_([one.id for one in programmes]))
        .order_by(Intake.programme_id, Intake.id.desc())
    )
    return list(db.session.scalars(query))


def intake_of(programme: Programme, intake_id: int) -> Intake:
    """Return one round of a programme that the caller may change, else 404."""
    found = db.session.get(Intake, intake_id)
    if found is None or found.programme_id != programme.id:
        raise NotFound
    return found


def visible_cohorts(person: Person, programme: Programme) -> Select[Cohort]:
    """Select a programme's cohorts that somebody may see: the own ones, or all for an administrator."""
    query = (
        select(Cohort).order_by(Cohort.starts_on.desc(), Cohort.slug)
        if "administrator" in person.role_names
        else coordinated_cohorts(person)
    )
    return query.where(Cohort.programme_id == programme.id).options(joinedload(Cohort.intake))


def cohort_counts() -> dict[int, int]:
    """Count the cohorts of each programme."""
    query = select(Cohort.programme_id, func.count()).group_by(Cohort.programme_id)
    return dict(db.session.execute(query).all())


@dataclass(frozen=True)
class Credit:
    """One body that is named, and its logo's fingerprint if it has one."""

    name: str
    sha256: str
    width: int
    height: int


@dataclass(frozen=True)
class Credits:
    """Who is named on the pages and certificates of a programme."""

    line: str
    funders: tuple[Credit, ...]
    partners: tuple[Credit, ...]

    @property
    def bodies(self) -> tuple[Credit, ...]:
        return self.funders + self.partners

    def __bool__(self) -> bool:
        return bool(self.line or self.bodies)


@lru_cache(maxsize=256)
def credits_of(slug: str, _row_version: int) -> Credits:
    """Return who is to be named, in the programme's own order.

    Kept in the process, because most pages show it: any change of it is another version of the programme.
    """
    return named_by(programme_by_slug(slug))


def named_by(programme: Programme) -> Credits:
    """Return who a programme names as it is now, also before that is committed."""
    query = (
        select(Partner)
        .where(Partner.programme_id == programme.id)
        .order_by(Partner.position, Partner.id)
    )
    named: dict[str, list[Credit]] = {"funder": [], "partner": []}
    for partner in db.session.scalars(query).unique():
        named[partner.role].append(_credit(partner))
    return Credits(programme.credit_line, tuple(named["funder"]), tuple(named["partner"]))


def _credit(partner: Partner) -> Credit:
    name, logo = partner.institution.name, partner.logo
    if logo is None:
        return Credit(name, "", 0, 0)
    return Credit(name, logo.sha256, logo.width, logo.height)


def logo_png(sha256: str) -> bytes:
    """Return a logo by its fingerprint, else 404; logos are public."""
    found = db.session.scalar(select(Logo.png).where(Logo.sha256 == sha256))
    if found is None:
        raise NotFound
    return found


def institution_to_name(institution_id: int) -> Institution:
    """Return a body that a programme may name, else 404; of two that turned out to be one, the one."""
    found = db.session.get(Institution, institution_id)
    if found is None:
        raise NotFound
    if found.merged_into_id is not None:
        return db.session.get_one(Institution, found.merged_into_id)
    return found
