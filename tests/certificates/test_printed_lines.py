from __future__ import annotations

from datetime import date

import pytest

from lms.certificates import drawing
from lms.certificates.drawing import missing_letters, missing_letters_of, printed_lines
from lms.certificates.rules import PAPERS, Kind
from tests.certificates.printed import LANGUAGES, NAMES, facts, facts_of


class TestPrintedLines:
    def test_say_the_same_in_both_languages(self):
        lines = printed_lines(facts())

        assert lines["title"] == "Certificate of completion"
        assert lines["title_native"] == "Курсты аяқтағаны туралы сертификат"
        assert lines["completed"] == "completed all 20 steps and passed the final assessment of"
        assert "20 қадамын" in lines["completed_native"]
        assert lines["study"] == "14 hours of study · Kazakhstan, autumn 2026"
        assert lines["study_native"] == "Оқу көлемі: 14 сағат · Қазақстан, 2026 жылғы күз"
        assert lines["issued"] == "Issued 4 December 2026"
        assert lines["issued_native"] == "Берілген күні: 2026 ж. 4 желтоқсан"

    @pytest.mark.parametrize(
        ("language", "day"),
        [
            ("ru", "5 декабря 2026 г."),
            ("kk", "2026 ж. 5 желтоқсан"),
            ("ky", "2026-ж., 5-декабрь"),
            ("tg", "5 декабри соли 2026"),
            ("uz", "2026-yil 5-dekabr"),
            ("az", "5 dekabr 2026"),
            ("hy", "5 դեկտեմբերի, 2026 թ."),
            ("ka", "5 დეკემბერი, 2026"),
            ("ko", "2026년 12월 5일"),
        ],
    )
    def test_write_the_day_as_each_language_does(self, language, day):
        lines = printed_lines(facts(second_language=language, issued_on=date(2026, 12, 5)))

        assert lines["issued_native"].endswith(day)

    @pytest.mark.parametrize("layout", drawing.layouts(), ids=lambda layout: layout.name)
    def test_have_words_for_every_second_language(self, layout):
        phrases = layout.settings["phrases"]

        assert layout.kind in set(Kind)
        assert layout.paper in PAPERS
        assert set(phrases) == {"en", *LANGUAGES}
        for language in LANGUAGES:
            assert len(phrases[language]["months"]) == 12
            assert phrases[language].keys() <= phrases["en"].keys()
            lines = printed_lines(
                facts(
                    layout=layout.name,
                    number="KZ-2026-PREVIEW",
                    second_language=language,
                    expires_on=date(2029, 12, 4),
                    signatory_name="Min-jung Kim",
                )
            )
            assert all(lines.values())
            assert not [text for text in lines.values() if "{" in text]

    def test_say_no_figures_of_who_is_thanked(self):
        lines = printed_lines(facts(layout="thanks", steps=0, hours=0))

        assert lines["title"] == "Certificate of appreciation"
        assert lines["completed"] == "in appreciation of teaching the course"
        assert lines["study"] == "Kazakhstan, autumn 2026"
        assert lines["study_native"] == "Қазақстан, 2026 жылғы күз"

    def test_say_until_when_it_holds(self):
        lines = printed_lines(facts(second_language="ko", expires_on=date(2029, 12, 4)))

        assert lines["valid_until"] == "Valid until 4 December 2029"
        assert lines["valid_until_native"] == "유효 기간 2029년 12월 4일까지"

    def test_are_in_english_alone_where_that_is_the_language(self):
        lines = printed_lines(facts(second_language="en", name_native=""))

        assert [name for name, text in lines.items() if not text] == [
            "title_native",
            "name_native",
            "completed_native",
            "course_native",
            "study_native",
            "check_at_native",
            "issued_native",
            "valid_until",
            "valid_until_native",
            "signatory",
            "preview",
        ]

    def test_say_a_name_once_when_both_are_the_same(self):
        lines = printed_lines(facts(name_latin="Jane Doe", name_native="Jane Doe"))

        assert (lines["name"], lines["name_native"]) == ("Jane Doe", "")

    def test_count_one_step_and_one_hour_in_english(self):
        lines = printed_lines(facts(steps=1, hours=1))

        assert lines["completed"] == "completed the step and passed the final assessment of"
        assert lines["study"].startswith("1 hour of study")

    def test_leave_out_a_country_that_is_not_given(self):
        assert printed_lines(facts(country=""))["study"] == "14 hours of study · autumn 2026"

    def test_refuse_a_language_without_words(self):
        with pytest.raises(KeyError, match="de"):
            printed_lines(facts(second_language="de"))


class TestMissingLetters:
    @pytest.mark.parametrize(
        ("fact", "text", "letters"),
        [
            ("name_native", "አበበ", ["አ", "በ"]),
            ("name_latin", "𒀀nna", ["𒀀"]),
            ("course_title", "a ☃ b", ["☃"]),
            ("cohort_native", "ᠮ 2026", ["ᠮ"]),
            ("programme", "पर", ["प", "र"]),
            ("number", "KZ\u0007", ["\u0007"]),
        ],
    )
    def test_are_looked_for_in_all_printed_text(self, fact, text, letters):
        assert missing_letters_of(facts(**{fact: text})) == letters

    @pytest.mark.parametrize(("language", "native", "latin"), NAMES)
    def test_are_none_in_the_names_of_our_countries(self, language, native, latin):
        assert missing_letters_of(facts_of(language, native, latin)) == []
        assert missing_letters(native + latin) == []

    def test_are_told_for_a_name_alone(self):
        assert missing_letters("Aigul አ") == ["አ"]

    def test_composes_marks_before_looking(self):
        assert missing_letters("И\u0306 и\u0304") == []
