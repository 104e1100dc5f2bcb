from __future__ import annotations

import html

import pytest
from sqlalchemy import select

from lms.extensions import db
from lms.progress.models import DoneStep, Reflection
from lms.progress.services import LONGEST_REFLECTION
from tests.factories import enrolled, make_staff
from tests.pages import text_of

PATH = "one/think"
STAFF = (
    ("instructor", "course", "small"),
    ("coordinator", "country", "KZ"),
    ("officer", "country", "KZ"),
    ("administrator", "all", ""),
    ("auditor", "all", ""),
)


def note_of(learner) -> str | None:
    db.session.expire_all()
    found = db.session.get(Reflection, (learner.seat.enrolment_id, PATH))
    return found.text if found else None


def is_done(learner) -> bool:
    return db.session.get(DoneStep, (learner.seat.enrolment_id, PATH)) is not None


class TestSaveReflection:
    def test_keeps_the_note_and_leads_to_the_next_step(self, small):
        answer = small.finish(PATH, text="Beside the station, in Astana.")

        assert answer.status_code == 303
        assert answer.location == f"{small.course_url}/one/check"
        assert note_of(small) == "Beside the station, in Astana."
        assert is_done(small)
        assert "Beside the station, in Astana.</textarea>" in small.get(PATH).text

    @pytest.mark.parametrize("text", ["", "  \n\t "])
    def test_asks_for_a_sentence_when_it_is_empty(self, small, text):
        answer = small.finish(PATH, text=text)

        assert answer.status_code == 422
        assert "<title>Error: Your own plant" in answer.text
        assert "There is a problem" in text_of(answer)
        assert 'aria-describedby="text-help text-error"' in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert note_of(small) is None
        assert not is_done(small)

    def test_keeps_the_earlier_note_when_an_empty_one_is_sent(self, small):
        small.finish(PATH, text="The first thought.")

        assert small.finish(PATH, text="").status_code == 422

        assert note_of(small) == "The first thought."

    def test_loses_nothing_of_a_note_that_is_too_long(self, small):
        text = "Ä" * LONGEST_REFLECTION + "!"

        answer = small.finish(PATH, text=text)

        assert answer.status_code == 422
        assert "Your note is longer than 20,000 characters." in text_of(answer)
        assert f"{text}</textarea>" in answer.text
        assert note_of(small) is None

    def test_lets_the_browser_cut_nothing(self, small):
        assert "maxlength" not in small.get(PATH).text

    def test_replaces_the_note_and_stays(self, small):
        small.finish(PATH, text="The first thought.")

        answer = small.finish(PATH, text="The second thought.")

        assert answer.location == f"{small.course_url}/{PATH}"
        assert note_of(small) == "The second thought."
        page = text_of(small.get(PATH))
        assert "Your note is saved." in page
        assert "Save my note" in page

    def test_shows_a_note_as_it_was_written(self, small):
        text = '</textarea><script>alert("Ҳа")</script>'

        small.finish(PATH, text=text)

        page = small.get(PATH).text
        assert "<script>alert" not in page
        assert text in html.unescape(page)

    def test_says_that_nobody_else_reads_it(self, small):
        assert "In any language. Only you can read it; nobody marks it." in text_of(small.get(PATH))


class TestReflectionOfSomebodyElse:
    def test_is_not_shown_to_others_of_the_cohort(self, small, learner_in, small_cohort):
        small.finish(PATH, text="A private thought.")

        assert "A private thought." not in learner_in(small_cohort).get(PATH).text

    def test_is_not_shown_to_staff(self, small, small_cohort, client_of):
        small.finish(PATH, text="A private thought.")
        for role, scope, scope_object in STAFF:
            staff = make_staff(role, scope, scope_object)

            assert client_of(staff).get(f"{small.course_url}/{PATH}").status_code == 404

            enrolled(staff, small_cohort)
            page = client_of(staff).get(f"{small.course_url}/{PATH}")
            assert page.status_code == 200
            assert "A private thought." not in page.text

    def test_is_one_row_for_each_learner(self, small, learner_in, small_cohort):
        other = learner_in(small_cohort)
        small.finish(PATH, text="Mine.")
        other.finish(PATH, text="Theirs.")

        assert sorted(db.session.scalars(select(Reflection.text))) == ["Mine.", "Theirs."]
