"""Who signs the certificates of a programme, and who may see the scanned signatures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import exists, select

from lms.accounts.models import Person
from lms.certificates.models import Signatory, Signature
from lms.cohorts.models import Cohort, Programme
from lms.cohorts.queries import programme_by_slug
from lms.errors import NotFound
from lms.extensions import db


@dataclass(frozen=True)
class InOffice:
    """Who signs, as a certificate prints it."""

    id: int
    name: str
    role: str
    office_from: date
    office_until: date | None
    signature: str  # fingerprint; empty without a scan

    def is_in_office(self, day: date) -> bool:
        return self.office_from <= day and (self.office_until is None or day <= self.office_until)


@lru_cache(maxsize=256)
def _in_order(slug: str, _row_version: int) -> tuple[InOffice, ...]:
    # Kept in the process, because lists of many people ask for it: a change is another version.
    return tuple(
        InOffice(
            one.id, one.name, one.role, one.office_from, one.office_until,
            one.signature_sha256 or "",
        )
        for one in signatories_of(programme_by_slug(slug))
    )  # fmt: skip


def in_office(programme: Programme, day: date) -> list[InOffice]:
    """List who signs on a day, the newest in office first."""
    known = _in_order(programme.slug, programme.row_version)
    return [one for one in known if one.is_in_office(day)]


def signatory_on(
    programme: Programme, day: date, signatory_id: int | None = None
) -> InOffice | None:
    """Return who signs a certificate of that day: whoever was chosen, else the newest in office.

    None prints the programme's role alone. Who was chosen but is not in office of this programme
    on that day does not sign: certificates of several programmes may be issued at once.
    """
    there = in_office(programme, day)
    chosen = (one for one in there if one.id == signatory_id)
    return next(chosen, there[0] if there else None)


def signatories_of(programme: Programme) -> list[Signatory]:
    """List everybody who signs or signed, the newest in office first."""
    query = (
        select(Signatory)
        .where(Signatory.programme_id == programme.id)
        .order_by(Signatory.office_from.desc(), Signatory.id.desc())
    )
    return list(db.session.scalars(query))


def signatories_offered(programmes: Iterable[Programme], day: date) -> dict[int, str]:
    """Name whom an officer may choose among, by number, for a day."""
    found = {programme.id: programme for programme in programmes}.values()
    return {
        one.id: f"{one.name}, {one.role}"
        for programme in found
        for one in in_office(programme, day)
    }


def signing_programme(person: Person, slug: str) -> Programme:
    """Return a programme whose signatories somebody may see, else 404.

    Administrators see all, officers those of programmes that their countries take part in.
    """
    programme = programme_by_slug(slug)
    if "administrator" in person.role_names or _is_of_countries(
        programme, person.objects_of("officer", "country")
    ):
        return programme
    raise NotFound


def _is_of_countries(programme: Programme, countries: Iterable[str]) -> bool:
    codes = set(countries)
    if "*" in codes:
        return True
    query = exists().where(Cohort.programme_id == programme.id, Cohort.country_code.in_(codes))
    return bool(db.session.scalar(select(query)))


def signatory_of(programme: Programme, signatory_id: int) -> Signatory:
    """Return one signatory of a programme that the caller may see, else 404."""
    found = db.session.get(Signatory, signatory_id)
    if found is None or found.programme_id != programme.id:
        raise NotFound
    return found


def signature_png(sha256: str) -> bytes:
    """Return a scanned signature; whoever asks has been asked who they are."""
    return db.session.get_one(Signature, sha256).png
