"""What a certificate of an enrolment prints."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import current_app

from lms.accounts.models import Person
from lms.certificates import drawing
from lms.certificates.drawing import PrintedFacts
from lms.certificates.models import Certificate
from lms.certificates.queries.occasions import Occasion, last_day_of
from lms.certificates.queries.signatories import InOffice, signatory_on, signature_png
from lms.certificates.rules import PAPERS, USUAL, Choices, Kind, Restated
from lms.cohorts.models import Cohort, Enrolment, Programme
from lms.cohorts.queries import Credits, country_name, credits_of, logo_png
from lms.courses.queries import outline_of


def printed_facts(
    enrolment: Enrolment | Occasion,
    number: str,
    issued_on: date,
    choices: Choices = USUAL,
) -> PrintedFacts:
    """Return everything that is printed; frozen when a certificate is issued."""
    person, cohort = enrolment.person, enrolment.cohort
    outline = outline_of(enrolment.version_id)
    second = choices.second_language or cohort.certificate_language
    country = country_name(cohort.country_code, "en")
    public_url = current_app.config["PUBLIC_URL"].rstrip("/")
    teaches = choices.kind == Kind.THANKS
    confirmed = choices.confirmed or restated_on(cohort, issued_on, choices)
    return PrintedFacts(
        kind=choices.kind,
        layout=choices.layout,
        number=number,
        name_latin=person.name_latin,
        name_native=person.name_native,
        native_language=second if person.language == "en" else person.language,
        course_title=outline.title("en"),
        course_title_native=outline.title(second) if second in outline.languages else "",
        steps=0 if teaches else len(outline.steps),
        hours=0 if teaches else outline.hours,
        country="" if country in cohort.title else country,
        cohort=cohort.title,
        cohort_native=country_name(cohort.country_code, second),
        issued_on=issued_on,
        expires_on=last_day_of(enrolment.version_id, choices.kind, issued_on),
        second_language=second,
        signatory_role=confirmed.signatory_role,
        signatory_name=confirmed.signatory_name,
        signature=confirmed.signature,
        programme=cohort.programme.title,
        verify_url=f"{public_url}/v/{number}",
        verify_page=public_url.partition("://")[2] + "/verify",
    )


def restated_on(cohort: Cohort, day: date, choices: Choices) -> Restated:
    """Return the date and the signatory of certificates of a cohort that are asked for on a day."""
    signatory = signatory_on(cohort.programme, day, choices.signatory_id)
    return Restated(day, **signed(signatory, cohort.programme))


def signed(signatory: InOffice | None, programme: Programme) -> dict[str, Any]:
    """Return what is printed of who signs: of nobody in office, the programme's role alone."""
    if signatory is None:
        return {"signatory_role": programme.signatory_role}
    return {
        "signatory_role": signatory.role,
        "signatory_name": signatory.name,
        "signature": signatory.signature,
    }


def layouts_for(kind: str, language: str) -> dict[str, str]:
    """Name the layouts of a kind of certificate in a reader's language: what it is called, and its paper."""
    return {
        design.name: f"{design.title(language)}, {PAPERS[design.paper]}"
        for design in drawing.layouts_of(kind)
    }


def renamed(old: Certificate, person: Person, number: str, issued_on: date) -> PrintedFacts:
    """Return what a certificate in another's place prints: all as before, but for the name, the day and the number."""
    facts = drawing.from_json(old.facts)
    return replace(
        facts,
        number=number,
        name_latin=person.name_latin,
        name_native=person.name_native,
        issued_on=issued_on,
        verify_url=facts.verify_url.removesuffix(old.number) + number,
    )


def with_credits(facts: PrintedFacts, cohort: Cohort) -> PrintedFacts:
    """Name on a certificate who pays for the cohort's programme; without what cannot be printed.

    A programme is looked at when it is edited. Should a body be renamed after that to what no font has,
    nobody's certificate waits for it.
    """
    return with_credits_of(facts, cohort.programme)


def with_credits_of(facts: PrintedFacts, programme: Programme) -> PrintedFacts:
    named = credits_of(programme.slug, programme.row_version)
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
    return drawing.faults_of_lines(
        drawing.credit_lines(
            [one.name for one in named.funders], [one.name for one in named.partners], named.line
        )
    )


def pictures_of(facts: PrintedFacts) -> dict[str, bytes]:
    """Return the PNG of each logo and of the signature that a certificate shows, by its fingerprint."""
    logos = {sha256: logo_png(sha256) for sha256, _name in facts.logos}
    if not facts.signature:
        return logos
    return {**logos, facts.signature: signature_png(facts.signature)}
