from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from lms.certificates.queries.register import RegisterFilter, register_for
from lms.extensions import db
from tests.certificates.conftest import certificates, end_on, revoke
from tests.factories import make_staff
from tests.pages import text_of

REGISTER = "/certificates"


class TestShowRegister:
    def test_lists_what_was_issued_in_the_own_countries(self, finisher_in, officer):
        own, other = finisher_in("KZ"), finisher_in("GE")

        page = text_of(officer.get(REGISTER))

        assert own.certificate.number in page
        assert own.person.name_latin in page
        assert own.person.name_native in page
        assert "Valid" in page
        assert other.certificate.number not in page

    def test_shows_everything_to_an_officer_of_all_countries(self, finisher_in, client_of):
        numbers = [finisher_in(country).certificate.number for country in ("KZ", "GE")]

        page = text_of(client_of(make_staff("officer", "all")).get(REGISTER))

        assert all(number in page for number in numbers)

    def test_marks_what_was_revoked(self, holder, officer):
        form = {"reason": "holder_asked", "note": "She asked by letter."}
        revoke(holder.certificate.number, form)

        assert "Revoked" in text_of(officer.get(REGISTER))

    def test_answers_at_both_of_its_addresses(self, holder, officer):
        assert holder.certificate.number in officer.get(f"{REGISTER}/register").text

    def test_says_that_it_is_empty(self, officer):
        assert "The register is empty" in text_of(officer.get(REGISTER))

    def test_cuts_long_lists_into_pages(self, finisher_in, officer, monkeypatch):
        monkeypatch.setattr("lms.web.pages.PAGE_SIZE", 1)
        first, second = finisher_in().certificate.number, finisher_in().certificate.number

        newest, oldest = officer.get(REGISTER), officer.get(f"{REGISTER}?page=2")

        assert second in newest.text
        assert first not in newest.text
        assert first in oldest.text
        assert "Page 1 of 2, 2 in all" in text_of(newest)

    def test_asks_the_database_no_more_for_many_than_for_few(
        self, finisher_in, officer, count_queries
    ):
        finisher_in()
        with count_queries() as few:
            officer.get(REGISTER)
        finisher_in(), finisher_in()

        with count_queries() as many:
            officer.get(REGISTER)

        assert len(many) == len(few)


class TestSearchRegister:
    @pytest.mark.parametrize("typed", ["since=0001-01-01", "until=9999-12-31"])
    def test_says_that_a_year_cannot_be_one(self, holder, officer, typed):
        response = officer.get(f"{REGISTER}?{typed}")

        assert response.status_code == 200
        assert "Write the year with four digits" in text_of(response)
        assert holder.certificate.number in text_of(response)

    @pytest.fixture
    def number(self, finisher_in) -> str:
        finisher_in("KZ", given_name="Нұрлан", given_name_latin="Nurlan", family_name_latin="Omar")
        learner = finisher_in(
            "KZ",
            given_name="Әсел",
            family_name="Қожахметқызы",
            given_name_latin="Assel",
            family_name_latin="Kozhakhmetkyzy",
        )
        return learner.certificate.number

    @pytest.mark.parametrize(
        "search",
        [
            "Assel",
            "assel kozhakhmet",
            "Кожахметкызы",
            "қожахмет",
            "Әсел",
            "әсел",
            "Kozhakhmetkyzy Assel",
        ],
    )
    def test_finds_a_name_in_either_script_and_any_spelling(self, number, officer, search):
        page = text_of(officer.get(REGISTER, query_string={"q": search}))

        assert "1 certificate found." in page
        assert number in page

    def test_finds_part_of_a_number_however_it_is_written(self, number, officer):
        _country, _year, first, second, *_rest = number.split("-")

        for part in (number, number.lower(), f"{first}-{second}", f"{first} {second.lower()}"):
            page = text_of(officer.get(REGISTER, query_string={"q": part}))

            assert "1 certificate found." in page, part
            assert number in page

    def test_finds_what_was_printed_after_the_name_has_changed(self, holder, officer):
        printed = holder.person.name_latin
        holder.person.given_name_latin, holder.person.family_name_latin = "Dana", "Other"
        db.session.commit()

        page = text_of(officer.get(REGISTER, query_string={"q": printed}))

        assert holder.certificate.number in page

    @pytest.mark.parametrize("search", ["Nobody", "%", "_", "x' OR 1=1 --"])
    def test_says_what_to_try_when_nothing_fits(self, number, officer, search):
        response = officer.get(REGISTER, query_string={"q": search})

        assert response.status_code == 200
        assert "No certificate found" in text_of(response)

    def test_does_not_leave_the_own_countries(self, number, stranger):
        assert "No certificate found" in text_of(stranger.get(f"{REGISTER}?q=Assel"))


class TestFilterAndSort:
    def test_filters_by_kind_and_standing_and_sorts(self, finisher_in, officer):
        first, second = (
            finisher_in("KZ", given_name_latin=name).certificate for name in ("Zarina", "Assel")
        )
        second.suspended_at = datetime.now(UTC)
        end_on(first, date(2020, 1, 1))
        db.session.commit()

        def numbers(**asked) -> list[str]:
            page = officer.get(REGISTER, query_string=asked)
            assert page.status_code == 200
            places = {one.number: text_of(page).find(one.number) for one in (first, second)}
            return sorted((one for one in places if places[one] > 0), key=places.get)

        assert numbers() == numbers(sort="nonsense") == [second.number, first.number]
        assert numbers(sort="issued") == numbers(sort="-name") == [first.number, second.number]
        assert numbers(sort="name") == [second.number, first.number]
        assert numbers(standing="suspended") == [second.number]
        assert numbers(standing="expired") == [first.number]
        assert numbers(standing="valid") == numbers(kind="thanks") == []
        assert len(numbers(kind="completion", standing="nonsense")) == 2


class TestShowOne:
    def test_shows_facts_history_and_file(self, holder, officer):
        (certificate,) = certificates()

        page = text_of(officer.get(f"{REGISTER}/{certificate.number}"))

        assert page.count(certificate.facts["name_latin"]) >= 2
        assert certificate.number in page
        assert "Issued in the moment of passing" in page
        assert "The PDF is being drawn." in page

    def test_names_the_officer_who_issued_it(self, holder, client_of):
        person = make_staff("officer", "country", "KZ")
        (certificate,) = certificates()
        certificate.issued_by_id = person.id
        db.session.commit()

        page = text_of(client_of(person).get(f"{REGISTER}/{certificate.number}"))

        assert f"Issued by {person.name}" in page

    def test_hides_certificates_of_other_countries(self, holder, stranger):
        number = holder.certificate.number

        foreign = stranger.get(f"{REGISTER}/{number}")
        absent = stranger.get(f"{REGISTER}/KZ-2026-7Q3M-W8KD-R4TN-9HXG")

        assert foreign.status_code == absent.status_code == 404

    def test_is_not_for_learners(self, holder):
        assert holder.client.get(f"{REGISTER}/{holder.certificate.number}").status_code == 403


class TestSortRegister:
    def test_reads_a_page_in_the_order_of_an_index(self, certify):
        """So that a page costs as much in a register of 100,000 as in one of 1,000."""
        certify(3)
        db.session.commit()
        everywhere, at_home = make_staff("officer", "all"), make_staff("officer", "country", "KZ")

        for officer, wanted, sort, index in (
            (everywhere, {}, "-issued", "issued_at"),
            (everywhere, {}, "name", "printed_name"),
            (at_home, {}, "issued", "country_code_issued_at"),
            (at_home, {}, "-name", "country_code_printed_name"),
            (everywhere, {"standing": "revoked"}, "-issued", "revoked_at"),
            (everywhere, {"since": date(2026, 1, 1)}, "issued", "issued_at"),
        ):
            page = register_for(officer, RegisterFilter(**wanted), sort).limit(50)
            plan = plan_of(page)

            assert f"ix_certificates_{index}" in plan, plan
            assert "TEMP B-TREE" not in plan
            assert "Sort" not in plan


def plan_of(query):
    """Ask the database how it would find something, if there were much of it."""
    sql = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN"
    if db.engine.dialect.name == "postgresql":
        explain = "EXPLAIN"
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        db.session.execute(text("SET LOCAL enable_sort = off"))
        db.session.execute(text("SET LOCAL enable_bitmapscan = off"))
    lines = db.session.connection().exec_driver_sql(f"{explain} {str(sql).replace('%', '%%')}")
    return "\n".join(str(line[-1]) for line in lines)
