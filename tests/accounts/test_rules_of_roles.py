"""Who may give which role, for what, to whom: every cell."""

from __future__ import annotations

from itertools import product

import pytest

from lms.accounts.rules import SCOPES_OF_ROLE, Reach, may_grant

OWN = {"country": "KZ", "cohort": "kz-1", "course": "digital-id", "programme": "visits"}
OTHER = {"country": "GE", "cohort": "ge-1", "course": "smart-city", "programme": "others"}
REACH = Reach(frozenset({"KZ"}), frozenset({"kz-1"}), frozenset({"digital-id"}))
SCOPES = ("self", "country", "cohort", "course", "programme", "all")
CELLS = [
    (grantor, role, scope, place, country, is_own)
    for grantor, role, scope, place, country, is_own in product(
        [*SCOPES_OF_ROLE, "nobody"], [*SCOPES_OF_ROLE, "king"], SCOPES, ("own", "other"),
        ("KZ", "GE"), (False, True),
    )
]  # fmt: skip
BY_COORDINATORS = {
    ("learner", "self", "own"), ("learner", "self", "other"),
    ("mentor", "cohort", "own"), ("instructor", "course", "own"),
}  # fmt: skip


def promised(grantor, role, scope, place, country, is_own) -> bool:
    """Say what the matrix of permissions says, in other words than the code."""
    if is_own or scope not in SCOPES_OF_ROLE.get(role, ()):
        return False
    if grantor == "administrator":
        return True
    return grantor == "coordinator" and country == "KZ" and (role, scope, place) in BY_COORDINATORS


class TestMayGrant:
    def test_is_right_in_every_cell(self):
        wrong = []
        for cell in CELLS:
            grantor, role, scope, place, country, is_own = cell
            scope_object = (OWN if place == "own" else OTHER).get(scope, "")
            found = may_grant(
                frozenset({grantor}), (role, scope, scope_object), is_own=is_own, country=country,
                reach=REACH,
            )  # fmt: skip
            if found is not promised(*cell):
                wrong.append(cell)

        assert len(CELLS) > 3000
        assert wrong == []

    @pytest.mark.parametrize("role", ["learner", "mentor", "instructor"])
    def test_reaches_nothing_by_itself(self, role):
        scope = SCOPES_OF_ROLE[role][0]
        grant = (role, scope, OWN.get(scope, ""))

        assert not may_grant(frozenset({"coordinator"}), grant, is_own=False, country="KZ")
