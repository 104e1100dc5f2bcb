from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.authoring.queries import sorted_items
from lms.cohorts.models import Enrolment
from lms.courses.models import CourseItem, CourseVersion
from lms.courses.queries import forget_cached, items_of, newest_version
from lms.extensions import db
from lms.quizzes.items import TYPES
from lms.quizzes.models import Answer
from tests.authoring.results import (
    ADDRESS,
    START,
    address_of,
    analysed,
    make_enrolments,
    make_results,
    store,
    wrong_option,
)
from tests.factories import make_staff
from tests.pages import text_of


def store_many(*all_marks: dict[str, float], **facts) -> None:
    for enrolment, marks in zip(make_enrolments(len(all_marks)), all_marks, strict=True):
        store(enrolment, marks, **facts)


def publish_again(old: CourseVersion, *, revised: str) -> CourseVersion:
    """Publish a version that asks one item in other words."""
    new = CourseVersion(course_id=old.course_id, number=old.number + 1, content_hash="2" * 64,
                        outline=old.outline, published_at=datetime.now(UTC))  # fmt: skip
    db.session.add(new)
    db.session.flush()
    for item in db.session.scalars(select(CourseItem).filter_by(version_id=old.id)):
        is_revised = f"{item.bank}/{item.item_id}" == revised
        db.session.add(
            CourseItem(
                version_id=new.id, bank=item.bank, item_id=item.item_id, structure=item.structure,
                texts=item.texts, revision=item.revision + is_revised,
            )
        )  # fmt: skip
    db.session.commit()
    forget_cached()
    return new


class TestAnalyseQuiz:
    def test_says_when_nobody_has_handed_in_yet(self, instructor):
        assert "Nobody has handed in this quiz yet" in text_of(instructor.get(ADDRESS))

    def test_counts_attempts_and_passes_from_the_first_on(self, instructor, keys):
        store_many({keys[0]: 0.5}, {keys[0]: 1.0}, {keys[0]: 1.0})

        assert "Attempts 3 Passed 2" in text_of(instructor.get(ADDRESS))

    def test_gives_no_figure_below_ten_and_says_how_many_are_missing(self, instructor, keys):
        store_many(*[{keys[0]: 1.0, keys[1]: 0.0}] * 9)

        page = text_of(instructor.get(ADDRESS))

        assert "Mean score – too few answers yet" in page
        assert "Reliability – too few answers yet" in page
        assert "after 1 more attempt." in page
        assert "How the scores are spread" not in page
        assert "1 more answer until figures say something" in page
        assert analysed().spread is None
        assert all(item.right_percent is None for item in analysed().items)

    def test_gives_mean_spread_and_reliability_from_ten_on(self, instructor, keys):
        right, wrong = {keys[0]: 1.0, keys[1]: 1.0}, {keys[0]: 0.0, keys[1]: 0.0}
        mixed = {keys[0]: 1.0, keys[1]: 0.0}
        store_many(*[right] * 5, *[wrong] * 3, *[mixed] * 2)

        page = text_of(instructor.get(ADDRESS))

        assert "Mean score 60 % standard deviation 45.9 points" in page
        assert "Reliability 0.79 Cronbach's alpha; a score is right to ± 21.1 points" in page
        for line in ("0 to 9 % 3 attempts", "50 to 59 % 2 attempts", "90 to 100 % 5 attempts"):
            assert line in page

    def test_takes_the_first_marked_attempt_of_each_enrolment(self, keys):
        [enrolment, other] = make_enrolments(2)
        waiting = {"marked_at": None, "is_passed": None, "score_percent": None}
        store(enrolment, {keys[0]: 0.0}, number=1, **waiting)
        store(enrolment, {keys[0]: 0.0}, number=2)
        store(enrolment, {keys[0]: 1.0}, number=3)
        store(other, {keys[0]: 1.0}, quiz="when-it-leaked/check")

        [one] = analysed().tries

        assert one.score_percent == 0

    def test_counts_part_of_a_point_as_not_right(self, keys):
        store_many(*[{keys[0]: 0.5}] * 10)

        [item] = [item for item in analysed().items if item.count]

        assert (item.count, item.right_percent, item.facility) == (10, 0, 0.5)

    def test_puts_the_hardest_question_first_unless_told_otherwise(self, instructor, keys):
        easy, hard, rare = keys[:3]
        store_many(*[{easy: 1.0, hard: 0.0}] * 9, {easy: 1.0, hard: 1.0, rare: 1.0})
        items = items_of(newest_version("digital-id").id)
        prompts = {key: " ".join(items[key].texts["en"]["prompt"].split()) for key in keys[:3]}

        page = text_of(instructor.get(ADDRESS))
        turned = text_of(instructor.get(f"{ADDRESS}?sort=-right"))

        assert f"{prompts[hard]} {hard} 10 10 %" in page
        assert f"{prompts[easy]} {easy} 10 100 %" in page
        assert page.index(prompts[hard]) < page.index(prompts[easy]) < page.index(prompts[rare])
        assert (
            turned.index(prompts[easy]) < turned.index(prompts[hard]) < turned.index(prompts[rare])
        )

    @pytest.mark.parametrize("sort", ["question", "answers", "right", "rest", "time", "flags", "x"])
    def test_sorts_by_every_column_with_unknown_figures_last(self, app, sort):
        make_results(make_enrolments(40))
        items = analysed().scored

        for direction in ("", "-"):
            found = list(sorted_items(items, direction + sort))

            assert {item.key for item in found} == {item.key for item in items}
            if sort == "rest":
                known = [item.correlation for item in found if item.correlation is not None]
                assert known == sorted(known, reverse=direction == "-")
                assert all(item.correlation is not None for item in found[: len(known)])

    def test_keeps_the_wordings_of_a_question_apart(self, instructor, keys):
        key = keys[0]
        old = newest_version("digital-id")
        store_many(*[{key: 1.0}] * 3)
        new = publish_again(old, revised=key)
        store_many(*[{key: 0.0}] * 2, version_id=new.id)

        found = {item.revision: item for item in analysed().items if item.key == key}

        assert {revision: item.marks for revision, item in found.items()} == {
            1: [1] * 3,
            2: [0] * 2,
        }
        assert (found[1].is_asked, found[2].is_asked) == (False, True)
        assert "Earlier wording, revision 1" in text_of(instructor.get(ADDRESS))

    def test_counts_a_question_of_two_versions_once_when_it_is_the_same(self, keys):
        store_many(*[{keys[1]: 1.0}] * 3)
        new = publish_again(newest_version("digital-id"), revised=keys[0])
        store_many(*[{keys[1]: 0.0}] * 2, version_id=new.id)

        [item] = [item for item in analysed().items if item.key == keys[1]]

        assert sorted(item.marks) == [0, 0, 1, 1, 1]

    def test_never_marks_what_is_never_scored(self, keys, monkeypatch):
        key = keys[0]
        kind = TYPES[items_of(newest_version("digital-id").id)[key].structure["type"]]
        monkeypatch.setattr(type(kind), "is_scored", False)
        for enrolment in make_enrolments(10):
            store(enrolment, {keys[-1]: 1.0}, item_keys=[key, keys[-1]],
                  responses={key: wrong_option(key)})  # fmt: skip

        found = analysed()

        item = next(item for item in found.unscored if item.key == key)
        assert item not in found.scored
        assert (item.count, item.right_percent, item.correlation, item.flags) == (
            10,
            None,
            None,
            [],
        )
        assert [row.percent for row in item.rows if row.count] == [100]
        assert found.spread.mean == 100

    def test_shows_what_was_chosen_on_a_scale_and_nothing_else(self, instructor, keys):
        key = keys[0]
        item = db.session.scalars(
            select(CourseItem).filter_by(bank="who-says-so", item_id=key.partition("/")[2])
        ).one()
        item.structure = {"id": item.item_id, "type": "likert", "levels": 2}
        item.texts = {"en": {"prompt": "Is it good?", "feedback": "Opinions differ.",
                             "labels": ["No", "Yes"]}}  # fmt: skip
        db.session.commit()
        forget_cached()
        for index, enrolment in enumerate(make_enrolments(10)):
            store(enrolment, {keys[-1]: 1.0}, item_keys=[key, keys[-1]],
                  responses={key: "1" if index < 3 else "2"})  # fmt: skip

        page = text_of(instructor.get(address_of(key)))

        assert "A No 30 % (3)" in page
        assert "B Yes 70 % (7)" in page
        assert "third" not in page
        assert "Goes with the rest" not in page

    def test_takes_the_median_time_from_the_event_before(self, keys):
        one, two = keys[:2]
        for enrolment in make_enrolments(10):
            attempt = store(enrolment, {one: 1.0, two: 1.0}, responses={one: "a", two: "b"})
            again = Answer(attempt_id=attempt.id, item_key=one, response="b", client_id=f"{attempt.id}",
                           saved_at=START + timedelta(minutes=2, seconds=15))  # fmt: skip
            db.session.add(again)
        db.session.commit()

        times = {item.key: item.median_seconds for item in analysed().items if item.count}

        assert times == {one: 75, two: 60}

    def test_knows_no_time_of_what_waited_on_a_device(self, keys):
        for enrolment in make_enrolments(10):
            store(enrolment, {keys[0]: 1.0}, responses={keys[0]: "a"})
        db.session.query(Answer).update({"is_replay": True})
        db.session.commit()

        [item] = [item for item in analysed().items if item.count]

        assert item.median_seconds is None

    def test_leaves_stale_answers_out(self, keys):
        for enrolment in make_enrolments(10):
            attempt = store(enrolment, {keys[0]: 1.0}, responses={keys[0]: "a"})
            stale = Answer(attempt_id=attempt.id, item_key=keys[0], response="b", is_stale=True,
                           client_id=f"{attempt.id}", saved_at=START + timedelta(hours=1))  # fmt: skip
            db.session.add(stale)
        db.session.commit()

        [item] = [item for item in analysed().items if item.count]

        assert set(item.responses) == {"a"}
        assert item.median_seconds == 60

    def test_names_nobody(self, instructor):
        make_results(enrolments := make_enrolments(12))
        person = db.session.get(Enrolment, enrolments[0]).person

        page = instructor.get(ADDRESS).text

        assert person.name_latin not in page
        assert person.email not in page

    def test_asks_the_database_as_often_for_40_attempts_as_for_2(self, instructor, count_queries):
        make_results(make_enrolments(2))
        instructor.get(ADDRESS)
        with count_queries() as for_two:
            instructor.get(ADDRESS)
        make_results(make_enrolments(38))

        with count_queries() as for_forty:
            instructor.get(ADDRESS)

        assert len(for_forty) == len(for_two) <= 8

    def test_is_only_for_quizzes_and_for_own_courses(self, instructor, client_of):
        for path in ("who-says-so/number-and-card", "who-says-so/nothing"):
            assert instructor.get(f"/teach/digital-id/analysis/{path}").status_code == 404
        stranger = client_of(make_staff("instructor", "course", "another"))
        assert stranger.get(ADDRESS).status_code == 404
