from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from lms.accounts import services as accounts
from lms.cohorts.models import Enrolment, Import, Nomination
from lms.cohorts.services import enrol, invite
from lms.courses.models import CourseVersion
from lms.courses.queries import outline_of
from lms.extensions import db
from lms.progress.models import DoneStep
from lms.progress.services import mark_done
from tests.factories import (
    complete,
    make_cohort,
    make_learner,
    make_person,
    make_staff,
    take_second_course,
)
from tests.pages import bytes_of, text_of

MOST_QUERIES = 8


def do_steps(seat, count: int) -> None:
    steps = [step for step in outline_of(seat.version_id).steps if step.kind in {"reading", "case"}]
    for step in steps[:count]:
        mark_done(seat, step)
    db.session.commit()


def sign_in_now(*people) -> None:
    for person in people:
        person.signed_in_at = datetime.now(UTC)
    db.session.commit()


class TestShowDashboard:
    def test_counts_people_by_how_far_they_are(
        self, client_of, coordinator, cohort, dashboard, have_been_away
    ):
        for days, steps in ((0, 1), (12, 2), (None, 0)):
            person, seat = make_learner(cohort)
            do_steps(seat, steps)
            if days is not None:
                have_been_away(seat, person, days)
        finished, seat = make_learner(cohort)
        complete(seat)
        sign_in_now(finished)

        page = text_of(client_of(coordinator).get(dashboard))

        assert "4 people" in page
        assert "Signed in 3 of 4" in page
        assert "On track 1" in page
        assert "Falling behind 1" in page
        assert "Finished 1 1 certificate" in page

    def test_lets_nobody_fall_behind_who_takes_one_course_after_the_other(
        self, client_of, coordinator, cohort, dashboard
    ):
        take_second_course(cohort)
        busy, seat = make_learner(cohort)
        do_steps(seat, 1)
        sign_in_now(busy)
        for enrolment in db.session.scalars(db.select(Enrolment)):
            enrolment.enrolled_at = datetime.now(UTC) - timedelta(days=40)
        db.session.commit()

        page = text_of(client_of(coordinator).get(dashboard))

        assert "On track 1" in page
        assert "Falling behind 0" in page
        assert "done nothing for a week" not in page

    def test_leads_to_the_table_of_each_course_the_one_most_have_begun_first(
        self, client_of, coordinator, cohort, dashboard
    ):
        take_second_course(cohort, "a-second")
        _person, seat = make_learner(cohort)
        do_steps(seat, 1)

        response = client_of(coordinator).get(f"{dashboard}?sort=progress&module=who-says-so")

        assert re.findall(
            r'href="([^"]+course=[^"]+)"\s+(aria-current="true")?>', response.text
        ) == [
            (f"{dashboard}?sort=progress&amp;course=digital-id", 'aria-current="true"'),
            (f"{dashboard}?sort=progress&amp;course=a-second", ""),
        ]

    def test_gathers_who_needs_a_word_with_one_thing_to_do(
        self, client_of, coordinator, cohort, dashboard, have_been_away
    ):
        for language in ("kk", "ru", "kk"):
            away, seat = make_learner(cohort, language=language)
            do_steps(seat, 1)
            have_been_away(seat, away, 12)
        make_learner(cohort)
        busy, seat = make_learner(cohort)
        do_steps(seat, 1)
        sign_in_now(busy)

        response = client_of(coordinator).get(dashboard)

        needs = text_of(response).partition("Needs you")[2].partition("Progress by person")[0]
        assert "3 people have done nothing for a week" in needs
        assert "Қазақша for 2, Русский for 1" in needs
        assert "1 person has never signed in" in needs
        assert f'href="{dashboard}/reminders/new?rule=away"' in response.text
        assert f'href="{dashboard}/people?status=behind"' in response.text

    def test_leads_to_the_file_that_waits_and_to_nominations(
        self, client_of, coordinator, cohort, dashboard
    ):
        now = datetime.now(UTC)
        waiting = Import(
            cohort_id=cohort.id, uploaded_by_id=coordinator.id, uploaded_at=now, file_name="people.csv", checked_at=now
        )  # fmt: skip
        nomination = Nomination(
            cohort_id=cohort.id, email="new@example.org", language="en", nominated_at=now
        )
        db.session.add_all([waiting, nomination])
        db.session.commit()

        response = client_of(coordinator).get(dashboard)

        page = text_of(response)
        assert "1 file of people waits for you to confirm it" in page
        assert "1 nomination waits for the partner's decision" in page
        assert f'href="{dashboard}/import/{waiting.id}"' in response.text
        assert f'href="{dashboard}/nominations"' in response.text

    def test_asks_nothing_about_whoever_is_suspended(
        self, client_of, coordinator, cohort, dashboard
    ):
        person, _seat = make_learner(cohort)
        person.active = False
        db.session.commit()

        assert "Nothing needs you today." in text_of(client_of(coordinator).get(dashboard))

    def test_lets_nobody_fall_behind_once_the_cohort_is_over(
        self, client_of, coordinator, cohort, dashboard, have_been_away
    ):
        person, seat = make_learner(cohort)
        do_steps(seat, 1)
        have_been_away(seat, person, 12)
        cohort.ends_on = datetime.now(UTC).date() - timedelta(days=2)
        db.session.commit()

        page = text_of(client_of(coordinator).get(dashboard))

        assert "Falling behind 0" in page
        assert "Nothing needs you today." in page

    def test_says_when_nobody_needs_a_word(self, client_of, coordinator, cohort, dashboard):
        person, _seat = make_learner(cohort)
        sign_in_now(person)

        assert "Nothing needs you today." in text_of(client_of(coordinator).get(dashboard))

    def test_asks_to_write_to_those_whose_name_is_missing(
        self, client_of, coordinator, cohort, dashboard
    ):
        person, seat = make_learner(cohort, is_confirmed=False)
        complete(seat)
        sign_in_now(person)

        response = client_of(coordinator).get(dashboard)

        assert "1 person has finished, but not confirmed the name" in text_of(response)
        assert f'href="{dashboard}/reminders/new?rule=name"' in response.text

    def test_says_in_each_cell_how_far_and_leads_to_the_steps(
        self, client_of, coordinator, cohort, dashboard
    ):
        person, seat = make_learner(cohort)
        do_steps(seat, 2)
        sign_in_now(person)
        module = outline_of(seat.version_id).modules[0]

        response = client_of(coordinator).get(dashboard)

        row = text_of(response).partition("Last seen")[2]
        percent = 2 * 100 // len(module.steps)
        assert f"{person.name_latin} {percent} % Not begun – Not begun" in row
        steps = f"{dashboard}/people/{person.id}#digital-id-{module.slug}"
        assert f'<a href="{steps}" class="c2 num">' in response.text
        assert "today" in row

    def test_counts_only_steps_of_the_version_that_somebody_takes(
        self, client_of, coordinator, cohort, dashboard
    ):
        person, seat = make_learner(cohort)
        module = outline_of(seat.version_id).modules[0]
        done_at = datetime.now(UTC)
        for number in range(len(module.steps)):
            path = f"{module.slug}/of-another-version-{number}"
            db.session.add(DoneStep(enrolment_id=seat.enrolment_id, path=path, done_at=done_at))
        db.session.commit()

        page = text_of(client_of(coordinator).get(dashboard))

        assert f"{person.name_latin} Not begun – Not begun" in page

    def test_counts_open_invitations_and_leads_to_the_expired(
        self, client_of, coordinator, cohort, dashboard
    ):
        make_learner(cohort)
        invite(coordinator, cohort, "new@example.org", "kk")
        old = invite(coordinator, cohort, "old@example.org", "ru")
        old.expires_at = datetime.now(UTC) - timedelta(days=1)
        db.session.commit()

        response = client_of(coordinator).get(dashboard)

        page = text_of(response)

        assert "1 invitation has expired" in page
        assert "2 invitations are not accepted yet" in page
        assert f'href="{dashboard}/invite#invitations"' in response.text

    def test_forgets_the_invitation_of_whoever_has_joined(
        self, client_of, coordinator, cohort, dashboard
    ):
        invite(coordinator, cohort, "here@example.org", "en")
        person = make_person(email="here@example.org")
        enrol(person, cohort)
        db.session.commit()

        assert "Open invitations" not in text_of(client_of(coordinator).get(dashboard))

    def test_is_ready_for_the_first_invitation(self, client_of, coordinator, dashboard):
        response = client_of(coordinator).get(dashboard)

        assert "Nobody has joined yet" in text_of(response)
        assert f'href="{dashboard}/invite"' in response.text

    def test_shows_no_withdrawn_learner(self, client_of, coordinator, cohort, dashboard):
        person, _seat = make_learner(cohort)
        db.session.execute(
            db.text("UPDATE enrolments SET withdrawn_at = :now"), {"now": datetime.now(UTC)}
        )
        db.session.commit()

        assert person.name_latin not in client_of(coordinator).get(dashboard).text

    def test_asks_the_database_eight_times_at_most_however_many_people_there_are(
        self, client_of, coordinator, cohort, dashboard, count_queries
    ):
        client = client_of(coordinator)
        add_people(cohort, 3)
        client.get(dashboard)  # what is read once a process
        with count_queries() as for_three:
            client.get(dashboard)
        add_people(cohort, 97)

        with count_queries() as for_hundred:
            response = client.get(f"{dashboard}?page=2")

        assert "100 people" in text_of(response)
        assert "Showing 51–100 of 100." in text_of(response)
        assert len(for_hundred) == len(for_three) <= MOST_QUERIES

    def test_shows_two_versions_of_a_course_in_two_tables(
        self, client_of, coordinator, cohort, dashboard
    ):
        make_learner(cohort)
        version = db.session.scalars(db.select(CourseVersion)).one()
        newer = CourseVersion(
            course_id=version.course_id, number=2, content_hash="1" * 64, outline=version.outline,
            published_at=datetime.now(UTC),
        )  # fmt: skip
        db.session.add(newer)
        db.session.commit()
        make_learner(cohort)

        page = client_of(coordinator).get(dashboard).text

        assert page.count('<table class="heat"') == 2


def add_people(cohort, count: int) -> None:
    for number in range(count):
        person = accounts.create_person(
            f"many-{count}-{number}@example.org", country_code=cohort.country_code
        )
        enrol(person, cohort)
    db.session.commit()


class TestHideOtherDelegations:
    def test_answers_for_another_country_as_for_nothing(self, client_of, coordinator, cohort):
        other = make_cohort("GE")
        client = client_of(coordinator)

        foreign = client.get(f"/delegations/ge/{other.slug}")
        missing = client.get("/delegations/ge/ge-0000")

        assert foreign.status_code == missing.status_code == 404
        assert bytes_of(foreign) == bytes_of(missing)

    def test_answers_for_another_country_under_the_own_one_as_for_nothing(
        self, client_of, coordinator
    ):
        other = make_cohort("GE")

        assert client_of(coordinator).get(f"/delegations/kz/{other.slug}").status_code == 404

    def test_shows_nobody_of_another_country(self, client_of, coordinator, cohort, dashboard):
        make_learner(cohort)
        stranger, _seat = make_learner(make_cohort("GE"))

        assert stranger.name_latin not in client_of(coordinator).get(dashboard).text

    def test_shows_the_coordinator_of_one_cohort_no_other_of_the_country(self, client_of, cohort):
        other = make_cohort("KZ")
        client = client_of(make_staff("coordinator", "cohort", cohort.slug))

        assert client.get(f"/delegations/kz/{cohort.slug}").status_code == 200
        assert client.get(f"/delegations/kz/{other.slug}").status_code == 404

    def test_refuses_learners(self, client_of, cohort, dashboard):
        person, _seat = make_learner(cohort)

        assert client_of(person).get(dashboard).status_code == 403

    def test_asks_visitors_to_sign_in(self, client, dashboard):
        response = client.get(dashboard)

        assert response.status_code == 303
        assert response.headers["Location"].startswith("/sign-in?next=")

    def test_ends_with_the_role_at_the_next_request(self, client_of, coordinator, dashboard):
        client = client_of(coordinator)
        assert client.get(dashboard).status_code == 200

        accounts.withdraw_role(coordinator.grants[0])
        db.session.commit()

        assert client.get(dashboard).status_code == 403
