from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select, text

from lms.accounts.models import NameKey, Person, shown_name
from lms.accounts.queries import list_people, ordered_by_name
from lms.accounts.services import create_people, rekey_people
from lms.config import LANGUAGES
from lms.extensions import db
from tests.factories import make_person, make_staff
from tests.pages import text_of


def make_named(native: tuple[str, str], latin: tuple[str, str] = ("", ""), **facts) -> Person:
    """Make a person; names are (surname, given name)."""
    return make_person(
        family_name=native[0], given_name=native[1],
        family_name_latin=latin[0], given_name_latin=latin[1], **facts,
    )  # fmt: skip


def surnames(language: str) -> list[str]:
    people = db.session.scalars(ordered_by_name(select(Person), language)).unique()
    return [person.family_name or person.family_name_latin for person in people]


class TestSortNames:
    def test_follows_the_alphabet_of_whoever_reads(self, app):
        for native, latin in (
            (("Яшин", "Олег"), ("Yashin", "Oleg")),
            (("Әлиев", "Асан"), ("Aliyev", "Asan")),
            (("Бек", "Дана"), ("Bek", "Dana")),
            (("", ""), ("Zaman", "Ali")),
        ):
            make_named(native, latin)

        assert surnames("kk") == ["Әлиев", "Бек", "Яшин", "Zaman"]
        assert surnames("en") == ["Әлиев", "Бек", "Яшин", "Zaman"]  # Aliyev, Bek, Yashin, Zaman

        make_named(("Аман", "Ия"), ("Zulaikha", "Iya"))

        assert surnames("kk")[0] == "Аман"
        assert surnames("en")[-1] == "Аман"

    def test_moves_whoever_is_renamed(self, app):
        person = make_named(("Абаев", "Олег"), ("Abayev", "Oleg"))
        make_named(("Бек", "Дана"), ("Bek", "Dana"))

        person.family_name = "Яшин"
        db.session.commit()

        assert surnames("ru") == ["Бек", "Яшин"]

    def test_writes_the_keys_of_many_at_once(self, app, count_queries):
        facts = [
            {
                "email": f"p{n}@b.example",
                "country_code": "KZ",
                "language": "kk",
                "given_name": "Асан",
            }
            for n in range(20)
        ]

        with count_queries() as statements:
            create_people(facts)

        assert len([one for one in statements if "name_keys" in one or "name_sounds" in one]) == 2
        assert db.session.scalar(select(func.count(NameKey.key))) == 20 * len(LANGUAGES)

    def test_leaves_nobody_out_of_the_list(self, app):
        make_named(("", ""), email="nameless@example.org")
        make_named(("漢", "字"))

        people = db.session.scalars(list_people(language="xx")).unique().all()

        assert len(people) == 2

    def test_uses_an_index(self, app):
        make_person()
        query = str(ordered_by_name(select(Person.id), "kk").limit(50).compile(
            db.engine, compile_kwargs={"literal_binds": True}))  # fmt: skip

        if db.engine.dialect.name == "sqlite":
            plan = str(db.session.execute(text(f"EXPLAIN QUERY PLAN {query}")).all())

            assert "ix_name_keys_language_key" in plan

    def test_sorts_the_page_of_people(self, client_of):
        admin = make_staff("administrator", language="ru", family_name="Яя", given_name="Я")
        for surname in ("Щукин", "Ёжин", "Жуков"):
            make_named((surname, "Олег"))

        page = text_of(client_of(admin).get("/admin/users"))

        assert page.index("Олег Ёжин") < page.index("Олег Жуков") < page.index("Олег Щукин")


class TestRekeyPeople:
    def test_gives_keys_to_those_who_have_none(self, app):
        make_person()
        make_person()
        first = db.session.scalars(select(Person.id).order_by(Person.id)).first()
        db.session.execute(delete(NameKey).where(NameKey.person_id == first))

        assert rekey_people(only_missing=True) == 1
        assert rekey_people(only_missing=True) == 0
        assert db.session.scalar(select(func.count()).select_from(NameKey)) == 2 * len(LANGUAGES)

    def test_runs_from_the_command_line(self, app):
        make_person()
        db.session.execute(delete(NameKey))
        db.session.commit()

        result = app.test_cli_runner().invoke(args=["lms", "people", "rekey"])

        assert "1 people" in result.output
        assert db.session.scalar(select(func.count()).select_from(NameKey)) == len(LANGUAGES)


class TestShownName:
    @pytest.mark.parametrize(
        ("language", "name"),
        [("ru", "Айгүл Сәрсен"), ("kk", "Айгүл Сәрсен"), ("en", "Aigul Sarsen"), ("hy", "Aigul Sarsen"),
         ("ko", "Aigul Sarsen"), ("az", "Aigul Sarsen")],
    )  # fmt: skip
    def test_is_in_a_script_that_the_reader_reads(self, app, language, name):
        person = make_named(("Сәрсен", "Айгүл"), ("Sarsen", "Aigul"))

        assert shown_name(person, language) == name

    def test_has_the_family_name_first_where_the_country_has_it(self, app):
        person = make_named(
            ("홍", "길동"), ("Hong", "Gildong"), country="KR", is_family_name_first=True
        )

        assert shown_name(person, "ko") == "홍 길동"
        assert shown_name(person, "ru") == "Hong Gildong"

    def test_is_what_there_is(self, app):
        assert shown_name(make_named(("წიკლაური", "ნინო")), "ko") == "ნინო წიკლაური"
        assert shown_name(make_named(("", ""), email="who@example.org"), "ru") == "who@example.org"
