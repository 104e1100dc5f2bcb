"""Who gets a place: tables of cases, and random histories that must never break what countries were promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.cohorts.rules import Quota, SpareRule, Waiting, has_place, next_promotion

START = datetime(2026, 11, 1, tzinfo=UTC)


def quota(cohort_id: int, seats: int | None, taken: int, *days: int) -> Quota:
    """Make a country whose people wait since some days; 103 is who waits in country 1 since day 3."""
    waiting = tuple(Waiting(100 * cohort_id + day, START + timedelta(days=day)) for day in days)
    return Quota(cohort_id, seats, taken, waiting)


@pytest.mark.parametrize(
    ("intake", "is_place"),
    [
        ([quota(1, 3, 0)], True),
        ([quota(1, 3, 2)], True),
        ([quota(1, 3, 3)], False),
        ([quota(1, 3, 3), quota(2, 3, 0)], False),  # the seats of another country are not ours
        ([quota(1, None, 500)], True),
        ([quota(1, 3, 2, 4)], False),  # somebody waits already
        ([quota(1, 3, 2), quota(2, 3, 4)], False),  # the third went to the other country
        ([quota(1, 3, 2), quota(2, 3, 3), quota(3, None, 90)], True),
    ],
)
def test_has_place(intake, is_place):
    assert has_place(intake, 1) is is_place


LONGEST, FEWEST, KEEP = SpareRule.LONGEST_WAITING, SpareRule.FEWEST_PLACED, SpareRule.KEEP


@pytest.mark.parametrize(
    ("intake", "rule", "freed", "promoted"),
    [
        # Nobody waits, or nothing is free.
        ([quota(1, 3, 2), quota(2, 3, 3)], LONGEST, 1, None),
        ([quota(1, 3, 3, 1), quota(2, 3, 3, 2)], LONGEST, 1, None),
        # Within the country first, and there who waits longest, whoever waits longer elsewhere.
        ([quota(1, 3, 2, 8, 5), quota(2, 3, 3, 1)], LONGEST, 1, 105),
        ([quota(1, 3, 2, 8, 5), quota(2, 3, 3, 1)], KEEP, 1, 105),
        ([quota(1, 3, 2, 8), quota(2, 9, 3, 1)], FEWEST, 1, 108),
        # Then by the rule of the intake.
        ([quota(1, 3, 2), quota(2, 3, 3, 4), quota(3, 3, 3, 2)], LONGEST, 1, 302),
        ([quota(1, 3, 2), quota(2, 3, 3, 4), quota(3, 3, 3, 2)], KEEP, 1, None),
        ([quota(1, 3, 1), quota(2, 4, 4, 4), quota(3, 3, 4, 2)], FEWEST, 1, 204),
        ([quota(1, 3, 2), quota(2, 3, 3, 4), quota(3, 3, 3, 2)], FEWEST, 1, 302),
        # A country that waits for a seat of its own, given away before, comes before all others.
        ([quota(1, 3, 3), quota(2, 3, 2, 9), quota(3, 3, 3, 1)], LONGEST, 3, 209),
    ],
)
def test_next_promotion(intake, rule, freed, promoted):
    found = next_promotion(intake, rule, freed_id=freed)

    assert (found.nomination_id if found else None) == promoted


def test_a_seat_stays_in_its_country_until_it_may_be_shared():
    intake = [quota(1, 3, 2), quota(2, 3, 3, 4)]

    assert next_promotion(intake, LONGEST, freed_id=1, is_sharing=False) is None
    assert next_promotion(intake, LONGEST, freed_id=1).nomination_id == 204


STEPS = st.lists(st.tuples(st.sampled_from("aaaw"), st.integers(0, 3)), max_size=60)


@given(
    seats=st.lists(st.integers(1, 4), min_size=4, max_size=4),
    rule=st.sampled_from(SpareRule),
    steps=STEPS,
)
def test_histories_keep_every_promise(seats, rule, steps):
    """Approve and withdraw at random; each step is what the services do."""
    intake = [Quota(number, size, 0) for number, size in enumerate(seats)]
    for day, (action, cohort_id) in enumerate(steps):
        own = intake[cohort_id]
        if action == "a":
            if has_place(intake, cohort_id):
                intake[cohort_id] = replace(own, taken=own.taken + 1)
            else:
                one = Waiting(day, START + timedelta(days=day))
                intake[cohort_id] = replace(own, waiting=(*own.waiting, one))
        elif own.taken:
            intake[cohort_id] = replace(own, taken=own.taken - 1)
            promoted = next_promotion(intake, rule, freed_id=cohort_id)
            if promoted is not None:
                home = promote(intake, promoted)
                # Nobody of a full country goes before a country that has a seat coming.
                assert home.has_own_seat or not any(
                    quota.waiting and quota.has_own_seat for quota in intake
                )
        check(intake, rule)


def promote(intake: list[Quota], promoted: Waiting) -> Quota:
    home = next(quota for quota in intake if promoted in quota.waiting)
    assert promoted == home.first
    rest = tuple(one for one in home.waiting if one != promoted)
    intake[home.cohort_id] = replace(home, taken=home.taken + 1, waiting=rest)
    return home


def check(intake: list[Quota], rule: SpareRule) -> None:
    total = sum(quota.seats for quota in intake)
    assert sum(quota.taken for quota in intake) <= total
    if sum(quota.taken for quota in intake) < total:
        assert not any(quota.waiting and quota.has_own_seat for quota in intake)
    if rule is KEEP:
        assert all(quota.taken <= quota.seats for quota in intake)
