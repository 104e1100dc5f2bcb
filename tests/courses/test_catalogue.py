from __future__ import annotations

import pytest
from sqlalchemy import update

from lms.courses.models import Course
from lms.courses.services import publish
from lms.extensions import db
from tests.courses.small_course import add_language, change
from tests.factories import make_person
from tests.pages import text_of


@pytest.fixture
def small(app, folder):
    add_language(folder, "kk", title="Шағын курс")
    return publish(folder)[0]


class TestShowCatalogue:
    def test_shows_each_course_once_in_its_newest_version(self, client, small, folder):
        change(folder, "en/course.toml", "What one plant teaches.", "What two plants teach.")
        publish(folder)

        page = text_of(client.get("/en/courses"))

        assert page.count("A small course") == 1
        assert "What two plants teach." in page
        assert "6 steps 2 hours English Қазақша" in page
        assert "Digital identity: from a number to a phone" in page

    def test_leads_from_an_address_without_language_to_the_readers_own(self, client):
        answer = client.get("/courses", headers={"Accept-Language": "ru"})

        assert answer.status_code == 303
        assert answer.location == "/ru/courses"

    def test_hides_a_course_that_is_not_public(self, client, small):
        db.session.execute(update(Course).where(Course.slug == "small").values(is_public=False))

        assert "A small course" not in client.get("/en/courses").text
        assert client.get("/en/courses/small").status_code == 404

    def test_says_when_there_is_no_course(self, client):
        db.session.execute(update(Course).values(is_public=False))

        assert "No course is open yet" in text_of(client.get("/en/courses"))

    def test_needs_the_same_few_queries_for_any_number_of_courses(
        self, client, small, count_queries
    ):
        client.get("/en/courses")

        with count_queries() as statements:
            client.get("/en/courses")

        assert len([one for one in statements if one.startswith("SELECT")]) == 1

    def test_sets_no_cookie(self, client):
        assert "Set-Cookie" not in client.get("/en/courses").headers


class TestShowCourse:
    def test_says_what_one_learns_and_what_the_certificate_asks_for(self, client, small):
        page = text_of(client.get("/en/courses/small"))

        assert "What one plant teaches. 2 hours in all 6 steps English Қазақша" in page
        assert "What you will be able to do Say when the plant opened." in page
        assert "For whom Everybody who tests." in page
        assert "Module 1 The first module 3 steps 1 The plant Reading 5 min" in page
        assert "2 The final assessment Quiz, 2 questions 6 min" in page
        assert "Finish all 6 steps Score 70% or more in the final assessment" in page
        assert "2 sources, named under each step" in page
        assert "The plant in Daejeon" in page

    def test_calls_strangers_to_sign_in(self, client, small):
        page = client.get("/en/courses/small")

        assert '<a class="btn" href="/sign-in">Sign in</a>' in page.text

    def test_leads_whoever_is_signed_in_to_the_own_courses(self, client_of, small):
        page = client_of(make_person()).get("/en/courses/small")

        assert '<a class="btn" href="/learn">Go to My learning</a>' in page.text

    def test_marks_text_in_another_language_than_the_page(self, client, small):
        page = client.get("/kk/courses/small").text

        assert '<html lang="ru"' in page  # the interface has no Kazakh yet
        assert '<h1 lang="kk">Шағын курс</h1>' in page
        assert "is not in your language yet" not in page

    def test_shows_the_original_where_the_language_is_missing_and_says_so(self, client, small):
        page = client.get("/ka/courses/small")

        assert '<h1 lang="en">A small course</h1>' in page.text
        assert "This course is not in your language yet." in text_of(page)

    def test_knows_no_other_course(self, client):
        assert client.get("/en/courses/large").status_code == 404
