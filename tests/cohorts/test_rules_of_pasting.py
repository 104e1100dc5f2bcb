"""What people paste is read as they mean it, and never breaks the page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.rules import is_email
from lms.cohorts.rules import pasted_addresses, pasted_nominees

LANGUAGES = ("en", "ru", "kk")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@x.org", [("a@x.org", "en", None)]),
        ("A@X.org, b@x.org;c@x.org", [(f"{one}@x.org", "en", None) for one in "abc"]),
        ("a@x.org kk\nb@x.org", [("a@x.org", "kk", None), ("b@x.org", "en", None)]),
        ('"Dana Demo" <dana@x.org>; RU', [("dana@x.org", "ru", None)]),
        ("a@x.org\nA@x.org", [("a@x.org", "en", None), ("a@x.org", "en", "repeated")]),
        ("a@x", [("a@x", "en", "bad_address")]),
        ("nobody", [("", "", "no_address")]),
        ("\n \n", []),
    ],
)
def test_pasted_addresses(text, found):
    read = pasted_addresses(text, "en", LANGUAGES)

    assert [(one.email, one.language, one.problem) for one in read] == found


@pytest.mark.parametrize(
    ("line", "name", "facts"),
    [
        ("Dana; d@x.org", ("Dana", ""), ("", "", "en")),
        ("Aigul Sara Demo, d@x.org, Agency", ("Aigul Sara", "Demo"), ("Agency", "", "en")),
        (
            "A Demo\td@x.org\tAgency, of all\tHead\tKK",
            ("A", "Demo"),
            ("Agency, of all", "Head", "kk"),
        ),
    ],
)
def test_pasted_nominees(line, name, facts):
    (read,) = pasted_nominees(line, "en", LANGUAGES, is_family_name_first=False)

    nominee = read.nominee
    assert (nominee.given_name, nominee.family_name) == name
    assert (nominee.institution, nominee.post, nominee.language) == facts


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Dana", "no_address"),
        ("d@x.org", "no_name"),
        ("Dana; d@x", "bad_address"),
        ("Dana; Agency; d@x.org", "bad_address"),
        ("Dana; d@x.org; e@x.org", "two_addresses"),
        ("Dana; d@x.org; a; b; en; more", "too_many_parts"),
        ("Dana; d@x.org; a; b; xx", "bad_language"),
        (f"{'D' * 201}; d@x.org", "too_long"),
        (f"{'D' * 101}; d@x.org", "too_long"),
    ],
)
def test_a_line_with_a_fault(line, problem):
    (read,) = pasted_nominees(line, "en", LANGUAGES, is_family_name_first=False)

    assert read.problem == problem
    assert read.nominee is None


def test_a_name_is_split_as_the_country_orders_it():
    (read,) = pasted_nominees("Demo Dana Bek; d@x.org", "en", LANGUAGES, is_family_name_first=True)

    assert (read.nominee.family_name, read.nominee.given_name) == ("Demo", "Dana Bek")


@given(st.text(max_size=400))
def test_anything_can_be_pasted(text):
    for one in pasted_addresses(text, "en", LANGUAGES):
        assert one.problem or is_email(one.email)
    for one in pasted_nominees(text, "en", LANGUAGES, is_family_name_first=False):
        assert (one.problem is None) == (one.nominee is not None)
        assert one.nominee is None or is_email(one.nominee.email)
