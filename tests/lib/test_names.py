import unicodedata

import pytest

from lms.lib.names import clean_name, display_name, first_not_latin, suggest_latin


class TestCleanName:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("  Aigul   Sarsenbayeva\n", "Aigul Sarsenbayeva"),
            ("Aigul\u00a0Sarsenbayeva", "Aigul Sarsenbayeva"),
            ("Ai\u200bgul \ufeffSarsenbayeva\u202e", "Aigul Sarsenbayeva"),
            ("\ud800Aigul\x07", "Aigul"),
            (unicodedata.normalize("NFD", "Ҷамшед Раҳмонӣ"), "Ҷамшед Раҳмонӣ"),
            (unicodedata.normalize("NFD", "홍길동"), "홍길동"),
            (unicodedata.normalize("NFD", "Gülnarə Əliyeva"), "Gülnarə Əliyeva"),
            ("", ""),
            (" \t ", ""),
        ],
    )
    def test_folds_what_the_eye_does_not_see(self, typed, stored):
        assert clean_name(typed) == stored

    @pytest.mark.parametrize("apostrophe", ["'", "’", "‘", "`", "ʻ"])
    def test_sets_the_letters_that_uzbek_means(self, apostrophe):
        typed = f"O{apostrophe}g{apostrophe}iloy To{apostrophe}xtayeva"

        assert clean_name(typed, "uz") == "Oʻgʻiloy Toʻxtayeva"

    def test_sets_the_other_uzbek_mark_elsewhere(self):
        assert clean_name("Ma'mura San’atova", "uz") == "Maʼmura Sanʼatova"

    def test_leaves_apostrophes_of_other_languages(self):
        assert clean_name("Conor O'Gorman") == "Conor O'Gorman"


class TestIsLatin:
    @pytest.mark.parametrize(
        "text",
        [
            "Aigul Sarsenbayeva",
            "Oʻgʻiloy Toʻxtayeva",
            "Gülnarə Əliyeva",
            "Jean-Luc d’Arc, Jr.",
            "Nguyễn Thị Hà",
            "X\u0323\u0301",
            "Łódź Paral·lel",
            "",
        ],
    )
    def test_accepts_latin_letters_of_all_languages(self, text):
        assert first_not_latin(text) is None
        assert first_not_latin(text) is None

    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ("Аigul", "А (CYRILLIC CAPITAL LETTER A)"),
            ("Aigul Сарсен", "С (CYRILLIC CAPITAL LETTER ES)"),
            ("Nare Հ", "Հ (ARMENIAN CAPITAL LETTER HO)"),
            ("ქ", "ქ (GEORGIAN LETTER KHAR)"),
            ("홍 Gildong", "홍 (HANGUL SYLLABLE HONG)"),
            ("Ａigul", "Ａ (FULLWIDTH LATIN CAPITAL LETTER A)"),
            ("Aigul 2", "2 (DIGIT TWO)"),
            ("Aigul <b>", "< (LESS-THAN SIGN)"),
            ("Ai\ngul", "(U+000A)"),
        ],
    )
    def test_names_the_first_character_that_is_not(self, text, named):
        assert first_not_latin(text)
        assert first_not_latin(text) == named


class TestSuggestLatin:
    @pytest.mark.parametrize(
        ("language", "native", "latin"),
        [
            ("kk", "Айгүл Сәрсенбаева", "Aigul Sarsenbayeva"),
            ("kk", "Әсел Қожахметқызы", "Asel Kozhakhmetkyzy"),
            ("kk", "Ержан Нұрлыбекұлы", "Yerzhan Nurlybekuly"),
            ("kk", "Әбдіғаппар Серік қызы", "Abdigappar Serik kyzy"),
            ("kk", "Жүсіпова Алия", "Zhusipova Aliya"),
            ("ky", "Өмүрбек Жолдошбеков", "Omurbek Zholdoshbekov"),
            ("ky", "Нурлан уулу Эркин", "Nurlan uulu Erkin"),
            ("tg", "Ҷамшед Раҳмонӣ", "Jamshed Rahmoni"),
            ("tg", "Фирдавс Қодирзода", "Firdavs Qodirzoda"),
            ("ru", "Юлия Щербакова", "Iuliia Shcherbakova"),
            ("ru", "Фёдор Подъячев", "Fedor Podieiachev"),
            ("ru", "АННА ЮРЬЕВА", "ANNA IUREVA"),
            ("uz", "Oʻgʻiloy Toʻxtayeva", "O'g'iloy To'xtayeva"),
            ("uz", "Ўғилой Тўхтаева", "O'g'iloy To'xtayeva"),
            ("az", "Gülnarə Əliyeva", "Gulnara Aliyeva"),
            ("az", "Cəfər Qasımov", "Jafar Gasimov"),
            ("az", "İLHAM XALİDOĞLU", "ILHAM KHALIDOGHLU"),
            ("hy", "Նարե Հակոբյան", "Nare Hakobyan"),
            ("hy", "Եղիազար Ոսկանյան", "Yeghiazar Voskanyan"),
            ("hy", "ՀԱՐՈՒԹՅՈՒՆ Սևակ", "HARUTYUN Sevak"),
            ("ka", "ქეთევან წიკლაური", "Ketevan Tsiklauri"),
            ("ka", "გიორგი ჭავჭავაძე-ყიფიანი", "Giorgi Chavchavadze-Qipiani"),
            ("ko", "홍길동", "Hong Gildong"),
            ("ko", "민용하", "Min Yongha"),
            ("ko", "한복남", "Han Boknam"),
            ("ko", "홍빛나", "Hong Bitna"),
            ("ko", "남궁민수", "Namgung Minsu"),
            ("ko", "김 별림", "Gim Byeollim"),
            ("ko", "길동", "Gildong"),
            ("ko", "류관순", "Ryu Gwansun"),
            ("kk", "айгүл сәрсенбаева", "Aigul Sarsenbayeva"),
            ("tg", "Ҷамшед", "Jamshed"),
            ("ru", "Նարե", "Nare"),
            ("kk", "홍길동", "Hong Gildong"),
            ("en", "Jane Doe", "Jane Doe"),
            ("kk", "Aigul", "Aigul"),
            ("kk", "", ""),
        ],
    )
    def test_writes_names_as_passports_do(self, language, native, latin):
        assert suggest_latin(native, language) == latin

    @pytest.mark.parametrize(
        ("language", "alphabet"),
        [
            ("kk", "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"),
            ("ky", "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя"),
            ("tg", "абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюя"),
            ("ru", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
            ("uz", "абвгғдеёжзийкқлмнопрстуўфхҳцчшъьэюя"),
            ("az", "abcçdeəfgğhxıijkqlmnoöprsştuüvyz"),
            ("hy", "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքևօֆ"),
            ("ka", "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ"),
        ],
    )
    def test_knows_every_letter_of_the_alphabet(self, language, alphabet):
        for name in (alphabet, alphabet.upper(), alphabet.title()):
            assert suggest_latin(name, language).isascii()

    def test_knows_every_hangul_syllable(self):
        syllables = "".join(chr(code) for code in range(0xAC00, 0xD7A4))

        assert suggest_latin(syllables, "ko").isascii()

    def test_leaves_what_no_table_has_to_be_found(self):
        assert suggest_latin("አበበ", "kk") == "አበበ"
        assert first_not_latin(suggest_latin("አበበ", "kk"))


class TestDisplayName:
    @pytest.mark.parametrize(
        ("given", "family", "family_first", "shown"),
        [
            ("Aigul", "Sarsenbayeva", False, "Aigul Sarsenbayeva"),
            ("길동", "홍", True, "홍 길동"),
            ("Suharto", "", False, "Suharto"),
            ("Suharto", "", True, "Suharto"),
            ("", "Қожахметқызы", False, "Қожахметқызы"),
            ("", "", False, ""),
        ],
    )
    def test_orders_the_parts_and_allows_one(self, given, family, family_first, shown):
        assert display_name(given, family, family_first=family_first) == shown
