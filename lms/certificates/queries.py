"""Finding certificates and who is due one, with the access check inside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from lms.accounts.models import Person
from lms.accounts.rules import fold
from lms.certificates import drawing, rules
from lms.certificates.drawing import PrintedFacts
from lms.certificates.models import Certificate, CertificateFile
from lms.cohorts.models import Cohort, Enrolment, Programme
from lms.cohorts.queries import Credits, country_name, credits_of, logo_png
from lms.courses.models import Course
from lms.courses.queries import outline_of
from lms.errors import NotFound
from lms.extensions import db
from lms.lib import numbers
from lms.lib.names import clean_name
from lms.progress.models import Completion
from lms.progress.queries import progress_of_many
from lms.progress.rules import Progress
from lms.quizzes.models import Attempt, ScoreChange

_ANY_NUMBER = "KZ-2026-7Q3M-W8KD-R4TN-9HXG"  # all numbers are equally long


def certificate_of(enrolment_id: int) -> Certificate | None:
    """Return the newest certificate of an enrolment that was not revoked."""
    query = select(Certificate).where(
        Certificate.enrolment_id == enrolment_id, Certificate.revoked_at.is_(None)
    )
    return db.session.scalar(query.order_by(Certificate.sequence.desc()).limit(1))


def newest_certificate(enrolment_id: int) -> Certificate | None:
    """Return the newest certificate of an enrolment, revoked or not."""
    query = select(Certificate).where(Certificate.enrolment_id == enrolment_id)
    return db.session.scalar(query.order_by(Certificate.sequence.desc()).limit(1))


def certificates_of(person: Person) -> list[Certificate]:
    """List a person's own certificates with the size of each PDF, the newest first."""
    query = (
        select(Certificate)
        .options(joinedload(Certificate.file))
        .where(Certificate.person_id == person.id)
    )
    return list(db.session.scalars(query.order_by(Certificate.issued_at.desc())))


def free_sequence(enrolment_id: int) -> int | None:
    """Return the number of the next certificate of an enrolment; None while one is valid.

    One statement, so that of two at once both count alike, and the second meets the unique key.
    """
    query = select(
        func.coalesce(func.max(Certificate.sequence), 0) + 1,
        func.count().filter(Certificate.revoked_at.is_(None)),
    ).where(Certificate.enrolment_id == enrolment_id, Certificate.kind == rules.KIND)
    sequence, valid_count = db.session.execute(query).one()
    return None if valid_count else int(sequence)


def file_of(certificate: Certificate) -> CertificateFile | None:
    """Return size and hash of the drawn PDF; its bytes are read only when asked for."""
    return db.session.get(CertificateFile, certificate.id)


def own_enrolment(person: Person, cohort: str, course: str) -> Enrolment:
    """Return a person's own enrolment, else 404. After a withdrawal it stays where a certificate is."""
    has_certificate = (
        select(Certificate.id).where(Certificate.enrolment_id == Enrolment.id).exists()
    )
    query = (
        select(Enrolment)
        .join(Enrolment.cohort)
        .join(Enrolment.course)
        .where(
            Enrolment.person_id == person.id,
            Cohort.slug == cohort,
            Course.slug == course,
            Enrolment.withdrawn_at.is_(None) | has_certificate,
        )
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def printed_facts(enrolment: Enrolment, number: str, issued_on: date) -> PrintedFacts:
    """Return everything that is printed; frozen when a certificate is issued."""
    person, cohort = enrolment.person, enrolment.cohort
    outline = outline_of(enrolment.version_id)
    second = cohort.certificate_language
    country = country_name(cohort.country_code, "en")
    public_url = current_app.config["PUBLIC_URL"].rstrip("/")
    return PrintedFacts(
        number=number,
        name_latin=person.name_latin,
        name_native=person.name_native,
        native_language=second if person.language == "en" else person.language,
        course_title=outline.title("en"),
        course_title_native=outline.title(second) if second in outline.languages else "",
        steps=len(outline.steps),
        hours=outline.hours,
        country="" if country in cohort.title else country,
        cohort=cohort.title,
        cohort_native=country_name(cohort.country_code, second),
        issued_on=issued_on,
        second_language=second,
        signatory_role=cohort.programme.signatory_role,
        programme=cohort.programme.title,
        verify_url=f"{public_url}/v/{number}",
        verify_page=public_url.partition("://")[2] + "/verify",
    )


def with_credits(facts: PrintedFacts, cohort: Cohort) -> PrintedFacts:
    """Name on a certificate who pays for the cohort's programme; without what cannot be printed.

    A programme is looked at when it is edited. Should a body be renamed after that to what no font has,
    nobody's certificate waits for it.
    """
    named = credits_of(cohort.programme.slug, cohort.programme.row_version)
    letters, is_too_long = faults_of_credits(named)
    return facts if letters or is_too_long else replace(facts, **_credits(named))


def _credits(named: Credits) -> dict[str, Any]:
    return {
        "funders": tuple(one.name for one in named.funders),
        "partners": tuple(one.name for one in named.partners),
        "credit_line": named.line,
        "logos": tuple((one.sha256, one.name) for one in named.bodies if one.sha256),
    }


def faults_of_credits(named: Credits) -> tuple[list[str], bool]:
    """Return the letters that no certificate can print, and whether it has no room for so much."""
    return drawing.faults_of_credits(
        drawing.credit_lines(
            [one.name for one in named.funders], [one.name for one in named.partners], named.line
        )
    )


def logos_of(facts: PrintedFacts) -> dict[str, bytes]:
    """Return the PNG of each logo that a certificate shows, by its fingerprint."""
    return {sha256: logo_png(sha256) for sha256, _name in facts.logos}


def eligibility_of(enrolment: Enrolment, progress: Progress | None = None) -> rules.Eligibility:
    """Compare what one learner has done, and what would be printed, with what the certificate asks for."""
    if progress is None:
        progress = progress_of_many([(enrolment.id, enrolment.version_id)])[enrolment.id]
    person = enrolment.person
    facts = printed_facts(enrolment, _ANY_NUMBER, date(2026, 9, 30))
    letters = drawing.missing_letters(person.name_latin + person.name_native)
    too_long = set(drawing.overlong_lines_of(facts))
    return rules.eligibility(
        progress,
        is_name_confirmed=person.name_confirmed_at is not None,
        name_latin=person.name_latin,
        unprintable=letters,
        is_name_too_long=bool(too_long & {"name", "name_native"}),
        is_page_unprintable=bool(too_long - {"name", "name_native"})
        or not set(drawing.missing_letters_of(facts)) <= set(letters),
    )


def completed_without_certificate(person: Person) -> list[int]:
    """List the enrolments that somebody has finished and never had a certificate for."""
    query = (
        select(Completion.enrolment_id)
        .join(Enrolment, Enrolment.id == Completion.enrolment_id)
        .outerjoin(Certificate, Certificate.enrolment_id == Completion.enrolment_id)
        .where(Enrolment.person_id == person.id, Certificate.id.is_(None))
    )
    return list(db.session.scalars(query))


@dataclass(frozen=True)
class Candidate:
    """One line of the officer's list."""

    enrolment: Enrolment
    course_title: str
    eligibility: rules.Eligibility
    done_count: int
    step_count: int


def finished(officer: Person) -> list[Candidate]:
    """List who has done all in the officer's countries, and has no certificate yet."""
    query = _without_certificate(officer).where(Completion.enrolment_id.is_not(None))
    return candidates(db.session.scalars(query))


def unfinished(officer: Person) -> Select[Enrolment]:
    """Select who still has something to do in the officer's countries."""
    return _without_certificate(officer).where(Completion.enrolment_id.is_(None))


def candidates(enrolments: Iterable[Enrolment]) -> list[Candidate]:
    """Say of enrolments that the caller may see what is missing, from one more statement for all."""
    listed = list(enrolments)
    progress = progress_of_many((enrolment.id, enrolment.version_id) for enrolment in listed)
    return [_candidate(enrolment, progress[enrolment.id]) for enrolment in listed]


def _candidate(enrolment: Enrolment, progress: Progress) -> Candidate:
    return Candidate(
        enrolment=enrolment,
        course_title=outline_of(enrolment.version_id).title("en"),
        eligibility=eligibility_of(enrolment, progress),
        done_count=progress.done_count,
        step_count=len(progress.outline.steps),
    )


def _without_certificate(officer: Person) -> Select[Enrolment]:
    query = (
        _enrolments(officer)
        .join(Enrolment.person)
        .outerjoin(Certificate, Certificate.enrolment_id == Enrolment.id)
        .outerjoin(Completion, Completion.enrolment_id == Enrolment.id)
        .where(Certificate.id.is_(None), Enrolment.withdrawn_at.is_(None))
    )
    return query.order_by(Cohort.slug, Person.family_name_latin, Enrolment.id)


def candidates_of(officer: Person, enrolment_ids: Iterable[int]) -> list[Enrolment]:
    """Return enrolments in the officer's countries, in the order of the list; 404 when one is not there."""
    wanted = set(enrolment_ids)
    query = _enrolments(officer).where(Enrolment.id.in_(wanted)).order_by(Cohort.slug, Enrolment.id)
    found = list(db.session.scalars(query))
    if {enrolment.id for enrolment in found} != wanted:
        raise NotFound
    return found


def _enrolments(officer: Person) -> Select[Enrolment]:
    """Select the enrolments of an officer's countries, with what a list shows of them."""
    countries = officer.objects_of("officer", "country")
    query = (
        select(Enrolment)
        .join(Enrolment.cohort)
        .options(
            joinedload(Enrolment.person).lazyload(Person.grants),
            joinedload(Enrolment.cohort),
            joinedload(Enrolment.course),
        )
    )
    return query if "*" in countries else query.where(Cohort.country_code.in_(countries))


def register_for(officer: Person, search: str = "") -> Select[Certificate]:
    """Select the certificates of the officer's countries, newest first.

    Args:
        officer: whose countries count.
        search: part of a number, or words of a name in either script and any spelling.
    """
    countries = officer.objects_of("officer", "country")
    query = select(Certificate).order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    if "*" not in countries:
        query = query.where(Certificate.country_code.in_(countries))
    words = clean_name(search).split()
    return query.where(_has_number("".join(words)) | _is_held_by(words)) if words else query


def _has_number(part: str) -> ColumnElement[bool]:
    number = numbers.normalise(part).replace("-", "")
    return func.replace(Certificate.number, "-", "").contains(number, autoescape=True)


def _is_held_by(words: list[str]) -> ColumnElement[bool]:
    """Look in the printed names, and in what the holder is called today."""
    printed = [Certificate.facts[name].as_string() for name in ("name_latin", "name_native")]
    is_printed = and_(
        *(or_(*(name.icontains(word, autoescape=True) for name in printed)) for word in words)
    )
    holder = select(Person.id).where(
        Person.id == Certificate.person_id,
        *(Person.folded_names.contains(fold(word) or word, autoescape=True) for word in words),
    )
    return is_printed | holder.exists()


def registered(officer: Person, number: str) -> Certificate:
    """Return one certificate of the officer's countries, else 404."""
    query = register_for(officer).where(Certificate.number == numbers.normalise(number))
    certificate = db.session.scalar(query)
    if certificate is None:
        raise NotFound
    return certificate


def kept_passes(officer: Person) -> Select[Any]:
    """Select the passes that a corrected key would not give, in the officer's countries.

    What was decided is not among them, nor what a later correction has settled by itself.
    """
    countries = officer.objects_of("officer", "country")
    newest = select(func.max(ScoreChange.id)).group_by(ScoreChange.attempt_id)
    enrolment = contains_eager(ScoreChange.attempt).contains_eager(Attempt.enrolment)
    query = (
        select(ScoreChange)
        .join(ScoreChange.attempt)
        .join(Attempt.enrolment)
        .join(Enrolment.person)
        .join(Enrolment.cohort)
        .options(
            joinedload(ScoreChange.correction),
            enrolment.contains_eager(Enrolment.cohort),
            enrolment.contains_eager(Enrolment.person).lazyload(Person.grants),
        )
        .where(
            ScoreChange.id.in_(newest),
            ScoreChange.is_pass_kept,
            ScoreChange.decided_at.is_(None),
            Attempt.is_passed.is_(True),
        )
        .order_by(ScoreChange.id)
    )
    return query if "*" in countries else query.where(Cohort.country_code.in_(countries))


def kept_pass(officer: Person, change_id: int) -> ScoreChange:
    """Return one pass to decide about, else 404."""
    found: ScoreChange | None = db.session.scalar(
        kept_passes(officer).where(ScoreChange.id == change_id)
    )
    if found is None:
        raise NotFound
    return found


def valid_certificates(enrolment_ids: Iterable[int]) -> dict[int, Certificate]:
    """Return the newest certificate that was not revoked, of each enrolment that has one."""
    query = select(Certificate).where(
        Certificate.enrolment_id.in_(list(enrolment_ids)), Certificate.revoked_at.is_(None)
    )
    return {one.enrolment_id: one for one in db.session.scalars(query.order_by(Certificate.id))}


def name_of(person_id: int | None) -> str:
    """Return the name of who issued or revoked a certificate that the caller may see."""
    person = db.session.get(Person, person_id) if person_id is not None else None
    return person.name if person else ""


def downloadable(person: Person, number: str) -> Certificate:
    """Return a certificate whose PDF somebody may have, else 404.

    These are the holder, the country's coordinators and officers, and the cohort's coordinators.
    """
    certificate = by_number(number)
    if certificate is None or not (
        certificate.person_id == person.id
        or person.holds("officer", "country", certificate.country_code)
        or person.holds("coordinator", "country", certificate.country_code)
        or _coordinates(person, certificate)
    ):
        raise NotFound
    return certificate


def _coordinates(person: Person, certificate: Certificate) -> bool:
    """Tell whether somebody coordinates the cohort that a certificate was earned in, or its programme."""
    query = (
        select(Cohort.slug, Programme.slug)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .join(Programme, Programme.id == Cohort.programme_id)
        .where(Enrolment.id == certificate.enrolment_id)
    )
    cohort, programme = db.session.execute(query).one()
    return person.holds("coordinator", "cohort", cohort) or person.holds(
        "coordinator", "programme", programme
    )


def by_number(text: str) -> Certificate | None:
    """Find a certificate by its number as somebody typed it."""
    return db.session.scalar(
        select(Certificate).where(Certificate.number == numbers.normalise(text))
    )
