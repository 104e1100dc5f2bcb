from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from lms.certificates.queries import certificate_of
from lms.cohorts.models import Affiliation, Enrolment, Institution, InstitutionName
from lms.courses.queries import outline_of
from lms.extensions import db
from lms.progress.services import mark_done, save_reflection
from tests.factories import (
    FIRST_QUIZ,
    complete,
    enrolment_of,
    make_cohort,
    make_learner,
    make_person,
    make_staff,
    take_quiz,
    take_second_course,
)
from tests.pages import bytes_of, text_of

SECRET = "What only the learner may read."


@pytest.fixture
def address(dashboard):
    """Return a function that gives the address of somebody's page."""
    return lambda person: f"{dashboard}/people/{person.id}"


class TestShowPerson:
    def test_tells_how_far_somebody_is_in_each_module(
        self, client_of, coordinator, cohort, address
    ):
        person, seat = make_learner(cohort)
        module = outline_of(seat.version_id).modules[0]
        for step in [step for step in module.steps if step.kind in {"reading", "case"}][:2]:
            mark_done(seat, step)
        db.session.commit()

        page = text_of(client_of(coordinator).get(address(person)))

        assert f"2 of {len(outline_of(seat.version_id).steps)} steps done" in page
        line = page.partition(module.titles["en"])[2].partition("Not begun")[0]
        assert f"2 of {len(module.steps)}" in line
        assert "In progress" in line

    @pytest.mark.parametrize(("days_in_second", "mark"), [(2, "seen"), (30, "seen w")])
    def test_marks_as_away_only_whoever_moves_in_no_course(
        self, client_of, coordinator, cohort, address, have_been_away, days_in_second, mark
    ):
        take_second_course(cohort)
        person, seat = make_learner(cohort)
        mark_done(seat, outline_of(seat.version_id).steps[1])
        have_been_away(seat, person, 20)
        for enrolment in db.session.scalars(db.select(Enrolment)):
            days = 40 if enrolment.id == seat.enrolment_id else days_in_second
            enrolment.enrolled_at = datetime.now(UTC) - timedelta(days=days)
        db.session.commit()

        page = client_of(coordinator).get(address(person)).text

        assert f'Last seen: <strong class="{mark}">20 days ago' in page

    def test_tells_results_but_never_answers(self, client_of, coordinator, cohort, address):
        person, seat = make_learner(cohort)
        take_quiz(seat, FIRST_QUIZ, right=0)
        take_quiz(seat, FIRST_QUIZ)
        reflection = next(
            step for step in outline_of(seat.version_id).steps if step.kind == "reflection"
        )
        save_reflection(seat, reflection, SECRET)
        db.session.commit()

        page = text_of(client_of(coordinator).get(address(person)))

        assert "100 %, passed in attempt 2" in page
        assert SECRET not in page

    def test_shows_the_name_as_it_is_printed(self, client_of, coordinator, cohort, address):
        person, _seat = make_learner(cohort, language="kk")

        response = client_of(coordinator).get(address(person))

        assert f"<h1>{person.name_latin}</h1>" in response.text
        assert f'lang="kk">{person.name_native}<' in response.text
        assert "Confirmed on" in text_of(response)

    def test_says_who_alone_can_confirm_a_name(self, client_of, coordinator, cohort, address):
        person, _seat = make_learner(cohort, is_confirmed=False)

        page = text_of(client_of(coordinator).get(address(person)))

        assert f"Not confirmed yet. Only {person.name_latin} can do that" in page

    def test_tells_what_happened_and_leads_to_the_certificate(
        self, client_of, coordinator, cohort, address
    ):
        person, seat = make_learner(cohort)
        complete(seat)
        number = certificate_of(seat.enrolment_id).number

        response = client_of(coordinator).get(address(person))

        happened = text_of(response).partition("What happened")[2]
        for event in ("Certificate issued", "Finished the course", "Joined the cohort"):
            assert event in happened
        assert f'href="/en/verify/{number}"' in response.text
        assert "Send a reminder" not in response.text

    def test_tells_steps_and_attempts_with_their_scores_in_order(
        self, client_of, coordinator, cohort, address
    ):
        person, seat = make_learner(cohort)
        step = outline_of(seat.version_id).modules[0].steps[0]
        if step.kind == "quiz":
            step = next(one for one in outline_of(seat.version_id).steps if one.kind == "reading")
        mark_done(seat, step)
        db.session.commit()
        take_quiz(seat, FIRST_QUIZ, right=0)
        take_quiz(seat, FIRST_QUIZ)

        happened = text_of(client_of(coordinator).get(address(person))).partition("What happened")[
            2
        ]

        passed = happened.index("Passed a quiz in attempt 2")
        tried = happened.index("Handed in a quiz, attempt 1")
        done = (
            happened.index("step 1 done") if "step 1 done" in happened else happened.index("done")
        )
        assert passed < tried < done
        assert "100 %, passed" in happened
        assert "0 %, not passed" in happened
        assert step.titles["en"] in happened

    def test_shows_who_was_withdrawn_with_nothing_to_change(
        self, client_of, coordinator, cohort, address
    ):
        person, seat = make_learner(cohort)
        enrolment_of(seat).withdrawn_at = datetime.now(UTC)
        db.session.commit()
        client = client_of(coordinator)

        page = text_of(client.get(address(person)))

        assert "Withdrawn on" in page
        assert "Withdrawn from the cohort" in page
        for button in ("Send a reminder", "Send the message", "Save extra time"):
            assert button not in page
        assert client.post(f"{address(person)}/remind").status_code == 404
        assert client.post(f"{address(person)}/message").status_code == 404

    def test_has_the_place_that_each_cell_of_the_dashboard_leads_to(
        self, client_of, coordinator, cohort, dashboard, address
    ):
        person, _seat = make_learner(cohort)
        client = client_of(coordinator)
        cells = re.findall(rf'href="{address(person)}#([^"]+)"', client.get(dashboard).text)

        page = client.get(address(person)).text

        assert cells
        assert all(f'id="{cell}"' in page for cell in cells)

    def test_names_the_institution(self, client_of, coordinator, cohort, address):
        person, _seat = make_learner(cohort)
        institution = Institution(country_code="KZ")
        institution.names = [
            InstitutionName(name="State Revenue Committee", folded="", is_preferred=True)
        ]
        db.session.add(institution)
        db.session.flush()
        db.session.add(Affiliation(person_id=person.id, institution_id=institution.id))
        db.session.commit()

        assert "State Revenue Committee" in text_of(client_of(coordinator).get(address(person)))

    def test_offers_no_reminder_to_the_suspended(self, client_of, coordinator, cohort, address):
        person, _seat = make_learner(cohort)
        person.active = False
        db.session.commit()

        page = text_of(client_of(coordinator).get(address(person)))

        assert "The account is suspended." in page
        assert "Send a reminder" not in page


class TestHideOtherPeople:
    def test_answers_for_another_country_as_for_nothing(self, client_of, coordinator):
        other = make_cohort("GE")
        stranger, _seat = make_learner(other)
        client = client_of(coordinator)

        foreign = client.get(f"/delegations/ge/{other.slug}/people/{stranger.id}")
        missing = client.get("/delegations/ge/ge-0000/people/4711")

        assert foreign.status_code == missing.status_code == 404
        assert bytes_of(foreign) == bytes_of(missing)

    def test_finds_nobody_of_another_cohort_in_the_own_one(
        self, client_of, coordinator, cohort, address
    ):
        make_learner(cohort)
        stranger, _seat = make_learner(make_cohort("GE"))
        client = client_of(coordinator)

        foreign, missing = client.get(address(stranger)), client.get(address(make_missing()))

        assert foreign.status_code == missing.status_code == 404
        assert bytes_of(foreign) == bytes_of(missing)

    def test_finds_nobody_who_has_no_place(self, client_of, coordinator, address):
        colleague = make_person("KZ")

        assert client_of(coordinator).get(address(colleague)).status_code == 404

    def test_refuses_learners_even_for_themselves(self, client_of, cohort, address):
        person, _seat = make_learner(cohort)

        assert client_of(person).get(address(person)).status_code == 403

    def test_refuses_administrators_without_the_role(self, client_of, cohort, address):
        person, _seat = make_learner(cohort)

        response = client_of(make_staff("administrator")).get(address(person))

        assert response.status_code == 403


def make_missing():
    """Return something with the id of nobody."""
    return type("Nobody", (), {"id": 999_999})
