"""Single values of a file of people: what is wrong with each, and what would be right."""

from __future__ import annotations

import pytest

from lms.cohorts.services.imports import values
from lms.cohorts.services.imports.fields import FIELDS, match
from lms.cohorts.services.imports.words import ABOUT_THE_ROW, PROBLEMS, problem_words

KNOWN = frozenset({"KZ", "KG", "GE"})


def said(problem) -> tuple[str, str | None] | None:
    return problem and (problem["kind"], problem.get("repair"))


class TestEmail:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a@b.example", None),
            (" A@B.example ", None),
            ("", ("email_missing", None)),
            ("s.ospanov@@agro.example", ("email_two_at", "s.ospanov@agro.example")),
            ("nobody", ("email_form", None)),
            ("a b@agro.example", ("email_form", "ab@agro.example")),
            ("a@agro,example", ("email_form", "a@agro.example")),
            ("a@agro.example;", ("email_form", "a@agro.example")),
            ("Aigul <a@agro.example>", ("email_form", "a@agro.example")),
            ("mailto:a@agro.example", ("email_form", "a@agro.example")),
            ("аigul@agro.example", ("email_letter", "aigul@agro.example")),  # the first is Cyrillic
            ("әсел@agro.example", ("email_letter", None)),
        ],
    )
    def test_is_mended_where_that_is_sure(self, text, expected):
        assert said(values.check_email(text)) == expected


class TestCountry:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", None),
            ("kz", None),
            ("Kazakhstan", ("country_name", "KZ")),
            ("Казахстан", ("country_name", "KZ")),
            ("Қазақстан", ("country_name", "KZ")),
            ("KAZ", ("country_name", "KZ")),
            ("Kyrgyzstan", ("country_name", "KG")),
            ("KG", ("country_other", None)),
            ("Atlantis", ("country_unknown", None)),
        ],
    )
    def test_is_told_its_code(self, text, expected):
        assert said(values.check_country(text, "KZ", KNOWN)) == expected


class TestLanguage:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", None),
            ("KK", None),
            ("kaz", ("language_near", "kk")),
            ("kk-KZ", ("language_near", "kk")),
            ("Русский", ("language_near", "ru")),
            ("казахский", ("language_near", "kk")),
            ("Klingon", ("language_unknown", None)),
        ],
    )
    def test_is_one_of_the_list(self, text, expected):
        assert said(values.check_language(text)) == expected


class TestGender:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [("", ""), ("F", "f"), ("женский", "f"), ("м", "m"), ("Male", "m"), ("?", None)],
    )
    def test_is_understood_in_words(self, text, expected):
        assert values.gender_of(text) == expected


class TestName:
    @pytest.mark.parametrize(
        ("field", "text", "expected"),
        [
            ("given_name", "Айгүл", None),
            ("given_name", "Айг?л", ("lost_letter", None)),
            ("given_name", "x" * 101, ("too_long", None)),
            ("given_name_latin", "Aigul", None),
            ("given_name_latin", "Аigul", ("not_latin", None)),
        ],
    )
    def test_is_what_a_certificate_can_bear(self, field, text, expected):
        assert said(values.check_name(field, text)) == expected


class TestMatch:
    @pytest.mark.parametrize(
        ("headings", "columns"),
        [
            (list(FIELDS), list(FIELDS)),
            (["E-mail", "Name", "Surname"], ["email", "given_name", "family_name"]),
            (
                ["Эл. почта", "ИМЯ", "Фамилия (латиница)"],
                ["email", "given_name", "family_name_latin"],
            ),
            (["E-mail", "e-mail address", "Phone"], ["email", "?2", "?3"]),
            (["E-mail", "", ""], ["email", "?2", "?3"]),
        ],
    )
    def test_finds_the_column_by_any_of_its_headings(self, headings, columns):
        assert list(match(headings)) == columns


class TestWords:
    @pytest.mark.parametrize("kind", PROBLEMS)
    def test_say_each_problem(self, app, kind):
        facts = dict.fromkeys(("value", "repair", "letter", "most", "own", "list", "row"), "x")
        with app.test_request_context():
            words = problem_words({"kind": kind, "field": "country", "day": "2026-11-02", **facts})

        assert "%(" not in words
        assert words.startswith("Country: ") == (kind not in ABOUT_THE_ROW)
