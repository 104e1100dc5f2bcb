from __future__ import annotations

import pytest

from lms.audit.rules import FIRST, SEALED, first_broken, seal

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
