from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest

from lms.audit.models import AuditEvent
from lms.cohorts.models import Affiliation, Institution, InstitutionName, RegionCountry
from lms.cohorts.services import enrol
from lms.extensions import db
from tests.delegations.test_show_dashboard import do_steps
from tests.factories import complete, make_cohort, make_learner, make_person, make_staff
from tests.pages import bytes_of, text_of

ADDRESS = "/delegations/compare"


def add(cohort, count: int, **facts) -> None:
    for _number in range(count):
        enrol(make_person(cohort.country_code, **facts), cohort)
    db.session.commit()


def rows_of(client, query: str) -> list[list[str]]:
    text = client.get(f"{ADDRESS}?{query}&format=csv").data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def numbers_of(rows, *start: str) -> list[str]:
    return next(row[len(start) : -1] for row in rows if row[: len(start)] == list(start))


@pytest.fixture
def auditor(client_of):
    return client_of(make_staff("auditor"))


class TestCompareCohorts:
    def test_counts_each_measure_in_each_cohort_and_in_all(self, auditor):
        here, there = make_cohort("KZ"), make_cohort("GE")
        for country, steps in ((here, 0), (here, 2), (there, 1)):
            person, seat = make_learner(country)
            do_steps(seat, steps)
            person.signed_in_at = datetime.now(UTC) if steps else None
        _person, seat = make_learner(here)
        complete(seat)
        db.session.commit()

        rows = rows_of(auditor, f"cohorts={here.slug}&cohorts={there.slug}")

        expected = {
            "Enrolled": ["3", "1"], "Signed in": ["1", "1"], "Began": ["2", "1"], "Completed": ["1", "0"],
            "Passed the final": ["1", "0"], "Certified": ["1", "0"],
        }  # fmt: skip
        for measure, counts in expected.items():
            found = numbers_of(rows, measure)
            assert sorted(found[:2]) == sorted(counts), measure
            assert found[2] == str(sum(map(int, counts))), measure

    def test_shows_on_the_page_what_stands_in_the_file(self, auditor):
        cohort = make_cohort("KZ")
        add(cohort, 7)

        page = text_of(auditor.get(f"{ADDRESS}?cohorts={cohort.slug}"))

        assert numbers_of(rows_of(auditor, f"cohorts={cohort.slug}"), "Enrolled") == ["7", "7"]
        assert "Enrolled People with a place now; who was withdrawn does not count. 7 7" in page
        assert "As of" in page
        assert "(UTC" in page

    def test_gives_no_median_of_few(self, auditor):
        cohort = make_cohort("KZ")
        for _number in range(5):
            _person, seat = make_learner(cohort)
            complete(seat)
        other = make_cohort("KZ")
        _person, seat = make_learner(other)
        complete(seat)

        rows = rows_of(auditor, f"cohorts={cohort.slug}&cohorts={other.slug}")

        score = numbers_of(rows, "Score of the final, median (%)")
        assert sorted(score[:2]) == ["100.0", "hidden"]
        assert score[2] == "100.0"

    def test_hides_small_cells_of_a_split_and_what_would_reveal_them(self, auditor):
        cohort = make_cohort("KZ")
        add(cohort, 3, gender="m")
        add(cohort, 8, gender="f")
        add(cohort, 9, gender="")

        rows = rows_of(auditor, f"cohorts={cohort.slug}&split=gender")

        assert numbers_of(rows, "Enrolled", "Men") == ["hidden", "hidden"]
        assert numbers_of(rows, "Enrolled", "Women") == ["hidden", "hidden"]
        assert numbers_of(rows, "Enrolled", "Not said") == ["9", "9"]
        assert numbers_of(rows, "Enrolled", "All") == ["20", "20"]
        assert not {"3", "8"} & {cell for row in rows for cell in row}

    def test_splits_by_the_institution_that_two_were_merged_into(self, auditor):
        cohort = make_cohort("KZ")
        bodies = []
        for name in ("Ministry of Justice", "Justice Ministry"):
            one = Institution(country_code="KZ")
            one.names = [InstitutionName(name=name, folded=name.casefold(), is_preferred=True)]
            db.session.add(one)
            db.session.flush()
            bodies.append(one)
        bodies[1].merged_into_id = bodies[0].id
        for number in range(6):
            person, _seat = make_learner(cohort)
            db.session.add(Affiliation(person_id=person.id, institution_id=bodies[number % 2].id))
        add(cohort, 5)
        db.session.commit()

        rows = rows_of(auditor, f"cohorts={cohort.slug}&split=institution")

        assert numbers_of(rows, "Enrolled", "Ministry of Justice") == ["6", "6"]
        assert numbers_of(rows, "Enrolled", "Not said") == ["5", "5"]
        assert not any("Justice Ministry" in row for row in rows)

    def test_names_nobody(self, auditor):
        cohort = make_cohort("KZ")
        person, _seat = make_learner(cohort)

        for query in ("", "split=gender", "split=institution"):
            page = auditor.get(f"{ADDRESS}?{query}").text
            assert person.family_name_latin not in page
            assert person.email not in page

    def test_keeps_a_region(self, auditor):
        inside, outside = make_cohort("UZ"), make_cohort("GE")
        code = db.session.scalars(
            db.select(RegionCountry.region_code).where(
                RegionCountry.country_code == "UZ",
                RegionCountry.region_code.not_in(
                    db.select(RegionCountry.region_code).where(RegionCountry.country_code == "GE")
                ),
            )
        ).first()

        header = rows_of(auditor, f"region={code}")[0]

        assert code
        assert inside.title in header
        assert outside.title not in header

    def test_leaves_a_trace_of_each_file(self, auditor):
        cohort = make_cohort("KZ")

        auditor.get(f"{ADDRESS}?cohorts={cohort.slug}")
        auditor.get(f"{ADDRESS}?cohorts={cohort.slug}&format=xlsx")

        (event,) = db.session.query(AuditEvent).filter_by(object_type="comparison")
        assert (event.action, event.details["format"]) == ("export", "xlsx")
        assert event.details["cohorts"] == [cohort.slug]

    def test_shows_coordinators_their_own_and_hides_the_others_like_nothing(
        self, client_of, coordinator
    ):
        own, other = make_cohort("KZ"), make_cohort("GE")
        client = client_of(coordinator)

        page = client.get(ADDRESS).text
        foreign = client.get(f"{ADDRESS}?cohorts={other.slug}")
        missing = client.get(f"{ADDRESS}?cohorts=ge-0000")

        assert own.title in page
        assert other.title not in page.replace(own.title, "")
        assert foreign.status_code == missing.status_code == 404
        assert bytes_of(foreign).replace(other.slug.encode(), b"") == bytes_of(missing).replace(
            b"ge-0000", b""
        )

    def test_asks_the_database_as_often_for_many_cohorts_as_for_two(self, auditor, count_queries):
        for _number in range(2):
            add(make_cohort("KZ"), 2)
        auditor.get(ADDRESS)
        with count_queries() as for_two:
            auditor.get(ADDRESS)
        for _number in range(6):
            add(make_cohort("KZ"), 2)

        with count_queries() as for_eight:
            auditor.get(ADDRESS)

        assert len(for_eight) == len(for_two)

    def test_is_for_nobody_without_a_role(self, client_of):
        assert client_of(make_person()).get(ADDRESS).status_code == 403
