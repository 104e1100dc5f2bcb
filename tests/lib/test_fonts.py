import subprocess
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from lms.lib import fonts
from lms.lib.fonts import FontsUnknown, letter_name, missing_letters, width_em

FOLDER = Path("/usr/share/fonts/truetype/noto")
SERIF = ["Noto Serif", "Noto Serif Armenian", "Noto Serif Georgian", "Nanum Myeongjo"]
ALPHABETS = {
    "ru": "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "kk": "ӘҒҚҢӨҰҮҺІәғқңөұүһі",
    "ky": "ҢӨҮңөү",
    "tg": "ҒӢҚӮҲҶғӣқӯҳҷ",
    "uz": "OʻGʻoʻgʻSʼ",
    "az": "ÇƏĞİÖŞÜIçəğıöşüi",
    "hy": "ԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև։՞",
    "ka": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ„“",
    "ko": "홍길동최민서뷁똠방각하",
}


class TestMissingLetters:
    @pytest.mark.parametrize("language", ALPHABETS)
    def test_finds_every_alphabet_we_print(self, language):
        assert missing_letters(ALPHABETS[language], SERIF) == []

    def test_names_each_letter_that_no_font_has_once_and_in_order(self):
        assert missing_letters("Ana አበበ 𒀀𒀁𒀀", SERIF) == ["አ", "በ", "𒀀", "𒀁"]

    def test_depends_on_the_list_of_families(self):
        assert missing_letters("Նარ", ["Noto Serif"]) == ["Ն", "ა", "რ"]
        assert missing_letters("Նარ", ["Noto Serif", "Noto Serif Armenian"]) == ["ა", "რ"]

    def test_finds_combining_marks_and_invisible_characters(self):
        assert missing_letters("a\u0301", ["Noto Serif"]) == []
        assert missing_letters("a\u0301", ["NanumMyeongjo"]) == ["\u0301"]
        for invisible in "\x07\u202e\u2066\u200b\u00ad\ufeff\u2028\ue000":
            assert missing_letters(f"a{invisible}b", SERIF) == [invisible]

    def test_does_not_look_for_line_breaks(self):
        assert missing_letters("Aigul\nSarsenbayeva\t", SERIF) == []

    def test_takes_a_family_by_its_name_with_or_without_blanks(self):
        assert missing_letters("길", ["nanummyeongjo"]) == missing_letters("길", SERIF) == []

    def test_says_which_family_is_not_installed(self):
        with pytest.raises(FontsUnknown, match="'No Such Serif' is not installed"):
            missing_letters("a", ["Noto Serif", "No Such Serif"])

    def test_says_that_fontconfig_is_not_installed(self, monkeypatch):
        monkeypatch.setattr(fonts.shutil, "which", lambda name: None)

        with pytest.raises(FontsUnknown, match="fontconfig"):
            fonts._files.__wrapped__()

    def test_reads_the_fonts_once_a_process(self, monkeypatch):
        missing_letters("a", SERIF)
        monkeypatch.setattr(subprocess, "run", None)

        assert missing_letters("b", SERIF) == []


class TestWidthEm:
    def test_adds_up_the_letters(self):
        one = width_em("W", SERIF)

        assert 0.8 < one < 1.3
        assert width_em("WW", SERIF) == 2 * one
        assert width_em("", SERIF) == 0

    def test_takes_each_letter_from_the_first_family_that_has_it(self):
        assert width_em("길", SERIF) == width_em("길", ["NanumMyeongjo"])
        assert width_em("W", SERIF) == width_em("W", ["Noto Serif"])
        assert width_em("W", SERIF) != width_em("W", SERIF[::-1])

    def test_takes_the_widest_cut(self):
        with TTFont(FOLDER / "NotoSerif-Bold.ttf") as bold:
            advance = bold["hmtx"][bold.getBestCmap()[ord("n")]][0]
            assert width_em("n", SERIF) == advance / bold["head"].unitsPerEm

    def test_leaves_out_letters_that_no_family_has(self):
        assert width_em("አ", SERIF) == 0


class TestLetterName:
    @pytest.mark.parametrize(
        ("char", "name"),
        [
            ("አ", "አ (ETHIOPIC SYLLABLE GLOTTAL A)"),
            ("ж", "ж (CYRILLIC SMALL LETTER ZHE)"),
            ("\u0301", "(COMBINING ACUTE ACCENT)"),
            ("\x07", "(U+0007)"),
        ],
    )
    def test_gives_the_letter_and_its_unicode_name(self, char, name):
        assert letter_name(char) == name
