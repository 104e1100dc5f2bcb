import itertools
import math
import re

import pytest

from lms.lib import numbers
from lms.lib.numbers import ALPHABET, NEVER_USED, Fault, FaultKind, fault, new_number, normalise

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
COUNTRIES = ("KZ", "KG", "TJ", "UZ", "AZ", "AM", "GE", "KR", "IL", "LU")


def compact(number):
    return number.replace("-", "")


def allowed_at(place):
    """Return what may stand at a place of the compact number, from 0."""
    return LETTERS if place < 2 else DIGITS if place < 6 else ALPHABET


class TestNewNumber:
    def test_has_the_printed_form(self):
        number = new_number("KZ", 2026)

        assert re.fullmatch(r"KZ-2026(-[2-9A-HJKMNP-TV-Z]{4}){4}", number)
        assert fault(number) is None

    def test_never_uses_letters_that_are_mistaken(self):
        drawn = {char for _ in range(500) for char in compact(new_number("KZ", 2026))[6:]}

        assert drawn == set(ALPHABET)
        assert not drawn & set(NEVER_USED)

    def test_draws_at_least_72_bits(self):
        # The check character is one of 30 out of 37, so that share of the random parts is drawn.
        assert 15 * math.log2(30) + math.log2(30 / 37) > 72

    def test_draws_another_each_time(self):
        assert len({new_number("KZ", 2026) for _ in range(1000)}) == 1000

    @pytest.mark.parametrize("country", ["", "K", "KAZ", "kz", "К1", "ҚЗ", "K\n"])
    def test_refuses_what_is_no_country(self, country):
        with pytest.raises(ValueError, match="country"):
            new_number(country, 2026)

    @pytest.mark.parametrize("year", [0, 26, 999, 10000])
    def test_refuses_what_is_no_year(self, year):
        with pytest.raises(ValueError, match="year"):
            new_number("KZ", year)


class TestTheCheck:
    @pytest.mark.parametrize("country", COUNTRIES)
    def test_catches_every_single_wrong_character(self, country):
        right = compact(new_number(country, 2026))

        missed = [
            (place, char)
            for place in range(22)
            for char in allowed_at(place)
            if char != right[place] and fault(right[:place] + char + right[place + 1 :]) is None
        ]

        assert missed == []

    def test_catches_every_exchange_of_neighbours(self):
        """All pairs of characters at all places, each inside a number that is otherwise right."""
        missed = []
        for place in range(21):
            for first in allowed_at(place):
                for second in set(allowed_at(place + 1)) - {first}:
                    right = completed(place, first + second)
                    swapped = right[:place] + second + first + right[place + 2 :]
                    if fault(swapped) is None:
                        missed.append((right, swapped))

        assert missed == []

    def test_catches_every_exchange_at_any_distance(self):
        right = compact(new_number("GE", 2027))

        missed = [
            (one, other)
            for one in range(22)
            for other in range(one + 1, 22)
            if right[one] != right[other] and fault(swap(right, one, other)) is None
        ]

        assert missed == []

    def test_is_the_one_of_the_standard(self):
        """A blood donation, the example published for MOD 37-2."""
        assert numbers._weighted_sum("G123489654321Y") == 1


def swap(text, one, other):
    letters = list(text)
    letters[one], letters[other] = letters[other], letters[one]
    return "".join(letters)


def completed(place, pair):
    """Return a right number that has the two characters at a place."""
    for one, other, third in itertools.product(ALPHABET, repeat=3):
        text = f"KZ2026{one}7Q3{other}W8K{third}R4TN9H7"
        text = text[:place] + pair + text[place + 2 :]
        if place == 20:  # the pair is the end itself
            if numbers._weighted_sum(text) == 1:
                return text
        elif check := numbers._check_character(text[:21]):
            return text[:21] + check
    raise AssertionError(f"no number has {pair} at {place}")


class TestNormalise:
    @pytest.mark.parametrize(
        "typed",
        [
            "KZ-2026-7Q3M-W8KD-R4TN-9HXC",
            "kz-2026-7q3m-w8kd-r4tn-9hxc",
            "KZ20267Q3MW8KDR4TN9HXC",
            " KZ 2026 7Q3M W8KD R4TN 9HXC\n",
            "KZ–2026—7Q3M‑W8KD‐R4TN−9HXC",
            "ＫＺ－２０２６－７Ｑ３Ｍ－Ｗ８ＫＤ－Ｒ４ＴＮ－９ＨＸＣ",
            "KZ-2026-7Q3M\u200b-W8KD-\u00a0R4TN-9HXC",
        ],
    )
    def test_writes_it_as_printed(self, typed):
        assert normalise(typed) == "KZ-2026-7Q3M-W8KD-R4TN-9HXC"

    def test_guesses_no_letter(self):
        assert normalise("kz-2o26-7q3i-w8kd-r4tn-9hx0") == "KZ-2O26-7Q3I-W8KD-R4TN-9HX0"

    @pytest.mark.parametrize(
        ("typed", "shown"),
        [("", ""), ("kz2", "KZ-2"), ("KZ2026" + "7" * 18, "KZ-2026-7777-7777-7777-777777")],
    )
    def test_groups_other_lengths_as_far_as_they_go(self, typed, shown):
        assert normalise(typed) == shown


class TestFault:
    @pytest.mark.parametrize(("typed", "length"), [("", 0), ("KZ-2026", 6), ("2" * 23, 23)])
    def test_tells_the_length(self, typed, length):
        assert fault(typed) == Fault(FaultKind.LENGTH, length)

    @pytest.mark.parametrize(
        ("typed", "places"),
        [
            ("KZ-2026-7Q3O-W8KD-R4TN-9HXC", (12,)),
            ("kz 2o26 7q3m w8kd r4tn 9hx0", (5, 27)),
            ("7Z-2026-7Q3M-W8KD-R4TN-9HXC", (1,)),
            ("KZ-2026-7Q3M-W8КD-R4TN-9HXC", (16,)),  # a Cyrillic К
            ("KZ-2026-7Q3ß-W8KD-R4TN-9HXC", (12,)),
        ],
    )
    def test_points_at_letters_that_are_never_used(self, typed, places):
        assert fault(typed) == Fault(FaultKind.LETTERS, 22, places)

    def test_says_that_the_check_failed(self):
        number = new_number("KZ", 2026)
        wrong = number[:-1] + next(char for char in ALPHABET if char != number[-1])

        assert fault(wrong) == Fault(FaultKind.CHECK, 22)

    def test_accepts_it_however_it_was_typed(self):
        number = new_number("UZ", 2026)

        assert fault(number.lower().replace("-", " ")) is None
