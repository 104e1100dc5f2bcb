"""Facts to print, and names in every script of the countries: shared by the tests of the drawing."""

from __future__ import annotations

from datetime import date

from lms.certificates.drawing import PrintedFacts

LANGUAGES = ("ru", "kk", "ky", "tg", "uz", "az", "hy", "ka", "ko")
NAMES = [
    ("kk", "Әсел Қожахметқызы", "Assel Kozhakhmetkyzy"),
    ("kk", "Айгүл Сәрсенбаева", "Aigul Sarsenbayeva"),
    ("kk", "Әбдіғаппар Нұрсұлтанбек Серікбайұлы Қожахметов-Сәрсенбаев", "Abdigappar Kozhakhmetov"),
    ("kk", "Үміт Һаммад Іңкәр", "Umit Hammad Inkar"),
    ("kk", "Ұлпан", "Ulpan"),
    ("ru", "Ёлкина Щука Объездчикова", "Elkina Shchuka Obieezdchikova"),
    ("ru", "Юлия Эйхе-Цой", "Iuliia Eikhe-Tsoi"),
    ("ru", "ИВАНОВ ПЁТР ФЁДОРОВИЧ", "IVANOV PETR FEDOROVICH"),
    ("ky", "Өмүрбек Жолдошбеков", "Omurbek Zholdoshbekov"),
    ("ky", "Нурлан уулу Эркин", "Nurlan uulu Erkin"),
    ("ky", "Таңсулуу Жээнбекова", "Tansuluu Jeenbekova"),
    ("ky", "Чыңгыз", "Chyngyz"),
    ("tg", "Ҷамшед Раҳмонӣ", "Jamshed Rahmoni"),
    ("tg", "Ғайрат Қӯқанӣ", "Ghayrat Quqani"),
    ("tg", "Эмомалӣ", "Emomali"),
    ("tg", "Ҳусейн Ҷӯрабек", "Husayn Jurabek"),
    ("uz", "Oʻgʻiloy Toʻxtayeva", "Ogiloy Tukhtaeva"),
    ("uz", "Oʻgʻiloy Toʻxtayeva-Abdurahmonova Nigora Shavkatjon qizi", "Ugiloy Tukhtayeva"),
    ("uz", "Maʼmura Sanʼatova", "Mamura Sanatova"),
    ("uz", "Ўғилой Қосимова Ҳамид қизи", "Ugiloy Qosimova"),
    ("az", "Gülnarə Əliyeva", "Gulnara Aliyeva"),
    ("az", "Şəhriyar Çingizoğlu", "Shahriyar Chingizoghlu"),
    ("az", "İLHAM ƏLİYEV", "ILHAM ALIYEV"),
    ("az", "Jalə Qızılgül", "Zhala Gizilgul"),
    ("hy", "Նարե Հակոբյան", "Nare Hakobyan"),
    ("hy", "Սևակ Եղիազարյան", "Sevak Yeghiazaryan"),
    ("hy", "ՀԱՐՈՒԹՅՈՒՆ ՄԽԻԹԱՐՅԱՆ", "HARUTYUN MKHITARYAN"),
    ("hy", "Ոսկան Մնացականյան", "Voskan Mnatsakanyan"),
    ("hy", "Անի", "Ani"),
    ("ka", "ქეთევან წიკლაური", "Ketevan Tsiklauri"),
    ("ka", "გიორგი ჭავჭავაძე-ყიფიანი", "Giorgi Chavchavadze-Qipiani"),
    ("ka", "თამარ ჯაფარიძე", "Tamar Japaridze"),
    ("ka", "ვახტანგი", "Vakhtangi"),
    ("ko", "홍길동", "Hong Gildong"),
    ("ko", "남궁민수", "Namgung Min-su"),
    ("ko", "뷁똠방각하", "Bwelk Ttom"),
    ("ko", "김", "Kim"),
    ("en", "Zoë Łukasz-Ångström D’Arc", "Zoë Łukasz-Ångström D’Arc"),
    ("en", "", "Suharto"),
    ("en", "Nguyễn Thị Hà", "Nguyen Thi Ha"),
    ("sr", "Ђорђе Његошевић", "Đorđe Njegošević"),
    ("sr", "Љубица Џиновић-Ћопић", "Ljubica Džinović-Ćopić"),
    ("sr", "ЖЕЉКО ЂУРЂЕВИЋ", "ŽELJKO ĐURĐEVIĆ"),
    ("sr", "Јелена Шћепановић", "Jelena Šćepanović"),
    ("mk", "Ѓорѓи Ќосев", "Gjorgji Kjosev"),
    ("mk", "Ѕвезда Џамбазова", "Dzvezda Dzhambazova"),
    ("mk", "Ѝлинка Љутова", "Ilinka Ljutova"),
    ("bg", "Йоана Щъркелова", "Yoana Shtarkelova"),
    ("bg", "Георги Чавдаров-Ъглов", "Georgi Chavdarov-Aglov"),
    ("hr", "Krešimir Đalski-Čuljak", "Krešimir Đalski-Čuljak"),
    ("hr", "Ǆenana Ǉubić Ǌegovan", "Dženana Ljubić Njegovan"),
    ("bs", "Emina Hadžiahmetović", "Emina Hadžiahmetović"),
    ("sl", "Žiga Čeferin Škrlj", "Žiga Čeferin Škrlj"),
    ("sq", "Ëndrit Përmeti Çela", "Endrit Permeti Cela"),
    ("sq", "Xhevahire Gjonbalaj", "Xhevahire Gjonbalaj"),
    ("ro", "Ștefan Țîțeică-Bălănescu", "Stefan Titeica-Balanescu"),
    ("ro", "Ioana Mălîncă", "Ioana Malinca"),
    ("el", "Αθανάσιος Ξενόπουλος", "Athanasios Xenopoulos"),
    ("el", "ΐΰϊϋ Ώρα", "Ora"),
    ("tr", "Işıl Şükrüoğlu Çığ", "Işıl Şükrüoğlu Çığ"),
    ("ko", "황보 관", "Hwangbo Kwan"),
    ("hy", "Ժիրայր Ֆրանգուլյան և Օֆելյա", "Zhirayr Frangulyan"),
]


def second_language_of(language):
    """Return the second language that goes with a name: a layout has no words in those of the Balkans."""
    return language if language in LANGUAGES else "en"


def facts(**changes):
    return PrintedFacts(
        **{
            "number": "KZ-2026-7Q3M-W8KD-R4TN-9HXG",
            "name_latin": "Aigul Sarsenbayeva",
            "name_native": "Айгүл Сәрсенбаева",
            "native_language": "kk",
            "course_title": "One-stop services: how Korea moved government online",
            "course_title_native": "Бір терезе: Корея мемлекеттік қызметті қалай онлайнға көшірді",
            "steps": 20,
            "hours": 14,
            "country": "Kazakhstan",
            "cohort": "autumn 2026",
            "cohort_native": "Қазақстан, 2026 жылғы күз",
            "issued_on": date(2026, 12, 4),
            "second_language": "kk",
            "signatory_role": "Programme director",
            "programme": "Study visit programme",
            "verify_url": "https://learn.example.org/v/KZ-2026-7Q3M-W8KD-R4TN-9HXG",
            "verify_page": "learn.example.org/verify",
            "funders": ("Government of the Republic of Korea",),
            "partners": ("Astana Civil Service Hub", "UNDP"),
            "credit_line": "Made possible by the people of the Republic of Korea.",
            **changes,
        }
    )


def facts_of(language, native, latin, **changes):
    return facts(
        name_native=native,
        name_latin=latin,
        native_language=language,
        second_language=second_language_of(language),
        **changes,
    )
