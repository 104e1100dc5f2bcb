"""A question about a place on a figure, from the page to the result."""

import re

import pytest

from lms.extensions import db
from tests.quizzes.asking import TRUE, ask
from tests.quizzes.items.test_hotspot import STRUCTURE, TEXT, TWO_RIGHT
from tests.quizzes.reading import answers_of, words_of

FEEDBACK = {"option_feedback": {"format": "A format is agreed, not decided."}}


@pytest.fixture
def asked(app):
    return ask((STRUCTURE, TEXT | FEEDBACK), TRUE)


class TestPointAtFigure:
    def test_shows_figure_regions_and_list_and_no_key(self, learner, asked):
        learner.start()

        page = learner.get("attempt/1/1").text

        assert TEXT["drawing"] in page
        assert len(re.findall(r'<input type="radio"\s+name="answer"', page)) == 2
        assert page.count('<svg class="over"') == 2
        assert "A rule says" not in page
        assert "correct" not in page.lower()

    @pytest.mark.parametrize(("region", "mark"), [("trust", 1.0), ("format", 0.0)])
    def test_marks_the_region_however_it_was_chosen(self, learner, asked, region, mark):
        attempt = learner.start()

        learner.post("attempt/1/1", answer=region, then="next")
        learner.post("attempt/1/submit")

        assert [one.response for one in answers_of(attempt)] == [region]
        db.session.refresh(attempt)
        assert attempt.marks[asked[0]] == mark
        page = words_of(learner.get("attempt/1/result"))
        assert f"Your answer {TEXT['options'][region]}" in page
        assert ("Right answer Trust" in page) is (mark == 0)
        assert ("A format is agreed" in page) is (mark == 0)

    def test_names_every_right_region(self, learner):
        ask((TWO_RIGHT, TEXT), TRUE)
        learner.start()

        learner.post("attempt/1/submit")

        assert "Right answer Trust Format" in words_of(learner.get("attempt/1/result"))
