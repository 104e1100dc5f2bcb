from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lms.accounts import services as accounts
from lms.certificates.queries import certificate_of
from lms.cohorts.services import enrol, invite
from lms.courses.queries import outline_of
from lms.extensions import db
from lms.progress.services import mark_done
from tests.factories import complete, make_cohort, make_learner, make_person, make_staff
from tests.pages import bytes_of, text_of


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

    def test_names_who_needs_a_word_and_why(
        self, client_of, coordinator, cohort, dashboard, have_been_away
    ):
        away, seat = make_learner(cohort)
        do_steps(seat, 1)
        have_been_away(seat, away, 12)
        absent, _seat = make_learner(cohort)
        busy, seat = make_learner(cohort)
        do_steps(seat, 1)
        sign_in_now(busy)

        page = text_of(client_of(coordinator).get(dashboard))

        needs = page.partition("Needs you")[2].partition("Progress by person")[0]
        assert f"{away.name_latin} has been away for 12 days" in needs
        assert f"{absent.name_latin} has never signed in" in needs
        assert busy.name_latin not in needs

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

        assert "has finished, but not confirmed the name" in text_of(response)
        assert f'href="mailto:{person.email}"' in response.text
        assert f"/people/{person.id}/remind" not in response.text

    def test_puts_progress_into_words(self, client_of, coordinator, cohort, dashboard):
        person, seat = make_learner(cohort)
        do_steps(seat, 2)
        sign_in_now(person)
        total = len(outline_of(seat.version_id).modules[0].steps)

        page = text_of(client_of(coordinator).get(dashboard))

        row = page.partition("Last seen")[2].partition("Not begun – Not begun")[0]
        assert person.name_latin in row
        assert f"2 of {total}" in row
        assert "today" in page

    def test_leads_to_each_certificate(self, client_of, coordinator, cohort, dashboard):
        _person, seat = make_learner(cohort)
        complete(seat)
        number = certificate_of(seat.enrolment_id).number

        response = client_of(coordinator).get(dashboard)

        assert f'href="/en/verify/{number}"' in response.text
        assert f'href="/certificates/{number}.pdf"' in response.text

    def test_offers_no_file_to_the_coordinator_of_one_cohort(self, client_of, cohort, dashboard):
        coordinator = make_staff("coordinator", "cohort", cohort.slug)
        _person, seat = make_learner(cohort)
        complete(seat)

        response = client_of(coordinator).get(dashboard)

        assert certificate_of(seat.enrolment_id).number in response.text
        assert ".pdf" not in response.text

    def test_lists_open_invitations_and_marks_the_expired(
        self, client_of, coordinator, cohort, dashboard
    ):
        make_learner(cohort)
        invite(coordinator, cohort, "new@example.org", "kk")
        old = invite(coordinator, cohort, "old@example.org", "ru")
        old.expires_at = datetime.now(UTC) - timedelta(days=1)
        db.session.commit()

        page = text_of(client_of(coordinator).get(dashboard))

        assert "1 invitation has expired" in page
        listed = page.partition("Open invitations")[2]
        assert "new@example.org Қазақша" in listed
        assert "old@example.org Русский" in listed
        assert listed.count("Expired") == 1

    def test_forgets_the_invitation_of_whoever_has_joined(
        self, client_of, coordinator, cohort, dashboard
    ):
        invite(coordinator, cohort, "here@example.org", "en")
        person = make_person(email="here@example.org")
        enrol(person, cohort)
        db.session.commit()

        assert "Open invitations" not in text_of(client_of(coordinator).get(dashboard))

    def test_is_ready_for_the_first_invitation(self, client_of, coordinator, dashboard):
        page = text_of(client_of(coordinator).get(dashboard))

        assert "Nobody has joined yet" in page
        assert "Send invitation" in page

    def test_shows_no_withdrawn_learner(self, client_of, coordinator, cohort, dashboard):
        person, _seat = make_learner(cohort)
        db.session.execute(
            db.text("UPDATE enrolments SET withdrawn_at = :now"), {"now": datetime.now(UTC)}
        )
        db.session.commit()

        assert person.name_latin not in client_of(coordinator).get(dashboard).text

    def test_asks_the_database_as_often_for_100_people_as_for_3(
        self, client_of, coordinator, cohort, dashboard, count_queries
    ):
        client = client_of(coordinator)
        add_people(cohort, 3)
        client.get(dashboard)  # what is read once a process
        with count_queries() as for_three:
            client.get(dashboard)
        add_people(cohort, 97)

        with count_queries() as for_hundred:
            response = client.get(dashboard)

        assert "100 people" in text_of(response)
        assert len(for_hundred) == len(for_three)


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
