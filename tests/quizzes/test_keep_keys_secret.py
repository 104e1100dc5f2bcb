"""What is right, and why, reaches no browser before it may: of every type of item, on every page before submission."""

from __future__ import annotations

import re

import pytest

from lms.courses.models import CourseItem
from lms.courses.queries import forget_cached
from lms.extensions import db
from lms.quizzes.items import TYPES, NoKey, check
from tests.quizzes.items.test_types import example

SECRET_FIELDS = {"feedback", "option_feedback", "accepted", "correct"}
MARK = "canary-words-"
NUMBER = 918273  # no other number on these pages has these digits
every_type = pytest.mark.parametrize("name", TYPES)


def planted(table, *, is_secret=False):
    """Return a table of an item with marks for words in every field that says what is right, or why."""
    if isinstance(table, dict):
        return {
            key: planted(value, is_secret=is_secret or key in SECRET_FIELDS)
            for key, value in table.items()
        }
    if isinstance(table, list):
        return [planted(value, is_secret=is_secret) for value in table]
    return f"{MARK}{table}" if is_secret and isinstance(table, str) else table


def canaries(table):
    """List the marks that a table carries."""
    if isinstance(table, dict):
        return [mark for value in table.values() for mark in canaries(value)]
    if isinstance(table, list):
        return [mark for value in table for mark in canaries(value)]
    return [table] if isinstance(table, str) and table.startswith(MARK) else []


def with_canaries(name):
    """Return an item's structure and words with marks, wherever the type takes any words there."""
    structure, text = example(name)
    marked = planted(structure)
    if name == "numeric":
        marked["correct"] = NUMBER
    keyed = marked if not check(marked, text) else structure  # a key of option ids takes no mark
    if name == "cloze":
        gaps = {
            key: planted(gap) if gap["kind"] == "text" else gap
            for key, gap in structure["gaps"].items()
        }
        keyed = structure | {"gaps": gaps}
    words = planted(text)
    if "options" in text:
        words |= {"option_feedback": {option: f"{MARK}on-{option}" for option in text["options"]}}
    if check(keyed, words):
        words.pop("option_feedback", None)
    assert check(keyed, words) == []
    return keyed, words


@pytest.fixture
def show(learner):
    """Return a function that begins an attempt with one item and gives all that its learner can get."""

    def put(structure, words):
        attempt = learner.start()
        item = CourseItem(
            version_id=attempt.version_id, bank="secret", item_id="one", structure=structure,
            texts=dict.fromkeys(("en", "ru"), words),
        )  # fmt: skip
        db.session.add(item)
        attempt.item_keys = ["secret/one"]
        db.session.commit()
        forget_cached()
        return attempt

    return put


def everything(learner):
    """Get and send whatever a learner can while the attempt is open."""
    pages = ["start", "attempt/1/1", "attempt/1/review", "attempt/1/clock", "attempt/1/result"]
    yield from (learner.get(page) for page in pages)
    forms = [{}, {"answer": "a"}, {"answer": "true"}, {"answer": "12"}, {"answer": ["made-up"] * 3},
             {"answer": "x" * 60_000}, {"replay": "1", "base": "0", "answer": "b"}]  # fmt: skip
    for form in forms:
        for quiet in (True, False):
            yield learner.post("attempt/1/1", quiet=quiet, then="next", **form)
        yield learner.get("attempt/1/1")
    yield learner.get("attempt/1/review")
    yield learner.post("attempt/1/1/check")
    yield learner.post("attempt/1/extend", quiet=True)
    yield learner.client.get(f"/learn/{learner.seat.cohort_slug}/{learner.seat.course_slug}")


def written(response):
    return f"{response.headers}{response.text}"


class TestKeepKeysSecret:
    @every_type
    def test_tells_no_key_and_no_reason_before_submission(self, learner, show, name):
        structure, words = with_canaries(name)
        assert canaries([structure, words])
        show(structure, words)

        for response in everything(learner):
            assert response.status_code < 500
            assert MARK not in written(response), response.request.path
            assert str(NUMBER) not in re.sub(r"\D", "", response.text) or name != "numeric"

    @every_type
    def test_shows_the_reason_once_it_may(self, learner, show, name):
        structure, words = with_canaries(name)
        show(structure, words)

        learner.post("attempt/1/submit")

        if TYPES[name].is_scored and not TYPES[name].is_marked_by_person:
            assert MARK in learner.get("attempt/1/result").text

    @every_type
    def test_draws_the_same_question_whatever_is_right(self, learner, show, name):
        structure, words = example(name)
        other = with_other_key(name, structure, words)
        if other is None:
            pytest.skip("has no key, or only one")
        attempt = show(structure, words)
        # Where the order itself is right or wrong, the attempt's seed draws from it: only the words can be compared.
        draw = words_drawn if name == "ordering" else drawn
        one = draw(learner.get("attempt/1/1"))

        item = db.session.query(CourseItem).filter_by(bank="secret").one()
        item.structure = other
        db.session.commit()
        forget_cached()

        assert other != structure
        assert attempt.seed
        assert draw(learner.get("attempt/1/1")) == one


def drawn(page):
    return re.search(r"<fieldset.*?</fieldset>", page.text, re.DOTALL)[0]


def words_drawn(page):
    return sorted(re.findall(r">([^<>]*[^<>\s][^<>]*)<", drawn(page)))


def with_other_key(name, structure, words):
    """Return the item with another right answer; None where there is none."""
    item_type = TYPES[name]
    right = item_type.correct_response(structure)
    options = [option for option, _words in item_type.options(structure, words)]
    for answer in others(right, options):
        try:
            other = item_type.with_key(structure, answer)
        except NoKey:
            continue
        if other != structure and check(other, words) == []:
            return other
    return None


def others(right, options):
    """Offer answers that may be right instead."""
    if isinstance(right, bool):
        yield not right
    elif isinstance(right, list):
        yield [option for option in options if option not in right]
        yield right[::-1]
    elif isinstance(right, dict):
        values = list(right.values())
        yield dict(zip(right, values[1:] + values[:1], strict=True))
        yield {part: "b" if value == "a" else value for part, value in right.items()}
    elif right is not None:
        yield from (option for option in options if option != right)
        yield "77"
