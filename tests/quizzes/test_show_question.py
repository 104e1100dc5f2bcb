import re

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from lms.courses.models import CourseItem
from lms.courses.queries import forget_cached
from lms.extensions import db
from tests.factories import leave_english_alone, sitting
from tests.quizzes.reading import options_of, words_of

FIRST = "attempt/1/1"


class TestShowQuestion:
    def test_asks_one_question(self, learner, mixed, options):
        response = learner.get(FIRST)

        question = sitting(learner.seat, mixed).question(1)
        assert response.status_code == 200
        assert "<title>Question 1 of 6 – Serai</title>" in response.text
        assert response.text.count("<h1") == 1
        assert question.prompt in words_of(response).replace("&#34;", '"').replace("&#39;", "'")
        assert [response.text.count(f'value="{option}"') for option in options] == [1] * 4
        assert "Question 6, not answered" in words_of(response)

    def test_knows_no_other_numbers(self, learner, mixed):
        assert learner.get("attempt/1/0").status_code == 404
        assert learner.get("attempt/1/7").status_code == 404
        assert learner.get("attempt/2/1").status_code == 404

    def test_gives_each_page_an_id_for_its_answer(self, learner, mixed):
        ids = [
            re.search('name="client_id" value="([0-9a-f]{32})"', learner.get(FIRST).text)[1]
            for _page in range(2)
        ]

        assert ids[0] != ids[1]

    def test_marks_the_language_of_the_course(self, learner_in):
        leave_english_alone()
        learner = learner_in(language="ru")
        learner.start()

        page = learner.get(FIRST).text

        assert '<html lang="ru"' in page
        assert re.search(r'<h1[^>]* lang="en"', page)

    def test_shows_the_time_that_is_left(self, learner, set_quiz):
        set_quiz(limit_minutes=30)
        learner.start()

        response = learner.get(FIRST)

        assert "29 minutes left" in words_of(response)
        assert re.search('data-seconds="17[0-9]{2}"', response.text)

    def test_gives_away_neither_key_nor_feedback(self, learner, mixed):
        """Canaries stand in all that is for later; then the key changes, and no page does."""
        for item in db.session.scalars(select(CourseItem)):
            plant_canaries(item)
        db.session.commit()
        forget_cached()
        learner.post(FIRST, answer=options_of(learner, mixed)[0])
        pages = [*(f"attempt/1/{number}" for number in range(1, 7)), "attempt/1/review", "start"]

        before = [bare(learner.get(page)) for page in pages]
        for item in db.session.scalars(select(CourseItem)):
            change_key(item)
        db.session.commit()
        forget_cached()
        after = [bare(learner.get(page)) for page in pages]

        assert not [page for page in before if "canary" in page]
        assert before == after


def plant_canaries(item):
    for text in item.texts.values():
        text["feedback"] = "canary feedback"
        for option in text.get("options", {}):
            text.setdefault("option_feedback", {})[option] = "canary remark"
        if item.structure["type"] == "short_text":
            text["accepted"] = ["canary accepted"]
            item.structure["correct"] = ["canary key"]
    flag_modified(item, "texts")
    flag_modified(item, "structure")


def change_key(item):
    structure = item.structure
    if "options" in structure:
        others = [one for one in structure["options"] if one not in structure["correct"]]
        structure["correct"] = others[: len(structure["correct"])]
    elif structure["type"] == "true_false":
        structure["correct"] = not structure["correct"]
    elif structure["type"] == "numeric":
        structure["correct"] += 1
    flag_modified(item, "structure")


def bare(response):
    """Return a page without what is new on every page."""
    assert response.status_code == 200
    return re.sub('(name="(client_id|csrf_token)" value|nonce)="[^"]*"', "", response.text)
