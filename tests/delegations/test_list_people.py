from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta

import pytest

from lms.cohorts.models import Affiliation, Enrolment, Institution, InstitutionName
from lms.courses.queries import outline_of
from lms.delegations.queries import overview_of
from lms.delegations.rules import AWAY_AFTER, standing
from lms.extensions import db
from lms.progress.models import Completion
from lms.progress.models import Standing as DoneSoFar
from tests.delegations.test_show_dashboard import MOST_QUERIES, add_people, do_steps
from tests.factories import complete, make_cohort, make_learner, make_staff, take_second_course
from tests.pages import bytes_of, text_of


@pytest.fixture
def address(dashboard):
    return f"{dashboard}/people"


def work_at(person, name: str) -> Institution:
    one = Institution(country_code="KZ")
    one.names = [InstitutionName(name=name, folded=name.casefold(), is_preferred=True)]
    db.session.add(one)
    db.session.flush()
    db.session.add(Affiliation(person_id=person.id, institution_id=one.id))
    db.session.commit()
    return one


def names_in(response, *people) -> list[str]:
    """Return who of these stands on the page, in its order."""
    page = text_of(response).partition("Last seen")[2]
    found = [(page.find(person.name_latin), person.name_latin) for person in people]
    return [name for place, name in sorted(found) if place >= 0]


class TestListPeople:
    def test_tells_where_each_stands(self, client_of, coordinator, cohort, address, have_been_away):
        away, seat = make_learner(cohort)
        do_steps(seat, 2)
        have_been_away(seat, away, 12)
        work_at(away, "State Revenue Committee")

        page = text_of(client_of(coordinator).get(address))

        line = page.partition(away.name_latin)[2]
        assert "State Revenue Committee" in line
        assert "Falling behind" in line
        assert f"2 of {len(outline_of(seat.version_id).steps)}" in line
        assert "12 days ago" in line

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("status=not-signed-in", ["new"]),
            ("status=on-track", ["busy"]),
            ("status=behind", ["away"]),
            ("status=finished", ["done"]),
            ("status=name-missing", ["done"]),
            ("status=suspended", ["out"]),
            ("status=withdrawn", ["left"]),
            ("status=nonsense", ["new", "busy", "away", "done", "out"]),
            ("search=away", ["away"]),
            ("search=nobody", []),
            ("module=who-says-so&course=digital-id", ["new", "out"]),
            ("sort=progress&status=", ["done", "away", "busy", "new", "out"]),
            ("sort=last-seen", ["busy", "done", "out", "away", "new"]),
            ("page=7", ["new", "busy", "away", "done", "out"]),
            ("page=x", ["new", "busy", "away", "done", "out"]),
        ],
    )
    def test_keeps_who_fits(
        self, client_of, coordinator, cohort, address, have_been_away, query, expected
    ):
        people = {}
        for name in ("new", "busy", "away", "done", "out", "left"):
            is_confirmed = name != "done"
            people[name], seat = make_learner(
                cohort, family_name_latin=f"Family{name}", family_name="", given_name="",
                is_confirmed=is_confirmed,
            )  # fmt: skip
            if name == "busy":
                do_steps(seat, 1)
            elif name == "away":
                do_steps(seat, 2)
                have_been_away(seat, people[name], 12)
            elif name == "done":
                complete(seat)
            elif name == "left":
                db.session.get_one(Enrolment, seat.enrolment_id).withdrawn_at = datetime.now(UTC)
        people["out"].active = False
        now = datetime.now(UTC)
        for name, days in (("busy", 0), ("done", 1), ("out", 2)):
            people[name].signed_in_at = now - timedelta(days=days)
        db.session.query(DoneSoFar).filter(DoneSoFar.done_count > 2).update(
            {"last_done_at": now - timedelta(days=1)}
        )
        db.session.commit()

        response = client_of(coordinator).get(f"{address}?{query}")

        assert response.status_code == 200
        found = names_in(response, *people.values())
        wanted = [people[name].name_latin for name in expected]
        assert found == wanted if "sort=" in query else sorted(found) == sorted(wanted)

    def test_finds_one_institution_under_the_name_it_was_merged_into(
        self, client_of, coordinator, cohort, address
    ):
        here, _seat = make_learner(cohort)
        there, _seat = make_learner(cohort)
        elsewhere, _seat = make_learner(cohort)
        kept = work_at(here, "Ministry of Justice")
        work_at(there, "Justice Ministry").merged_into_id = kept.id
        work_at(elsewhere, "Cadastre Agency")
        db.session.commit()

        response = client_of(coordinator).get(f"{address}?institution={kept.id}")

        assert sorted(names_in(response, here, there, elsewhere)) == sorted(
            [here.name_latin, there.name_latin]
        )
        assert "Justice Ministry" not in response.text

    def test_keeps_the_filters_from_page_to_page(self, client_of, coordinator, cohort, address):
        add_people(cohort, 60)

        response = client_of(coordinator).get(f"{address}?status=not-signed-in&sort=progress")

        assert "Showing 1–50 of 60." in text_of(response)
        assert "page=2" in response.text
        following = client_of(coordinator).get(
            f"{address}?status=not-signed-in&sort=progress&page=2"
        )
        assert "Showing 51–60 of 60." in text_of(following)
        assert '<option value="not-signed-in" selected>' in following.text

    def test_takes_nothing_of_the_address_for_an_order(
        self, client_of, coordinator, cohort, address
    ):
        add_people(cohort, 60)
        odd = "endpoint=x&_method=POST&_external=1&_scheme=javascript&country=uz&page=1"

        response = client_of(coordinator).get(f"{address}?{odd}")

        assert "Showing 1–50 of 60." in text_of(response)
        links = re.findall(r'href="([^"]*(?:sort=|page=2)[^"]*)"', response.text)
        assert len(links) >= 3
        assert all(link.startswith(f"{address}?") for link in links)

    def test_says_when_nobody_fits(self, client_of, coordinator, cohort, address):
        make_learner(cohort)

        page = text_of(client_of(coordinator).get(f"{address}?search=xyz"))

        assert "Nobody fits" in page

    def test_leads_to_certificates_and_gives_their_files_to_the_country_only(
        self, client_of, coordinator, cohort, address
    ):
        _person, seat = make_learner(cohort)
        complete(seat)

        page = client_of(coordinator).get(f"{address}?status=finished")
        of_one = client_of(make_staff("coordinator", "cohort", cohort.slug)).get(address)

        assert 'href="/en/verify/KZ-' in page.text
        assert ".pdf" in page.text
        assert 'href="/en/verify/KZ-' in of_one.text
        assert ".pdf" not in of_one.text

    def test_asks_the_database_as_often_for_60_people_as_for_3(
        self, client_of, coordinator, cohort, address, count_queries
    ):
        client = client_of(coordinator)
        add_people(cohort, 3)
        client.get(address)
        with count_queries() as for_three:
            client.get(f"{address}?search=many")
        add_people(cohort, 57)

        with count_queries() as for_sixty:
            client.get(f"{address}?search=many")

        assert len(for_sixty) == len(for_three) <= MOST_QUERIES

    def test_hides_people_of_other_countries(self, client_of, coordinator):
        other = make_cohort("GE")
        client = client_of(coordinator)

        foreign = client.get(f"/delegations/ge/{other.slug}/people")
        missing = client.get("/delegations/ge/ge-0000/people")

        assert foreign.status_code == missing.status_code == 404
        assert bytes_of(foreign) == bytes_of(missing)


class TestCountInTheDatabase:
    """The database says of many what the rule says of one."""

    @pytest.mark.parametrize("seed", range(4))
    def test_agrees_with_the_rule(self, cohort, seed):
        chance = random.Random(seed)  # noqa: S311 - not for secrets
        now = datetime.now(UTC)
        take_second_course(cohort)
        expected: dict[str, int] = {}
        for _number in range(25):
            person, _seat = make_learner(cohort)
            person.active = chance.random() < 0.8
            person.signed_in_at = now if chance.random() < 0.7 else None
            found = standing(
                **places_of(person, chance, now),
                is_active=person.active,
                has_signed_in=person.signed_in_at is not None,
            )
            expected[found] = expected.get(found, 0) + 1
        db.session.commit()

        assert dict(overview_of(cohort).standings) == expected


def places_of(person, chance, now) -> dict[str, int]:
    """Put each of somebody's places in some state, and count them by hand."""
    counts = {"place_count": 0, "finished_count": 0, "is_stale": True}
    for place in db.session.query(Enrolment).filter_by(person_id=person.id):
        place.enrolled_at = now - timedelta(days=chance.choice([1, 20]))
        last = place.enrolled_at
        if chance.random() < 0.5:
            last = now - timedelta(days=chance.choice([1, 8]))
            db.session.add(DoneSoFar(enrolment_id=place.id, done_count=2, last_done_at=last))
        is_finished = chance.random() < 0.3
        if is_finished:
            db.session.add(Completion(enrolment_id=place.id, completed_at=last))
        if chance.random() < 0.3:
            place.withdrawn_at = now
            continue
        counts["place_count"] += 1
        counts["finished_count"] += is_finished
        counts["is_stale"] &= last < now - AWAY_AFTER
    return counts
