from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from lms.cohorts.models import Cohort, CohortCourse, Enrolment, Intake
from lms.cohorts.services import add_course
from lms.courses.models import Course
from lms.extensions import db
from tests.factories import make_cohort, make_intake, make_learner, make_staff
from tests.pages import text_of


def facts_for(programme, **changes):
    return {
        "programme_id": programme.id,
        "title": "Kazakhstan, autumn 2026",
        "slug": "",
        "intake_id": "0",
        "starts_on": "2026-12-01",
        "ends_on": "2027-03-01",
        "time_zone": "Asia/Almaty",
        "seats": "3",
        "certificate_language": "kk",
        "course_ids": [str(db.session.scalars(select(Course.id)).first())],
        "closes": "2027-02-28T19:00",
        "row_version": "1",
        **changes,
    }


def made() -> Cohort | None:
    return db.session.scalar(select(Cohort).where(Cohort.title == "Kazakhstan, autumn 2026"))


class TestMakeCohort:
    def test_makes_it_in_the_own_country_with_its_courses(self, client_of, coordinator, cohort):
        response = client_of(coordinator).post(
            "/delegations/kz/new", data=facts_for(cohort.programme)
        )

        assert response.status_code == 303
        found = made()
        assert (found.slug, found.country_code, found.seats) == ("kz-2026", "KZ", 3)
        link = db.session.scalars(
            select(CohortCourse).where(CohortCourse.cohort_id == found.id)
        ).one()
        assert link.closes_at.isoformat() == "2027-02-28T14:00:00+00:00"  # 19:00 in Almaty

    def test_proposes_what_the_country_needs(self, client_of, coordinator, cohort):
        page = client_of(coordinator).get("/delegations/kz/new").text

        assert '<option selected value="Asia/Almaty">' in page
        assert '<option selected value="kk">' in page

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("title", ""),
            ("starts_on", ""),
            ("ends_on", "2026-11-30"),
            ("seats", "0"),
            ("seats", "many"),
            ("time_zone", "Moon/Base"),
            ("certificate_language", "xx"),
            ("slug", "Not This"),
            ("programme_id", "999999"),
            ("closes", "tomorrow"),
        ],
    )
    def test_explains_what_cannot_be(self, client_of, coordinator, cohort, field, typed):
        data = facts_for(cohort.programme, **{field: typed})

        response = client_of(coordinator).post("/delegations/kz/new", data=data)

        assert response.status_code == 422
        assert f'href="#{field}"' in response.text
        assert made() is None

    def test_refuses_a_round_of_another_programme(self, client_of, coordinator, cohort):
        intake = Intake(programme_id=make_cohort("GE").programme_id, title="Autumn")
        db.session.add(intake)
        db.session.commit()

        data = facts_for(cohort.programme, intake_id=str(intake.id))
        response = client_of(coordinator).post("/delegations/kz/new", data=data)

        assert response.status_code == 422
        assert "another programme" in text_of(response)

    def test_asks_the_database_as_often_for_many_programmes_as_for_one(
        self, client_of, coordinator, cohort, count_queries
    ):
        client = client_of(coordinator)
        client.get("/delegations/kz/new")
        with count_queries() as one:
            client.get("/delegations/kz/new")
        for _number in range(5):
            make_intake(make_cohort("KZ"))
        with count_queries() as many:
            page = client.get("/delegations/kz/new")

        assert page.text.count("Round ") >= 5
        assert len(many) == len(one)

    def test_refuses_a_short_name_twice(self, client_of, coordinator, cohort):
        data = facts_for(cohort.programme, slug=cohort.slug)

        response = client_of(coordinator).post("/delegations/kz/new", data=data)

        assert response.status_code == 422
        assert "short name already" in text_of(response)

    def test_is_closed_for_other_countries(self, client_of, coordinator, cohort):
        client = client_of(coordinator)

        assert client.get("/delegations/ge/new").status_code == 404
        data = facts_for(cohort.programme)
        assert client.post("/delegations/ge/new", data=data).status_code == 404
        assert client.get("/delegations/zz/new").status_code == 404

    def test_is_open_to_a_programme_for_every_country(self, client_of, cohort):
        staff = make_staff("coordinator", "programme", cohort.programme.slug)
        address = f"/programmes/{cohort.programme.slug}/cohorts/new"

        choice = client_of(staff).get(address)
        response = client_of(staff).post(
            f"{address}?country=UZ", data=facts_for(cohort.programme, time_zone="Asia/Tashkent")
        )

        assert "Uzbekistan" in text_of(choice)
        assert response.status_code == 303
        assert made().country_code == "UZ"


class TestChangeCohort:
    def test_saves_what_was_typed(self, client_of, coordinator, cohort, dashboard):
        data = facts_for(cohort.programme, title="Another title")

        response = client_of(coordinator).post(f"{dashboard}/settings", data=data)

        assert response.status_code == 303
        db.session.refresh(cohort)
        assert (cohort.title, cohort.seats, cohort.row_version) == ("Another title", 3, 2)

    def test_shows_both_texts_to_the_second_of_two(self, client_of, coordinator, cohort, dashboard):
        client = client_of(coordinator)
        client.post(f"{dashboard}/settings", data=facts_for(cohort.programme, title="Theirs"))

        response = client.post(
            f"{dashboard}/settings", data=facts_for(cohort.programme, title="Mine")
        )

        assert response.status_code == 409
        assert "Title Theirs Mine" in text_of(response)
        db.session.refresh(cohort)
        assert cohort.title == "Theirs"

    def test_keeps_as_many_seats_as_are_taken(self, client_of, coordinator, cohort, dashboard):
        for _number in range(2):
            make_learner(cohort)

        response = client_of(coordinator).post(
            f"{dashboard}/settings", data=facts_for(cohort.programme, seats="1")
        )

        assert response.status_code == 422
        assert "have a place already" in text_of(response)

    def test_is_closed_for_administrators(self, client_of, cohort, dashboard):
        assert (
            client_of(make_staff("administrator")).get(f"{dashboard}/settings").status_code == 403
        )


class TestCoursesOfCohort:
    def test_enrols_everybody_in_a_course_that_is_added(self, app):
        cohort = make_cohort("KZ", courses=())
        course = db.session.scalars(select(Course)).one()
        other = make_cohort("KZ")
        person, _seat = make_learner(other)
        db.session.add(
            Enrolment(
                person_id=person.id, cohort_id=cohort.id, course_id=_other_course().id,
                version_id=db.session.scalars(select(Enrolment.version_id)).first(),
                enrolled_at=other_time(),
            )
        )  # fmt: skip
        db.session.commit()

        count = add_course(cohort, course, None)

        assert count == 1
        taken = select(Enrolment.course_id).where(
            Enrolment.cohort_id == cohort.id, Enrolment.person_id == person.id
        )
        assert course.id in set(db.session.scalars(taken))

    def test_keeps_a_course_that_somebody_is_in(self, client_of, coordinator, cohort, dashboard):
        make_learner(cohort)

        response = client_of(coordinator).post(f"{dashboard}/settings/courses/digital-id/remove")

        assert response.status_code == 409
        assert db.session.scalars(select(CohortCourse)).one().cohort_id == cohort.id

    def test_takes_a_course_out_that_nobody_is_in(self, client_of, coordinator, cohort, dashboard):
        response = client_of(coordinator).post(f"{dashboard}/settings/courses/digital-id/remove")

        assert response.status_code == 303
        assert not db.session.scalars(select(CohortCourse)).all()

    def test_adds_a_course_from_the_page(self, client_of, coordinator):
        empty = make_cohort("KZ", courses=())
        course = db.session.scalars(select(Course)).one()

        response = client_of(coordinator).post(
            f"/delegations/kz/{empty.slug}/settings/courses", data={"course_id": course.id}
        )

        assert response.status_code == 303
        assert db.session.get(CohortCourse, (empty.id, course.id)) is not None


def _other_course() -> Course:
    course = Course(slug="other-course", created_at=other_time())
    db.session.add(course)
    db.session.flush()
    return course


def other_time() -> datetime:
    return datetime.now(UTC)


class TestRemoveCohort:
    def test_removes_one_that_nobody_came_into(self, client_of, coordinator, cohort, dashboard):
        number = cohort.id

        response = client_of(coordinator).post(f"{dashboard}/settings/remove")

        assert response.status_code == 303
        db.session.expire_all()
        assert db.session.get(Cohort, number) is None

    def test_keeps_one_with_people(self, client_of, coordinator, cohort, dashboard):
        make_learner(cohort)

        assert client_of(coordinator).post(f"{dashboard}/settings/remove").status_code == 409
        assert db.session.get(Cohort, cohort.id) is not None
