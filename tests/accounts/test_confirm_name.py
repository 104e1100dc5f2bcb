from __future__ import annotations

import re

import pytest

from lms.audit.models import AuditedValues, AuditEvent
from lms.certificates.models import Certificate
from lms.extensions import db
from tests.factories import complete, make_learner, make_person

PARTS = ("given_name", "family_name", "given_name_latin", "family_name_latin")


def save(client, *parts, path="/account/name", **values):
    return client.post(path, data={**dict(zip(PARTS, parts, strict=True)), **values})


def newcomer(**facts):
    names = dict.fromkeys(PARTS, "")
    return make_person(is_confirmed=False, **{**names, **facts})


def value_of(page: str, field: str) -> str:
    return re.search(rf'name="{field}"[^>]*value="([^"]*)"', page)[1]


class TestNamePage:
    @pytest.mark.parametrize(
        ("language", "given", "family", "latin"),
        [
            ("kk", "Нұрлан", "Әбдіғаппаров", ("Nurlan", "Abdigapparov")),
            ("tg", "Фарҳод", "", ("Farhod", "")),
            ("hy", "Նարե", "Հակոբյան", ("Nare", "Hakobyan")),
            ("ka", "ქეთევან", "წიკლაური", ("Ketevan", "Tsiklauri")),
        ],
    )
    def test_suggests_latin_letters(self, client_of, language, given, family, latin):
        person = newcomer(language=language, given_name=given, family_name=family)

        page = client_of(person).get("/welcome/name?lang=en").text

        shown = (value_of(page, "given_name_latin"), value_of(page, "family_name_latin"))
        assert shown == latin
        assert f"<strong>{' '.join(filter(None, latin))}</strong>" in page

    def test_keeps_what_the_passport_says(self, client_of):
        person = make_person(given_name_latin="Aygul", family_name_latin="Sarsen")

        page = client_of(person).get("/account/name").text

        assert value_of(page, "given_name_latin") == "Aygul"

    def test_names_the_letters_for_which_a_certificate_waits(self, client_of):
        page = client_of(make_person(given_name="Abebe አ")).get("/account/name").text

        assert "“አ (ETHIOPIC SYLLABLE GLOTTAL A)”" in page


class TestConfirmName:
    @pytest.mark.parametrize(
        "parts",
        [
            ("Айгүл", "Сәрсенбаева", "Aigul", "Sarsenbayeva"),
            ("Өмүрбек", "Жолдошбеков", "Omurbek", "Zholdoshbekov"),
            ("Ҷамшед", "Раҳмонӣ", "Jamshed", "Rahmoni"),
            ("Oʻgʻiloy", "Toʻxtayeva", "O'g'iloy", "To'xtayeva"),
            ("Gülnarə", "Əliyeva", "Gulnara", "Aliyeva"),
            ("Գևորգ", "Մկրտչյան", "Gevorg", "Mkrtchyan"),
            ("ქეთევან", "წიკლაური", "Ketevan", "Tsiklauri"),
            ("길동", "홍", "Gildong", "Hong"),
            ("Фарҳод", "", "Farhod", ""),
            ("", "Фарҳод", "", "Farhod"),
            ("Анна-Мария", "д’Арк", "Anna-Maria", "d'Arc"),
        ],
    )
    def test_saves_names_of_every_script(self, client_of, parts):
        person = newcomer()

        response = save(client_of(person), *parts)

        assert (response.status_code, response.location) == (303, "/account")
        db.session.refresh(person)
        assert tuple(getattr(person, part) for part in PARTS) == parts
        assert person.name_confirmed_at is not None
        event = db.session.scalars(db.select(AuditEvent).filter_by(action="confirm_name")).one()
        values = db.session.get_one(AuditedValues, event.id).values
        assert values["after"]["latin"] == person.name_latin

    def test_leads_newcomers_on_to_their_time_zone(self, client_of):
        response = save(client_of(newcomer()), "Фарҳод", "", "Farhod", "", path="/welcome/name")

        assert response.location == "/welcome/time-zone"

    def test_cleans_what_was_typed(self, client_of):
        person = newcomer(language="uz")

        save(client_of(person), "  O'g'iloy \u200b", "To`xtayeva", " O'g'iloy", "To'xtayeva ")

        db.session.refresh(person)
        assert person.name_native == "Oʻgʻiloy Toʻxtayeva"
        assert person.name_latin == "O'g'iloy To'xtayeva"

    def test_prints_family_names_first_where_that_is_the_order(self, client_of):
        person = make_person("KR", is_family_name_first=True)

        client = client_of(person)
        page = save(client, "길동", "홍", "Gildong", "Hong", preview="1").text

        assert "홍 길동" in page
        assert "<strong>Gildong Hong</strong>" in page

    def test_issues_the_certificate_that_waited_for_it(self, client_of):
        person, seat = make_learner(is_confirmed=False)
        complete(seat)
        assert db.session.scalars(db.select(Certificate)).all() == []

        save(client_of(person), "Айгүл", "Сәрсенбаева", "Aigul", "Sarsenbayeva")

        certificate = db.session.scalars(db.select(Certificate)).one()
        assert certificate.facts["name_latin"] == "Aigul Sarsenbayeva"


class TestPreview:
    def test_shows_the_name_and_saves_nothing(self, client_of):
        person = newcomer(language="kk")

        response = save(client_of(person), "Айгүл", "Сәрсенбаева", "", "", preview="1")

        assert response.status_code == 200
        assert "<strong>Aigul Sarsenbayeva</strong>" in response.text
        assert value_of(response.text, "given_name") == "Айгүл"
        db.session.refresh(person)
        assert (person.name, person.name_confirmed_at) == (person.email, None)


class TestRefusedName:
    @pytest.mark.parametrize(
        ("parts", "sentence"),
        [
            (("", "", "Aigul", ""), "Write your name as you write it yourself."),
            (("Айгүл", "", "", ""), "Compare this suggestion with your passport"),
            (("Айгүл", "", "Аigul", ""), "“А (CYRILLIC CAPITAL LETTER A)” is not a Latin letter."),
            (("Айгүл", "", "Aigul", "Սարսեն"), "“Ս (ARMENIAN CAPITAL LETTER SEH)” is not a Latin"),
            (("Айгүл", "", "Aigul2", ""), "“2 (DIGIT TWO)” is not a Latin letter."),
            (("አበበ", "", "Abebe", ""), "“አ (ETHIOPIC SYLLABLE GLOTTAL A)”, “በ"),
            (("Айгүл 🙂", "", "Aigul", ""), "“🙂 (SLIGHTLY SMILING FACE)”"),
            (("ა" * 101, "", "Aigul", ""), "100"),
        ],
    )
    def test_says_why_and_keeps_what_was_typed(self, client_of, parts, sentence):
        person = make_person(language="kk")
        before = [getattr(person, part) for part in PARTS]

        response = save(client_of(person), *parts, path="/account/name?lang=en")

        assert response.status_code == 422
        assert sentence in response.text
        assert "<title>Error: Your name" in response.text
        for field, typed in zip(PARTS, parts, strict=True):
            assert not typed or value_of(response.text, field) == typed
        db.session.refresh(person)
        assert [getattr(person, part) for part in PARTS] == before

    def test_offers_a_suggestion_in_place_of_empty_latin_letters(self, client_of):
        response = save(client_of(newcomer(language="kk")), "Айгүл", "Сәрсенбаева", "", "")

        assert response.status_code == 422
        assert value_of(response.text, "family_name_latin") == "Sarsenbayeva"

    def test_ties_the_reason_to_the_field(self, client_of):
        page = save(client_of(newcomer()), "Айгүл", "", "Айгүл", "").text

        field = re.search(r'<input[^>]*name="given_name_latin"[^>]*>', page)[0]
        assert 'aria-invalid="true"' in field
        assert 'aria-describedby="given_name_latin-error"' in field
        assert 'href="#given_name_latin"' in page


class TestUnprintableName:
    def test_lets_the_certificate_wait_until_it_is_corrected(self, client_of):
        person, seat = make_learner(given_name="አበበ")  # confirmed: it was imported so
        complete(seat)
        assert db.session.scalars(db.select(Certificate)).all() == []

        save(client_of(person), "Абебе", "", "Abebe", "")

        assert db.session.scalars(db.select(Certificate)).one().facts["name_native"] == "Абебе"
