from __future__ import annotations

from datetime import timedelta
from html import unescape

from lms.courses.queries import items_of
from lms.extensions import db
from lms.quizzes.models import Answer
from tests.authoring.test_list_attempts import PAGE
from tests.factories import make_learner, make_staff, start, take_quiz


def single_choice(seat, attempt):
    """Make the first question of an attempt one with options; return key and item."""
    items = items_of(seat.version_id)
    key = next(key for key, item in items.items() if item.structure["type"] == "single_choice")
    attempt.item_keys = [key]
    return key, items[key]


def save(attempt, key, response, *, after, **facts):
    at = attempt.started_at + timedelta(seconds=after)
    row = Answer(
        attempt_id=attempt.id, item_key=key, response=response, saved_at=at,
        client_id=f"{attempt.id}-{after}", **facts,
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()


class TestShowAttempt:
    def test_tells_each_save_in_its_order_with_the_seconds_between(self, instructor):
        _person, seat = make_learner()
        attempt = start(seat)
        key, item = single_choice(seat, attempt)
        first, second = item.structure["options"][:2]
        save(attempt, key, first, after=20)
        save(attempt, key, second, after=27)
        save(attempt, key, None, after=40)
        attempt.submitted_at = attempt.marked_at = attempt.started_at + timedelta(minutes=1)
        attempt.is_passed, attempt.score_percent = False, 0
        db.session.commit()

        page = unescape(instructor.get(f"{PAGE}/{attempt.id}").text)

        words = item.texts["en"]["options"]
        places = [
            page.index(str(what)) for what in (words[first], words[second], "Took the answer back")
        ]
        assert places == sorted(places)
        assert "after 7 seconds" in page
        assert "after 13 seconds" in page
        assert item.texts["en"]["prompt"] in page

    def test_marks_what_waited_on_a_device_and_what_came_too_late(self, instructor):
        _person, seat = make_learner()
        attempt = take_quiz(seat)
        key, item = single_choice(seat, attempt)
        save(attempt, key, item.structure["options"][0], after=1, is_replay=True)
        save(attempt, key, item.structure["options"][1], after=2, is_replay=True, is_stale=True)

        page = instructor.get(f"{PAGE}/{attempt.id}").text

        assert "Waited on a device without connection" in page
        assert "Came too late from a device: does not count" in page

    def test_tells_beginning_hand_in_and_marks(self, instructor):
        attempt = take_quiz(make_learner()[1])

        page = instructor.get(f"{PAGE}/{attempt.id}").text

        assert page.index("Began") < page.index("Handed in") < page.index("The marks were settled")

    def test_keeps_answers_back_until_the_attempt_is_handed_in(self, instructor):
        _person, seat = make_learner()
        attempt = start(seat)
        key, item = single_choice(seat, attempt)
        option = item.structure["options"][0]
        save(attempt, key, option, after=5)

        page = instructor.get(f"{PAGE}/{attempt.id}").text

        assert "Question 1" in page
        assert str(item.texts["en"]["options"][option]) not in page
        assert item.texts["en"]["prompt"] not in page

    def test_is_not_there_for_another_course(self, client_of):
        attempt = take_quiz(make_learner()[1])
        stranger = client_of(make_staff("instructor", "course", "another-course"))

        assert stranger.get(f"{PAGE}/{attempt.id}").status_code == 404

    def test_leads_back_to_the_list(self, instructor):
        attempt = take_quiz(make_learner()[1])

        page = instructor.get(f"{PAGE}/{attempt.id}").text

        assert page.count(f'href="{PAGE}"') == 1
