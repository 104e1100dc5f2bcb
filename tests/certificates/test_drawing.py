from __future__ import annotations

import logging
import re
from bisect import bisect_left
from collections import Counter
from contextlib import closing
from datetime import date
from io import BytesIO

import pikepdf
import pypdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from lms.certificates.drawing import (
    LettersMissing,
    LinesTooLong,
    draw,
    from_json,
    layouts,
    overlong_lines_of,
    printed_lines,
    size_step,
    to_json,
)
from tests.certificates.printed import LANGUAGES, NAMES, facts, facts_of, second_language_of
from tests.factories import picture


def text_of(document):
    """Return the text of the only page with single spaces; a word broken at its hyphen is whole."""
    (page,) = pypdf.PdfReader(BytesIO(document)).pages
    return " ".join(page.extract_text().replace("-\n", "-").split())


def letters_of(text):
    """Leave out the spaces: where lines stand close, the reader puts none between them."""
    return "".join(text.split())


def expected_letters(printed):
    return letters_of(
        "".join(text for name, text in printed_lines(printed).items() if name != "qr")
    )


def glyphs_of(document):
    """Return the glyphs that are drawn, by font, and the embedded fonts themselves."""
    with pikepdf.open(BytesIO(document)) as opened:
        page = opened.pages[0]
        drawn: dict[str, Counter[int]] = {}
        font = ""
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                font = str(operands[0])
            elif str(operator) in {"Tj", "TJ"}:
                pieces = operands[0] if str(operator) == "TJ" else [operands[0]]
                text = b"".join(bytes(p) for p in pieces if isinstance(p, pikepdf.String))
                codes = [int.from_bytes(text[i : i + 2]) for i in range(0, len(text), 2)]
                drawn.setdefault(font, Counter()).update(codes)
        fonts = {}
        for name, dictionary in page.Resources.Font.items():
            descriptor = dictionary.DescendantFonts[0].FontDescriptor
            stream = descriptor.get("/FontFile2") or descriptor.get("/FontFile3")
            fonts[name] = (str(dictionary.BaseFont), TTFont(BytesIO(stream.read_bytes())))
        return drawn, fonts


def pages():
    """Pair every layout with every language, and every name with one of them."""
    by_language = {}
    for language, native, latin in NAMES:
        named = (language, native, latin)
        by_language.setdefault(second_language_of(language), []).append(named)
    names = [layout.name for layout in layouts()]
    return [
        (names[number % len(names)], *found[number % len(found)])
        for found in by_language.values()
        for number in range(max(len(names), len(found)))
    ]


PAGES = pages()
SIGNED = {
    "signatory_name": "Kim Min-jung",
    "signature": "5" * 64,
    "expires_on": date(2029, 12, 31),
}


class TestDraw:
    @pytest.mark.parametrize(("layout", "language", "native", "latin"), PAGES)
    def test_prints_every_layout_in_every_language_with_every_name(
        self, layout, language, native, latin, caplog
    ):
        printed = facts_of(language, native, latin, layout=layout, **SIGNED)

        document = draw(printed, pictures={SIGNED["signature"]: picture()})

        assert letters_of(text_of(document)) == expected_letters(printed)
        assert latin in text_of(document)
        assert native in text_of(document)
        assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
        drawn, fonts = glyphs_of(document)
        assert drawn.keys() <= fonts.keys()
        assert sum(counter.total() for counter in drawn.values()) > 150
        for name, counter in drawn.items():
            family, font = fonts[name]
            order = font.getGlyphOrder()
            assert not [code for code in counter if order[code] == ".notdef" or code == 0]
            assert re.search(r"\+(Noto-(Sans|Serif)|Nanum(Gothic|Myeongjo))", family), family

    def test_gives_the_same_bytes_for_the_same_facts(self):
        assert draw(facts()) == draw(facts())

    def test_gives_other_bytes_for_other_facts(self):
        assert len({draw(facts(hours=hours)) for hours in (13, 14, 15)}) == 3

    def test_is_tagged_and_names_itself(self):
        with pikepdf.open(BytesIO(draw(facts()))) as document:
            assert document.Root.Lang == "en"
            assert document.Root.MarkInfo.Marked
            assert document.docinfo.Title == (
                "Certificate of completion KZ-2026-7Q3M-W8KD-R4TN-9HXG: Aigul Sarsenbayeva"
            )
            assert document.docinfo.CreationDate == "D:20261204"

    def test_describes_its_pictures_for_those_who_cannot_see_them(self):
        document = draw(facts(**SIGNED), pictures={SIGNED["signature"]: picture()})

        with pikepdf.open(BytesIO(document)) as opened:
            described = [str(found.Alt) for found in opened.objects if is_figure(found)]
        assert described == [f"QR code of {facts().verify_url}", "Signature of Kim Min-jung"]

    def test_shows_the_logos_with_the_names_of_their_bodies(self):
        logos = tuple((letter * 64, f"Agency {letter}") for letter in "abcdef")
        pictures = {sha256: picture() for sha256, _name in logos}

        document = draw(facts(logos=logos), pictures=pictures)

        with pikepdf.open(BytesIO(document)) as opened:
            described = [str(found.Alt) for found in opened.objects if is_figure(found)]
        assert described[1:] == [name for _sha256, name in logos]
        assert letters_of(text_of(document)) == expected_letters(facts(logos=logos))
        (page,) = pypdf.PdfReader(BytesIO(document)).pages
        assert len(page.images) >= 2

    @pytest.mark.parametrize(
        ("layout", "size"), [("completion", (297, 210)), ("participation", (210, 297))]
    )
    def test_has_one_page_in_a4(self, layout, size):
        (page,) = pypdf.PdfReader(BytesIO(draw(facts(layout=layout)))).pages

        assert tuple(round(float(side) * 25.4 / 72) for side in page.mediabox[2:]) == size

    def test_takes_all_words_for_text_and_not_for_markup(self):
        hostile = "<img src=file:///etc/passwd> &amp; {{ 7 * 7 }} {name} </p>"
        printed = facts(
            name_latin=f"Ann {hostile}",
            name_native=hostile,
            course_title=hostile,
            course_title_native=hostile,
            signatory_name="<b>Kim</b> {{ 7 * 7 }}",
            signatory_role="<style>p {}</style>",
            signature=SIGNED["signature"],
            credit_line=hostile,
        )

        document = draw(printed, pictures={SIGNED["signature"]: picture()})

        assert letters_of(text_of(document)) == expected_letters(printed)
        assert hostile in text_of(document)

    def test_refuses_letters_that_no_font_has_and_names_them(self):
        with pytest.raises(LettersMissing, match=r"አ \(ETHIOPIC SYLLABLE GLOTTAL A\)") as refusal:
            draw(facts(name_native="አበበ ቢቂላ"))

        assert refusal.value.letters == ("አ", "በ", "ቢ", "ቂ", "ላ")

    def test_refuses_lines_that_do_not_fit_and_names_them(self):
        with pytest.raises(LinesTooLong, match="name, programme") as refusal:
            draw(facts(name_latin="Anna " * 60, programme="W" * 80))

        assert refusal.value.lines == ("name", "programme")

    def test_knows_only_the_layouts_that_are_there(self):
        with pytest.raises(LookupError, match="no certificate layout"):
            draw(facts(layout="../../../etc"))


def is_figure(found):
    return isinstance(found, pikepdf.Dictionary) and found.get("/S") == "/Figure"


def longest_that_fits(layout, fact, line, letter):
    """Return the longest text of seven-letter words that a line has room for."""
    words = (letter * 7 + " ") * 80
    length = bisect_left(
        range(len(words)),
        1,
        key=lambda n: (
            line
            in overlong_lines_of(facts(layout=layout, steps=999, hours=999, **{fact: words[:n]}))
        ),
    )
    return words[: length - 1].strip()


VARYING = {
    "name_latin": "name",
    "name_native": "name_native",
    "course_title": "course",
    "course_title_native": "course_native",
    "cohort": "study",
    "cohort_native": "study_native",
    "verify_page": "verify_page",
    "signatory_name": "signatory",
    "signatory_role": "role",
    "programme": "programme",
}


class TestTheLongestFacts:
    @pytest.mark.parametrize(
        ("layout", "letter"),
        [
            *(("completion", letter) for letter in "WiЩՄღ홍"),
            *((found.name, "Մ") for found in layouts() if found.name != "completion"),
        ],
    )
    def test_leave_the_footer_free_and_lose_no_word(self, layout, letter):
        longest = {
            fact: longest_that_fits(layout, fact, line, letter) for fact, line in VARYING.items()
        }
        printed = facts(**{**SIGNED, "layout": layout, "steps": 999, "hours": 999, **longest})

        document = draw(printed, pictures={SIGNED["signature"]: picture()})

        assert letters_of(text_of(document)) == expected_letters(printed)
        heights = heights_of(document)
        assert min(heights["main"]) > max(heights["footer"]) + 4
        assert min(heights["main"]) > max(tops_of_pictures(document))
        assert min(heights["footer"]) > 5

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("month", range(1, 13))
    def test_include_every_date(self, language, month):
        day = date(2028, month, 28)
        for layout in layouts():
            printed = facts(
                layout=layout.name, second_language=language, issued_on=day, expires_on=day
            )

            assert overlong_lines_of(printed) == []

    def test_have_room_for_sixty_letters(self):
        name = "Мухамедгалиева-Жантурганова Гульжазира Нурмухамедовна Әбдіғаппарқызы"

        for layout in (found.name for found in layouts()):
            two = facts(layout=layout, name_latin=name, name_native=name)
            assert overlong_lines_of(two) == []
            assert overlong_lines_of(facts(layout=layout, name_latin=name.upper()[:60])) == []


def heights_of(document):
    """Return how high above the lower edge each text stands, in mm, before and after the number."""
    heights = {"main": [], "footer": []}

    def note(text, matrix, text_matrix, *_):
        if text.strip():
            if text.strip().startswith("KZ-2026"):
                heights["part"] = heights["footer"]
            y = matrix[1] * text_matrix[4] + matrix[3] * text_matrix[5] + matrix[5]
            heights.get("part", heights["main"]).append(y * 25.4 / 72)

    pypdf.PdfReader(BytesIO(document)).pages[0].extract_text(visitor_text=note)
    return heights


def tops_of_pictures(document):
    """Return how high above the lower edge each picture ends, in mm."""
    with closing(pypdfium2.PdfDocument(document)) as opened:
        pictures = opened[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
        return [found.get_bounds()[3] * 25.4 / 72 for found in pictures]


class TestSizeStep:
    STEPS = ({"mm": 10, "lines": 1}, {"mm": 5, "lines": 1}, {"mm": 4, "lines": 2})

    @pytest.mark.parametrize(
        ("words", "step"),
        [
            ([], 1),
            ([10], 1),
            ([5, 4.5], 1),
            ([5, 5], 2),
            ([20], 2),
            ([20.1], 3),
            ([12, 12], 3),
            ([12, 12.5, 12], 3),
            ([50], 3),
            ([50.1], 0),
            ([20, 20, 20], 0),
        ],
    )
    def test_takes_the_largest_at_which_the_words_fit(self, words, step):
        assert size_step(words, 0.5, 100, self.STEPS) == step


class TestToJson:
    def test_keeps_every_fact(self):
        all_of_them = facts(**SIGNED, layout="thanks", kind="thanks")

        assert from_json(to_json(all_of_them)) == all_of_them

    def test_is_read_also_where_less_was_kept(self):
        later = ("kind", "layout", "expires_on", "signatory_name", "signature", "logos", "funders")
        kept = {name: value for name, value in to_json(facts()).items() if name not in later}

        assert from_json(kept) == facts(funders=())
