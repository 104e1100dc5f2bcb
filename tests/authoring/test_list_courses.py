from __future__ import annotations

from lms.accounts.services import grant_role
from lms.courses.models import Course, CourseVersion
from lms.courses.queries import newest_version, outline_of
from lms.extensions import db
from tests.factories import make_cohort, make_learner, make_staff
from tests.pages import text_of


def second_course(slug: str = "second") -> CourseVersion:
    """Publish the first course once more, under another name."""
    model = newest_version("digital-id")
    course = Course(slug=slug, created_at=model.published_at)
    version = CourseVersion(
        course=course,
        number=1,
        content_hash="0" * 64,
        outline={**model.outline, "slug": slug},
        published_at=model.published_at,
    )
    db.session.add(version)
    db.session.commit()
    return version


class TestListCourses:
    def test_tells_version_languages_and_learners(self, instructor):
        cohort = make_cohort()
        for _learner in range(2):
            make_learner(cohort)
        title = outline_of(newest_version("digital-id").id).title("en")

        response = instructor.get("/teach")

        assert 'href="/teach/digital-id/outline"' in response.text
        page = text_of(response)
        assert f"{title} 1 " in page
        assert page.endswith("English , Русский 2")

    def test_shows_only_the_own_ones(self, instructor):
        second_course()

        response = instructor.get("/teach")

        assert "/teach/digital-id/outline" in response.text
        assert "/teach/second/outline" not in response.text

    def test_shows_all_to_an_instructor_of_all(self, client_of):
        second_course()

        response = client_of(make_staff("instructor", "all")).get("/teach")

        assert "/teach/digital-id/outline" in response.text
        assert "/teach/second/outline" in response.text

    def test_says_when_the_course_is_not_there_yet(self, stranger):
        assert "You teach no course yet" in text_of(stranger.get("/teach"))

    def test_counts_with_one_statement_however_many_there_are(self, client_of, count_queries):
        client = client_of(make_staff("instructor", "all"))
        second_course()
        client.get("/teach")
        with count_queries() as for_two:
            client.get("/teach")
        for number in range(3):
            second_course(f"more-{number}")
        client.get("/teach")  # outlines are read once a process

        with count_queries() as for_five:
            client.get("/teach")

        assert len(for_five) == len(for_two)

    def test_refuses_whoever_teaches_nothing(self, client_of):
        learner, _seat = make_learner()

        assert client_of(learner).get("/teach").status_code == 403
        assert client_of(make_staff("administrator")).get("/teach").status_code == 403

    def test_opens_and_closes_with_the_role(self, client_of):
        person = make_staff("auditor")
        client = client_of(person)
        assert client.get("/teach").status_code == 403

        grant = grant_role(None, person, "instructor", "all")
        db.session.commit()
        assert client.get("/teach").status_code == 200

        person.grants.remove(grant)
        db.session.commit()
        assert client.get("/teach").status_code == 403
