from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lms.audit.models import AuditEvent
from lms.cohorts import jobs
from lms.cohorts.models import Institution, InstitutionName
from lms.cohorts.queries import find_institutions, same_named
from lms.extensions import db
from tests.factories import make_institution, make_learner, make_staff
from tests.pages import text_of

TODAY = datetime.now(UTC).date()


@pytest.fixture
def keeper(client_of):
    """The client of Kazakhstan's coordinator."""
    return client_of(make_staff("coordinator", "country", "KZ"))


def names_of(institution: Institution) -> list[str]:
    db.session.refresh(institution)
    return sorted(name.name for name in institution.names)


class TestLookUpInstitutions:
    def test_shows_everybody_the_tree_of_the_own_country(self, client_of):
        learner, _seat = make_learner()
        ministry = make_institution("Ministry of Justice")
        make_institution("Registry", parent=ministry)
        make_institution("Ministry of Tbilisi", country="GE")

        page = text_of(client_of(learner).get("/institutions"))

        assert "Ministry of Justice Registry" in page
        assert "Ministry of Tbilisi" not in page
        assert "Georgia 1" in page
        assert "Add a body" not in page

    def test_finds_a_body_by_another_of_its_names(self, client_of):
        learner, _seat = make_learner()
        make_institution("Ministry of Justice", "Әділет министрлігі")

        page = text_of(client_of(learner).get("/institutions?search=әділет"))

        assert "1 body fits Ministry of Justice Kazakhstan" in page

    def test_says_when_nothing_fits(self, client_of):
        learner, _seat = make_learner()

        assert "No body of this name" in text_of(client_of(learner).get("/institutions?search=zzz"))

    def test_shows_learners_the_names_and_no_number_of_people(self, client_of):
        learner, _seat = make_learner()
        body = make_institution("Ministry of Justice", "MoJ")

        page = text_of(client_of(learner).get(f"/institutions/{body.id}"))

        assert "MoJ" in page
        assert "works here" not in page
        assert "Merge" not in page

    def test_answers_404_for_one_that_is_not_there(self, keeper):
        assert keeper.get("/institutions/999").status_code == 404

    def test_asks_as_often_for_many_bodies_as_for_few(self, keeper, count_queries):
        make_institution("Ministry 0")
        keeper.get("/institutions?country=KZ")
        with count_queries() as for_few:
            keeper.get("/institutions?country=KZ")
        for number in range(1, 12):
            make_institution("Unit", parent=make_institution(f"Ministry {number}"))

        with count_queries() as for_many:
            keeper.get("/institutions?country=KZ")

        assert len(for_many) <= len(for_few) + 1  # the names of units, once


class TestAddInstitution:
    def add(self, client, **data):
        return client.post(
            "/institutions/new", data={"country": "KZ", "name": "Ministry of Justice", **data}
        )

    def test_adds_a_unit_of_a_body(self, keeper):
        ministry = make_institution("Ministry of Finance")

        response = self.add(keeper, name="Treasury", parent="Ministry of Finance", language="en")

        assert response.status_code == 303
        treasury = find_institutions("Treasury")[0]
        assert treasury.parent_id == ministry.id
        assert treasury.names[0].language == "en"
        assert treasury.country_code == "KZ"

    def test_warns_of_one_that_has_the_name(self, keeper):
        make_institution("Ministry of Justice")

        response = self.add(keeper, name="ministry  of JUSTICE")

        assert response.status_code == 422
        assert "has this name already" in text_of(response)
        assert len(find_institutions("Ministry of Justice")) == 1

        assert self.add(keeper, is_another="y").status_code == 303
        assert len(find_institutions("Ministry of Justice")) == 2

    def test_offers_a_coordinator_only_the_own_country(self, keeper):
        page = keeper.get("/institutions/new").text

        assert '<option value="KZ">' in page
        assert '<option value="GE">' not in page
        assert self.add(keeper, country="GE").status_code == 422
        assert find_institutions("Ministry of Justice") == []

    def test_lets_administrators_add_international_bodies(self, client_of):
        response = self.add(client_of(make_staff("administrator")), country="int", name="UNDP")

        assert response.status_code == 303
        assert find_institutions("undp")[0].country_code is None

    def test_is_not_for_coordinators_of_one_cohort(self, client_of):
        client = client_of(make_staff("coordinator", "cohort", "kz-1"))

        assert "Your role is for one cohort" in text_of(client.get("/institutions/new"))
        assert self.add(client).status_code == 422
        assert find_institutions("Ministry of Justice") == []

    def test_refuses_a_body_above_it_in_another_country(self, keeper):
        make_institution("Ministry of Tbilisi", country="GE")

        response = self.add(keeper, parent="Ministry of Tbilisi")

        assert response.status_code == 422
        assert "different countries" in text_of(response)


class TestNameAtOnce:
    def test_notes_a_name_once_of_those_who_send_it_in_one_moment(self, app, client_of):
        body = make_institution("Ministry of Informatization")
        clients = [client_of(make_staff("administrator")) for _number in range(4)]
        form = {"name": "Ministry of Digital", "kind": "also", "language": "en"}
        address = f"/institutions/{body.id}/names"
        db.session.remove()

        def send(client) -> int:
            with app.app_context():
                return client.post(address, data=form).status_code

        with ThreadPoolExecutor(len(clients)) as pool:
            answers = list(pool.map(send, clients))

        assert sorted(answers) == [303, 422, 422, 422]
        found = db.session.scalars(db.select(InstitutionName.name)).all()
        assert sorted(found) == ["Ministry of Digital", "Ministry of Informatization"]


class TestRenameInstitution:
    def rename(self, client, body, since, name="Ministry of Digital"):
        return client.post(
            f"/institutions/{body.id}/names",
            data={"name": name, "kind": "new", "since": since.isoformat(), "language": "en"},
        )

    def test_keeps_the_old_name_until_the_day(self, keeper):
        body = make_institution("Ministry of Informatization")

        response = self.rename(keeper, body, TODAY + timedelta(days=10))

        assert response.status_code == 303
        db.session.refresh(body)
        assert body.name == "Ministry of Informatization"
        with time_machine.travel(datetime.now(UTC) + timedelta(days=11)):
            jobs.show_new_names()
            jobs.show_new_names()
        db.session.commit()
        assert body.name == "Ministry of Digital"
        assert same_named("KZ", "ministry of digital") == [body]
        shown = next(name for name in body.names if name.is_preferred)
        assert keeper.post(f"/institutions/{body.id}/names/{shown.id}/remove").status_code == 409
        assert find_institutions("informatization") == find_institutions("digital") == [body]

    def test_shows_the_new_name_from_the_day_on(self, keeper):
        body = make_institution("Ministry of Informatization")

        self.rename(keeper, body, TODAY)

        page = text_of(keeper.get(f"/institutions/{body.id}"))
        db.session.refresh(body)
        assert body.name == "Ministry of Digital"
        assert "Ministry of Digital Shown" in page
        assert "until" in page
        event = db.session.query(AuditEvent).filter_by(action="rename_institution").one()
        assert event.details["before"] == "Ministry of Informatization"

    def test_needs_the_day(self, keeper):
        body = make_institution("Ministry of Informatization")

        response = keeper.post(
            f"/institutions/{body.id}/names", data={"name": "New", "kind": "new", "since": ""}
        )

        assert response.status_code == 422
        assert "Write the day" in text_of(response)
        assert names_of(body) == ["Ministry of Informatization"]

    def test_adds_a_spelling_and_refuses_it_twice(self, keeper):
        body = make_institution("Ministry of Justice")
        data = {"name": "MoJ", "kind": "also", "language": "en"}

        assert keeper.post(f"/institutions/{body.id}/names", data=data).status_code == 303
        assert keeper.post(f"/institutions/{body.id}/names", data=data).status_code == 422

        assert names_of(body) == ["Ministry of Justice", "MoJ"]
        assert body.name == "Ministry of Justice"

    def test_shows_another_name_and_removes_one(self, keeper):
        body = make_institution("MoJ", "Ministry of Justice")
        short, full = sorted(body.names, key=lambda name: len(name.name))

        refused = keeper.post(f"/institutions/{body.id}/names/{short.id}/remove")
        keeper.post(f"/institutions/{body.id}/names/{full.id}/show")
        removed = keeper.post(f"/institutions/{body.id}/names/{short.id}/remove")

        assert refused.status_code == 409
        assert removed.status_code == 303
        assert names_of(body) == [body.name] == ["Ministry of Justice"]

    def test_takes_no_name_of_another_body(self, keeper):
        mine = make_institution("Ministry of Justice")
        other = make_institution("Ministry of Tbilisi", "MoT", country="GE")
        name = other.names[1]

        assert keeper.post(f"/institutions/{mine.id}/names/{name.id}/remove").status_code == 404
        assert keeper.post(f"/institutions/{other.id}/names/{name.id}/remove").status_code == 404
        assert names_of(other) == ["Ministry of Tbilisi", "MoT"]


class TestMoveInstitution:
    def move(self, client, body, parent):
        return client.post(f"/institutions/{body.id}/parent", data={"parent": parent})

    def test_puts_a_unit_under_its_body_and_out_again(self, keeper):
        ministry, unit = make_institution("Ministry of Justice"), make_institution("Registry")

        self.move(keeper, unit, "Ministry of Justice")
        db.session.refresh(unit)
        assert unit.parent_id == ministry.id

        self.move(keeper, unit, "")
        db.session.refresh(unit)
        assert unit.parent_id is None

    def test_refuses_a_circle(self, keeper):
        ministry = make_institution("Ministry of Justice")
        unit = make_institution("Registry", parent=ministry)
        office = make_institution("Front office", parent=unit)

        for name in ("Front office", "Registry", "Ministry of Justice"):
            response = self.move(keeper, ministry, name)

            assert response.status_code == 422
            assert "cannot belong to itself" in text_of(response)
        db.session.refresh(ministry)
        assert ministry.parent_id is None
        assert office.parent_id == unit.id

    def test_refuses_another_country(self, keeper):
        body = make_institution("Ministry of Justice")
        make_institution("Ministry of Tbilisi", country="GE")

        assert self.move(keeper, body, "Ministry of Tbilisi").status_code == 422
