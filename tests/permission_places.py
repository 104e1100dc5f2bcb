"""What addresses need: the objects of one place, and the address of a route for them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import select

from lms.certificates.jobs import sign_head
from lms.certificates.models import (
    BadgeImage,
    Batch,
    BatchRow,
    CertificateFile,
    NameChange,
    StatusList,
)
from lms.certificates.queries import certificate_of
from lms.certificates.queries.occasions import of_enrolment
from lms.certificates.rules import Choices
from lms.certificates.services import ask_for_batch
from lms.cohorts.models import Cohort, Intake
from lms.cohorts.services import invite
from lms.cohorts.services.questions import ask
from lms.extensions import db
from lms.notices.models import Message
from lms.quizzes.models import KeyCorrection, ScoreChange
from lms.quizzes.queries import attempts_of
from tests.factories import (
    FIRST_QUIZ,
    enrolment_of,
    make_import,
    make_institution,
    make_nomination,
    make_partner,
    make_signatory,
    make_staff,
)


def kept_pass(attempt) -> ScoreChange:
    """Correct a key, so that there is something for the officer to decide."""
    author = make_staff("instructor", "course", "digital-id")
    correction = KeyCorrection(
        version_id=attempt.version_id, item_key=attempt.item_keys[0], is_given_to_all=False, key={},
        reason="The key was wrong.", corrected_by_id=author.id, corrected_at=datetime.now(UTC),
    )  # fmt: skip
    db.session.add(correction)
    db.session.flush()
    change = ScoreChange(
        correction_id=correction.id, attempt_id=attempt.id, before_percent=100, after_percent=0,
        was_passed=True, is_pass_kept=True,
    )  # fmt: skip
    db.session.add(change)
    db.session.commit()
    return change


def name_change_of(person) -> NameChange:
    """Make a wish for another name."""
    change = NameChange(
        person_id=person.id, given_name="Айгүл", family_name="Серік", given_name_latin="Aigul",
        family_name_latin="Serik", reason="Married.", asked_at=datetime.now(UTC),
    )  # fmt: skip
    db.session.add(change)
    db.session.commit()
    return change


def values(seat, person, country) -> dict[str, object]:
    """Give every parameter that an address may have."""
    module, _slash, step = FIRST_QUIZ.partition("/")
    certificate = certificate_of(seat.enrolment_id)
    attempt = attempts_of(seat, FIRST_QUIZ)[0]
    bank, item = attempt.item_keys[0].split("/")
    sign_head()
    institution = make_institution(f"Ministry of {country}", "Ministry", country=country.upper())
    return {
        "cohort": seat.cohort_slug,
        "course": seat.course_slug,
        "slug": seat.course_slug,
        "module": module,
        "step": step,
        "attempt": 1,
        "attempt_id": attempt.id,
        "number": certificate.number,
        "person_id": person.id,
        "grant_id": person.grants[0].id,
        "country": country,
        "institution_id": institution.id,
        "survivor_id": institution.id,
        "name_id": institution.names[1].id,
        "language": "en",
        "token": "unknown-token",
        "name": "help",
        "filename": "css/serai.css",
        "enrolment": seat.enrolment_id,
        "bank": bank,
        "batch_id": failed_batch(seat, country.upper()).id,
        "change_id": kept_pass(attempt).id,
        "name_change_id": name_change_of(person).id,
        "item": item,
        "revision": 1,
        "notice_id": notice_of(person),
        "question_id": question_of(seat),
        "import_id": make_import(seat.cohort_slug).id,
        "row_number": 2,
        "part": "rest",
        "file_format": "csv",
        **published_values(certificate),
        **programme_values(cohort_of(seat)),
        **ways_in_values(cohort_of(seat)),
    }


def failed_batch(seat, country) -> Batch:
    """Make a batch whose only row has failed, so that there is something to try again."""
    officer = make_staff("officer", "country", country)
    occasion = of_enrolment(enrolment_of(seat))
    batch = ask_for_batch(officer, [occasion], Choices(), f"batch of {seat.enrolment_id}")
    (row,) = db.session.scalars(select(BatchRow).filter_by(batch_id=batch.id))
    row.state, row.fault = "failed", "name"
    db.session.commit()
    return batch


def published_values(certificate) -> dict[str, object]:
    """Give a certificate a badge and a list that names it."""
    credential = {"credentialSubject": {"achievement": {"image": {"id": f"/{certificate.number}"}}}}
    now = datetime.now(UTC)
    file = CertificateFile(
        certificate_id=certificate.id, sha256="", size_bytes=0, drawn_at=now,
        credential=json.dumps(credential),
    )  # fmt: skip
    db.session.merge(file)
    db.session.merge(BadgeImage(key=certificate.number, svg="<svg></svg>", png=b"IEND"))
    db.session.merge(
        StatusList(purpose="revocation", number=0, credential="{}", signed_at=now),
    )
    db.session.commit()
    return {
        "purpose": "revocation",
        "list_number": 0,
        "key": certificate.number,
        "badge_format": "svg",
    }


def ways_in_values(cohort) -> dict[str, object]:
    """Give a cohort somebody who is nominated and somebody who is invited."""
    inviter = make_staff("coordinator", "country", cohort.country_code)
    nomination = make_nomination(cohort, inviter)
    invitation = invite(inviter, cohort, "invited@example.org", "en")
    db.session.commit()
    return {"nomination_id": nomination.id, "invitation_id": invitation.id}


def cohort_of(seat) -> Cohort:
    return db.session.get_one(Cohort, seat.cohort_id)


def programme_values(cohort) -> dict[str, object]:
    """Give the programme of a cohort a round and a funder with a logo."""
    intake = Intake(programme_id=cohort.programme_id, title="Autumn")
    db.session.add(intake)
    partner = make_partner(cohort.programme)
    return {
        "programme": cohort.programme.slug,
        "intake_id": intake.id,
        "partner_id": partner.id,
        "signatory_id": make_signatory(cohort.programme).id,
        "sha256": partner.logo_sha256,
        "rule": "away",
    }


def question_of(seat) -> int:
    asked = ask(seat, FIRST_QUIZ, kind="question", text="Why?", language="en")
    db.session.commit()
    return asked.id


def notice_of(person) -> int:
    return db.session.scalars(select(Message.id).where(Message.person_id == person.id)).first()


READING = ("who-says-so", "number-and-card")


def address(app, endpoint: str, parameters: dict[str, object]) -> str:
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    known = {name: parameters[name] for name in rule.arguments}
    if endpoint in {"quizzes.question", "quizzes.save_answer", "quizzes.check_answer"}:
        known["number"] = 1
    if endpoint in {"learning.step", "learning.finish_step", "authoring.preview"}:
        known["module"], known["step"] = READING
    with app.test_request_context():
        url = app.url_for(endpoint, **known, _external=False)
    asked = {
        "certificates.confirm_issue": f"?occasion=enrolment:{parameters['enrolment']}",
        "programmes.make_cohort_of_programme": f"?country={parameters['country']}",
    }
    return url + asked.get(endpoint, "")
