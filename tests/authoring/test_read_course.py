from __future__ import annotations

import re

import pytest

from lms.accounts import services as accounts
from lms.courses.queries import newest_version, outline_of
from lms.extensions import db
from tests.factories import FINAL, FIRST_QUIZ, make_learner, make_staff
from tests.pages import bytes_of, text_of

PAGES = (
    "outline",
    "preview/who-says-so/number-and-card",
    f"questions/{FIRST_QUIZ}",
    f"analysis/{FIRST_QUIZ}",
)


@pytest.fixture
def outline(app):
    return outline_of(newest_version("digital-id").id)


class TestShowOutline:
    def test_leads_to_every_step(self, instructor, outline):
        page = instructor.get("/teach/digital-id/outline").text

        for step in outline.steps:
            pages = ("questions", "analysis") if step.kind == "quiz" else ("preview",)
            for name in pages:
                assert f'href="/teach/digital-id/{name}/{step.path}"' in page

    def test_leads_nowhere_that_is_not_there(self, instructor, outline):
        for step in outline.steps:
            pages = ("questions", "analysis") if step.kind == "quiz" else ("preview",)
            for name in pages:
                response = instructor.get(f"/teach/digital-id/{name}/{step.path}")
                assert response.status_code == 200, step.path
                assert response.text.count("<h1") == 1


class TestPreviewStep:
    def test_shows_the_very_text_that_learners_read(self, instructor, client_of):
        learner, seat = make_learner()
        path = "who-says-so/number-and-card"
        theirs = client_of(learner).get(f"/learn/{seat.cohort_slug}/digital-id/{path}").text

        mine = instructor.get(f"/teach/digital-id/preview/{path}").text

        def prose(page: str) -> list[str]:
            rest = page.partition('<div class="prose"')[2].partition("<aside")[0]
            return re.sub(r">\s+|\s+<", lambda found: found[0].strip(), rest).split()

        assert len(prose(mine)) > 100
        assert prose(mine) == prose(theirs)

    def test_says_that_it_is_a_preview(self, instructor):
        response = instructor.get("/teach/digital-id/preview/who-says-so/number-and-card")

        assert "Preview: this is what learners see." in text_of(response)
        assert "<title>Preview: " in response.text

    def test_takes_no_note_of_what_was_looked_at(self, instructor, outline):
        path = next(step.path for step in outline.steps if step.kind == "reflection")

        response = instructor.get(f"/teach/digital-id/preview/{path}")

        assert "Here learners write a note that only they can read." in text_of(response)
        assert "<textarea" not in response.text

    def test_has_no_preview_of_a_quiz_or_of_nothing(self, instructor):
        for path in (FIRST_QUIZ, "who-says-so/nothing", "nothing/number-and-card"):
            assert instructor.get(f"/teach/digital-id/preview/{path}").status_code == 404

    def test_follows_the_order_of_the_course(self, instructor, outline):
        page = instructor.get(f"/teach/digital-id/preview/{outline.steps[2].path}").text
        last = instructor.get(f"/teach/digital-id/questions/{FINAL}")

        assert f'href="/teach/digital-id/preview/{outline.steps[1].path}"' in page
        assert last.status_code == 200


class TestHideOtherCourses:
    @pytest.mark.parametrize("page", PAGES)
    def test_answers_the_instructor_of_another_course_as_for_nothing(self, stranger, page):
        foreign = stranger.get(f"/teach/digital-id/{page}")
        missing = stranger.get(f"/teach/no-such-course/{page}")

        assert foreign.status_code == missing.status_code == 404
        assert bytes_of(foreign) == bytes_of(missing)

    @pytest.mark.parametrize("page", PAGES)
    def test_refuses_learners_administrators_and_coordinators(self, client_of, page):
        learner, _seat = make_learner()
        others = (learner, make_staff("administrator"), make_staff("coordinator", "country", "KZ"))

        for person in others:
            assert client_of(person).get(f"/teach/digital-id/{page}").status_code == 403

    def test_ends_with_the_role_at_the_next_request(self, client_of):
        person = make_staff("instructor", "course", "digital-id")
        client = client_of(person)
        assert client.get("/teach/digital-id/outline").status_code == 200

        accounts.withdraw_role(person.grants[0])
        accounts.grant_role(None, person, "instructor", "course", "other")
        db.session.commit()

        assert client.get("/teach/digital-id/outline").status_code == 404
