from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.cohorts.models import Affiliation, Institution, Nomination, Partner
from lms.cohorts.queries import find_institutions
from lms.cohorts.services import set_workplace
from lms.extensions import db
from tests.factories import make_cohort, make_institution, make_learner, make_staff
from tests.pages import bytes_of, text_of


@pytest.fixture
def keeper(client_of):
    return client_of(make_staff("coordinator", "country", "KZ"))


def with_everything(goes: Institution, stays: Institution):
    """Give both what can hang on a body."""
    cohort = make_cohort()
    learner, _seat = make_learner(cohort)
    set_workplace(learner, goes, "Chief")
    make_institution("Registry", parent=goes)
    now = datetime.now(UTC)
    db.session.add_all(
        [
            Partner(programme_id=cohort.programme_id, institution_id=goes.id, role="funder"),
            Partner(programme_id=cohort.programme_id, institution_id=stays.id, role="funder"),
            Partner(programme_id=cohort.programme_id, institution_id=goes.id, role="partner"),
            Nomination(
                cohort_id=cohort.id, email="new@example.org", institution_id=goes.id,
                language="en", nominated_at=now,
            ),
        ]
    )  # fmt: skip
    db.session.commit()
    return learner


class TestMergeInstitutions:
    def test_shows_first_what_would_move(self, keeper):
        goes, stays = make_institution("Min Justice", "MoJ"), make_institution("Ministry", "MoJ")
        with_everything(goes, stays)

        chosen = keeper.post(f"/institutions/{goes.id}/merge", data={"other": "Ministry"})
        page = text_of(keeper.get(chosen.headers["Location"]))

        assert "Names that move Min Justice People 1 Units 1" in page
        assert "Nominations 1" in page
        db.session.refresh(goes)
        assert goes.merged_into_id is None

    def test_moves_everything_and_leads_the_old_address_on(self, keeper):
        goes, stays = make_institution("Min Justice", "MoJ"), make_institution("Ministry", "MoJ")
        learner = with_everything(goes, stays)

        response = keeper.post(f"/institutions/{goes.id}/merge/{stays.id}")

        assert response.status_code == 303
        db.session.expire_all()
        assert sorted(name.name for name in stays.names) == ["Min Justice", "Ministry", "MoJ"]
        assert stays.name == "Ministry"
        assert db.session.get(Affiliation, learner.id).institution_id == stays.id
        assert find_institutions("Registry")[0].parent_id == stays.id
        assert find_institutions("Min Justice") == [stays]
        assert set(db.session.scalars(select(Nomination.institution_id))) == {stays.id}
        partners = db.session.execute(select(Partner.institution_id, Partner.role)).all()
        assert sorted(tuple(row) for row in partners) == [
            (stays.id, "funder"),
            (stays.id, "partner"),
        ]
        old = keeper.get(f"/institutions/{goes.id}")
        assert old.status_code == 303
        assert old.headers["Location"] == f"/institutions/{stays.id}"
        event = db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "merge_institutions")
        ).one()
        assert event.details["into"] == stays.id
        assert event.details["people"] == 1

    def test_leads_from_the_oldest_address_after_two_mergers(self, keeper):
        first, second, third = (make_institution(f"Body {number}") for number in "123")

        keeper.post(f"/institutions/{first.id}/merge/{second.id}")
        keeper.post(f"/institutions/{second.id}/merge/{third.id}")

        location = keeper.get(f"/institutions/{first.id}").headers["Location"]
        assert location == f"/institutions/{third.id}"

    def test_refuses_a_body_and_its_own_unit(self, keeper):
        ministry = make_institution("Ministry")
        unit = make_institution("Registry", parent=ministry)

        for goes, stays in ((ministry, unit), (unit, ministry), (unit, unit)):
            page = keeper.get(f"/institutions/{goes.id}/merge?into={stays.id}")
            response = keeper.post(f"/institutions/{goes.id}/merge/{stays.id}")

            assert page.status_code == response.status_code == 422
            assert "unit of the other" in text_of(page)

    def test_refuses_to_merge_one_twice(self, keeper):
        goes, stays, other = (make_institution(f"Body {number}") for number in "123")
        keeper.post(f"/institutions/{goes.id}/merge/{stays.id}")

        assert keeper.post(f"/institutions/{goes.id}/merge/{other.id}").status_code == 404
        assert keeper.post(f"/institutions/{other.id}/merge/{goes.id}").status_code == 404

    def test_keeps_coordinators_to_their_own_country(self, keeper):
        mine, foreign = make_institution("Mine"), make_institution("Theirs", country="GE")

        refused = keeper.post(f"/institutions/{mine.id}/merge/{foreign.id}")
        missing = keeper.post(f"/institutions/{mine.id}/merge/9999")

        assert refused.status_code == missing.status_code == 404
        assert bytes_of(refused) == bytes_of(missing)
        assert keeper.get(f"/institutions/{foreign.id}/merge").status_code == 404
        assert keeper.post(f"/institutions/{foreign.id}/merge/{mine.id}").status_code == 404

    def test_refuses_two_countries_to_administrators_too(self, client_of):
        mine, foreign = make_institution("Mine"), make_institution("Theirs", country="GE")

        response = client_of(make_staff("administrator")).post(
            f"/institutions/{mine.id}/merge/{foreign.id}"
        )

        assert response.status_code == 422

    def test_warns_of_two_bodies_of_one_name(self, keeper):
        one, other = (
            make_institution("Ministry of Justice"),
            make_institution("Ministry of JUSTICE"),
        )

        page = keeper.get(f"/institutions/{one.id}")

        assert "Another body of this country has the same name" in text_of(page)
        assert f"/institutions/{one.id}/merge?into={other.id}" in page.text
