from __future__ import annotations

import random
import unicodedata

import pytest

from lms.config import LANGUAGES
from lms.lib.collation import LONGEST_KEY, languages, script_of, sort_key

ORDERED = {
    "en": ("007 Aaron|Abel|Adam|Ádám|Bolat|O'Brien|Obrien Smith|Zarina|Айгүл|ანა|Անի|홍"),
    "ru": ("5 этаж|Абаев|Ёжин|Ежов|Жуков|Зуев|Иванов|Йодов|Карим|Щукин|Ыбрай|Яшин|Abel|Zarina|Անի"),
    "kk": (
        "Асан|Әсел|Бек|Ғани|Дина|Кәрім|Қанат|Лаура|Нұр|Оспан|Өмір|Уәли|Ұлан|Үміт|Фариза|"
        "Хан|Һәкім|Цой|Ыбырай|Ілияс|Элла|Asan"
    ),
    "ky": ("Айбек|Бакыт|Нур|Оморов|Өмүр|Памир|Уланбек|Үсөн|Фатима|Ысык|Ibragim"),
    "tg": (
        "Ғафур|Дилшод|Иброҳим|Ӣсо|Йусуф|Карим|Қодир|Лоиқ|Умед|Ӯктам|Фирӯз|Хуршед|Ҳасан|"
        "Чамил|Ҷамшед|Шариф|Эҳсон"
    ),
    "uz": (
        "Anvar|Botir|Dilnoza|Gulnora|Hasan|Nodira|Olim|Qodir|Sardor|Siroj|Tohir|Xurshid|"
        "Yusuf|Zafar|Oʻktam|Gʻani|Shahlo|Choriyev|Ахмедов"
    ),
    "az": (
        "Cavid|Çingiz|Davud|Elçin|Əli|Fərid|Gülnar|Ğani|Həsən|Xalid|Ilqar|İlham|Jalə|"
        "Kamal|Qasım|Leyla|Orxan|Ömər|Pərviz|Sevda|Şahin|Tural|Ulvi|Ülviyyə|Vüqar"
    ),
    "hy": (
        "Անահիտ|Բագրատ|Գոռ|Եվա|Զարուհի|Էլեն|Թամար|Ժաննա|Իսկուհի|Լիլիթ|Խաչիկ|Ծովինար|"
        "Կարեն|Հակոբ|Ձյունիկ|Ղազար|Ճանե|Մարիամ|Յուրի|Նարե|Շուշան|Ոսկան|Չինար|Պետրոս|"
        "Ջիվան|Ռուբեն|Սոնա|Վահան|Տիգրան|Րաֆֆի|Ցոլակ|Փառանձեմ|Քրիստինե|Օհան|Ֆենյա|Ani"
    ),
    "ka": (
        "ანა|ბექა|გიორგი|დავით|ეკა|ვაჟა|ზურაბ|თამარ|ილია|კახა|ლელა|მარიამ|ნინო|ოთარ|"
        "პაატა|ჟანა|რუსუდან|სოფო|ტარიელ|უშანგი|ფიქრია|ქეთევან|ღვინია|ყვარელი|შოთა|ჩიტა|"
        "ცისანა|ძიძია|წერეთელი|ჭავჭავაძე|ხათუნა|ჯაბა|ჰამლეტ|Ana|Анна"
    ),
    "ko": (
        "1번|가나|가람|각시|강|김|까치|나|남궁|다|라|마|박|사|아|이|임|자|차|카|타|파|하|홍|황|Ann|Анна|ანა|Անի"
    ),
}


class TestSortKey:
    def test_knows_every_language_of_the_site(self):
        assert set(ORDERED) == set(languages()) == set(LANGUAGES)

    @pytest.mark.parametrize("language", ORDERED)
    def test_sorts_as_the_dictionary_of_the_language(self, language):
        names = ORDERED[language].split("|")
        mixed = random.Random(7).sample(names, len(names))  # noqa: S311 - an order, not a secret

        assert sorted(mixed, key=lambda name: sort_key([name], language)) == names

    def test_puts_the_surname_before_the_given_name(self):
        people = [("Lee", "Bo"), ("Lee", "An"), ("Lee Young", "Ae"), ("Leeds", "Al")]

        assert sorted(people, key=lambda parts: sort_key(parts, "en")) == [
            ("Lee", "An"),
            ("Lee", "Bo"),
            ("Lee Young", "Ae"),
            ("Leeds", "Al"),
        ]

    @pytest.mark.parametrize(
        ("one", "other", "language"),
        [
            ("Oʻktam", "O'ktam", "uz"),
            ("Gʻani", "G’ani", "uz"),
            ("Եւա", "ևա", "hy"),
            ("ANAR", "anar", "en"),
            (unicodedata.normalize("NFD", "Йодов"), "Йодов", "ru"),
            (unicodedata.normalize("NFD", "홍길동"), "홍길동", "ko"),
        ],
    )
    def test_gives_one_place_to_two_ways_of_typing(self, one, other, language):
        assert sort_key([one], language) == sort_key([other], language)

    def test_minds_marks_only_where_letters_are_alike(self):
        names = ["Еленаа", "Ёлена", "Елена"]

        assert sorted(names, key=lambda name: sort_key([name], "ru")) == [
            "Елена",
            "Ёлена",
            "Еленаа",
        ]

    def test_keeps_the_azerbaijani_i_apart(self):
        assert sort_key(["IŞIQ"], "az") == sort_key(["ışıq"], "az") != sort_key(["işiq"], "az")

    @pytest.mark.parametrize("text", ["", " ", "漢字", "🙂", "a" * 200, "ệ" * 200, "\x00"])
    def test_takes_any_text_and_fits_its_column(self, text):
        for language in languages():
            key = sort_key([text, text], language)

            assert key.isdecimal()
            assert len(key) <= LONGEST_KEY


@pytest.mark.parametrize(
    ("text", "script"),
    [("Aigul", "Latn"), ("Əli", "Latn"), ("айгүл", "Cyrl"), ("ნინო", "Geor"), ("Ანა", "Geor"),
     ("Նարե", "Armn"), ("홍길동", "Kore"), ("-Ана", "Cyrl"), ("", ""), ("漢", "")],
)  # fmt: skip
def test_script_of(text, script):
    assert script_of(text) == script
