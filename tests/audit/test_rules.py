from __future__ import annotations

import pytest

from lms.audit.rules import FIRST, SEALED, Change, changes_in, first_broken, impersonal, seal

FACTS = {
    "at": "2026-11-22T12:00:00+00:00",
    "actor_id": 7,
    "action": "grant_role",
    "object_type": "person",
    "object_id": "12",
    "country_code": "KZ",
    "details": {"role": "coordinator", "name": "Әсел"},
    "reason": "",
    "request_id": "4f2a",
}
CHANGED = {
    "at": "2026-11-22T12:00:01+00:00",
    "actor_id": None,
    "action": "withdraw_role",
    "object_type": "course",
    "object_id": "13",
    "country_code": "GE",
    "details": {"role": "administrator", "name": "Әсел"},
    "reason": "none",
    "request_id": "",
}


def chain(count: int) -> list[tuple[int, str, str, dict]]:
    """Return a whole log as ``first_broken`` reads it."""
    rows, previous = [], FIRST
    for number in range(1, count + 1):
        facts = {**FACTS, "object_id": str(number)}
        rows.append((number, previous, seal(previous, facts), facts))
        previous = rows[-1][2]
    return rows


class TestSeal:
    def test_depends_on_every_fact(self):
        assert CHANGED.keys() == set(SEALED)
        for name, value in CHANGED.items():
            assert seal(FIRST, {**FACTS, name: value}) != seal(FIRST, FACTS), name

    def test_depends_on_the_row_before(self):
        assert seal("1" * 64, FACTS) != seal(FIRST, FACTS)

    def test_does_not_depend_on_the_order_of_details(self):
        other = {"name": "Әсел", "role": "coordinator"}

        assert seal(FIRST, {**FACTS, "details": other}) == seal(FIRST, FACTS)


class TestFirstBroken:
    @pytest.mark.parametrize("count", [0, 1, 5])
    def test_finds_nothing_in_a_whole_log(self, count):
        assert first_broken(chain(count)) is None

    @pytest.mark.parametrize("number", range(1, 6))
    def test_names_the_row_that_was_changed(self, number):
        rows = chain(5)
        row_id, previous, row_hash, facts = rows[number - 1]
        rows[number - 1] = (row_id, previous, row_hash, {**facts, "reason": "changed"})

        assert first_broken(rows) == number

    @pytest.mark.parametrize("number", range(1, 5))
    def test_names_the_row_after_one_that_is_gone(self, number):
        rows = chain(5)
        del rows[number - 1]

        assert first_broken(rows) == number + 1

    def test_names_the_first_of_two_that_changed_places(self):
        rows = chain(5)
        rows[1], rows[2] = rows[2], rows[1]

        assert first_broken(rows) == 3

    def test_names_the_row_after_one_that_was_sealed_anew(self):
        rows = chain(5)
        row_id, previous, _hash, facts = rows[1]
        forged = {**facts, "reason": "forged"}
        rows[1] = (row_id, previous, seal(previous, forged), forged)

        assert first_broken(rows) == 3

    def test_names_a_row_that_was_put_in_between(self):
        rows = chain(5)
        previous = rows[1][2]
        rows.insert(2, (99, previous, seal(previous, FACTS), FACTS))

        assert first_broken(rows) == 3


class TestChangesIn:
    @pytest.mark.parametrize(
        ("details", "changes", "rest"),
        [
            ({}, [], {}),
            ({"way": "link"}, [], {"way": "link"}),
            ({"before": "en", "after": "ru"}, [Change("", "en", "ru")], {}),
            (
                {"before": {"a": 1, "b": 2}, "after": {"b": 3, "c": 4}, "x": 5},
                [Change("a", 1, None), Change("b", 2, 3), Change("c", None, 4)],
                {"x": 5},
            ),
            ({"before": {"a": 1}, "after": {"a": 1}}, [], {}),
            (
                {"before_percent": 40, "percent": 60, "quiz": "q"},
                [Change("percent", 40, 60)],
                {"quiz": "q"},
            ),
            ({"before_title": "a", "after_title": "b"}, [Change("title", "a", "b")], {}),
            ({"before_percent": 40}, [], {"before_percent": 40}),
        ],
    )
    def test_tells_changes_from_the_rest(self, details, changes, rest):
        assert changes_in(details) == (changes, rest)


class TestImpersonal:
    @pytest.mark.parametrize(
        ("action", "details", "shown"),
        [
            ("confirm_name", {"before": {"latin": "A"}, "after": {"latin": "B"}}, {}),
            ("issue_certificate", {"person": 7, "facts": {"name": "A"}}, {"person": 7}),
            ("choose_language", {"before": "en", "after": "ru"}, {"before": "en", "after": "ru"}),
            ("mend", {"personal_hash": "f" * 64, "cohort": "kz"}, {"cohort": "kz"}),
        ],
    )
    def test_leaves_out_what_once_named_people(self, action, details, shown):
        assert impersonal(action, details) == shown
