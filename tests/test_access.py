"""Who may do what: every route, every role, own and other. The expected answers stand in access_matrix.toml alone."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from lms.accounts.services import grant_role
from lms.certificates.queries import certificate_of
from lms.cohorts.models import Cohort, Intake
from lms.cohorts.services import invite
from lms.cohorts.services.questions import ask
from lms.extensions import db
from lms.notices.models import Message
from lms.quizzes.models import KeyCorrection, ScoreChange
from lms.quizzes.queries import attempts_of
from lms.web.access import declared_policies
from tests.factories import (
    FINAL,
    FIRST_QUIZ,
    change_quiz,
    complete,
    make_cohort,
    make_import,
    make_learner,
    make_nomination,
    make_partner,
    make_staff,
    take_quiz,
)

MATRIX = tomllib.loads((Path(__file__).parent / "access_matrix.toml").read_text(encoding="utf-8"))
ROLES = (
    "anonymous",
    "learner",
    "mentor",
    "instructor",
    "coordinator",
    "officer",
    "administrator",
    "auditor",
)


def rows() -> list[tuple[str, str, dict[str, str]]]:
    return [
        (endpoint, method, row)
        for endpoint, methods in MATRIX.items()
        for method, row in methods.items()
    ]


class TestDeclaredPolicies:
    def test_are_those_of_the_matrix(self, app):
        declared = {
            (endpoint, method): str(policy) if policy else "none"
            for _rule, method, endpoint, policy in declared_policies(app)
        }

        assert declared == {
            (endpoint, method): f"{row['who']} *" if row.get("step_up") else row["who"]
            for endpoint, method, row in rows()
        }


@dataclass
class World:
    """Two countries with one learner each, who has done everything, and the staff of the first."""

    people: dict[str, object]
    own: dict[str, object]
    other: dict[str, object]


@pytest.fixture
def world(app) -> World:
    change_quiz(gain={"post": FINAL, "objectives": ["who-says-so"]})
    here, there = make_cohort("KZ"), make_cohort("GE")
    learner, seat = make_learner(here)
    stranger, other_seat = make_learner(there)
    for place in (seat, other_seat):
        complete(place, except_paths=(FINAL,))
        take_quiz(place, FINAL)
    staff = {
        "mentor": make_staff("mentor", "cohort", here.slug),
        "instructor": make_staff("instructor", "course", "digital-id"),
        "coordinator": make_staff("coordinator", "country", "KZ"),
        "officer": make_staff("officer", "country", "KZ"),
        "administrator": make_staff("administrator"),
        "auditor": make_staff("auditor"),
    }
    grant_role(None, staff["coordinator"], "coordinator", "programme", here.programme.slug)
    invite(staff["coordinator"], here, "new@example.org", "en")
    db.session.commit()
    return World(
        {"learner": learner, **staff},
        values(seat, learner, "kz"),
        values(other_seat, stranger, "ge"),
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


def values(seat, person, country) -> dict[str, object]:
    """Give every parameter that an address may have."""
    module, _slash, step = FIRST_QUIZ.partition("/")
    certificate = certificate_of(seat.enrolment_id)
    attempt = attempts_of(seat, FIRST_QUIZ)[0]
    bank, item = attempt.item_keys[0].split("/")
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
        "language": "en",
        "token": "unknown-token",
        "name": "help",
        "filename": "css/serai.css",
        "enrolment": seat.enrolment_id,
        "bank": bank,
        "change_id": kept_pass(attempt).id,
        "item": item,
        "revision": 1,
        "notice_id": notice_of(person),
        "import_id": make_import(seat.cohort_slug).id,
        "row_number": 2,
        "part": "rest",
        "file_format": "csv",
        "question_id": question_of(seat),
        **programme_values(cohort_of(seat)),
        **ways_in_values(cohort_of(seat)),
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
    return (
        f"{url}?enrolment={parameters['enrolment']}"
        if endpoint == "certificates.confirm_issue"
        else url
    )


def may_call(role: str, who: str) -> bool:
    return who == "public" or (role != "anonymous" and (who == "signed-in" or role in who.split()))


def expected(role: str, row: dict[str, str], *, is_own: bool) -> str:  # noqa: PLR0911 - one line for each kind of scope
    """Say what the matrix promises: in, sign-in, 403 or 404."""
    if not may_call(role, row["who"]):
        return "sign-in" if role == "anonymous" else "403"
    scope = row.get("scope", "")
    if scope == "self":
        return "in" if role == "learner" and is_own else "404"
    if scope == "holder":  # the holder, and the country's coordinator and officer
        return "in" if role in {"learner", "coordinator", "officer"} and is_own else "404"
    if scope in {"country", "whole country"}:
        return "in" if is_own else "404"
    if scope == "programme":
        return "in" if role == "administrator" or is_own else "404"
    if scope == "mentee":
        return "in" if is_own or role == "instructor" else "404"
    return "in"


def answer_of(response) -> str:
    if response.status_code == 303 and response.headers["Location"].startswith("/sign-in?"):
        return "sign-in"
    return str(response.status_code) if response.status_code in {401, 403, 404, 405, 500} else "in"


class TestEveryRoute:
    @pytest.mark.parametrize("role", ROLES)
    def test_answers_as_the_matrix_says(self, app, client, client_of, world, role):
        wrong = []
        for endpoint, method, row in rows():
            if row.get("skip"):
                continue
            for is_own, parameters in ((True, world.own), (False, world.other)):
                caller = client if role == "anonymous" else client_of(world.people[role])
                response = caller.open(address(app, endpoint, parameters), method=method)
                response.close()
                promised = expected(role, row, is_own=is_own)
                if answer_of(response) != promised:
                    place = "own" if is_own else "other"
                    wrong.append(
                        f"{method} {endpoint} ({place}): {answer_of(response)}, not {promised}"
                    )

        assert not wrong, "\n".join(wrong)

    def test_hides_what_is_not_there_and_what_is_not_yours_alike(self, app, client_of, world):
        coordinator = client_of(world.people["coordinator"])
        missing = {**world.other, "cohort": "no-such-cohort"}

        foreign = coordinator.get(address(app, "delegations.dashboard", world.other))
        absent = coordinator.get(address(app, "delegations.dashboard", missing))

        assert foreign.status_code == absent.status_code == 404
        assert plain(foreign) == plain(absent)


def plain(response) -> str:
    """Return a page without what differs in every answer: the request's number and its own address."""
    text = response.text.replace(response.headers["X-Request-Id"], "")
    return text.replace(response.request.path, "")
