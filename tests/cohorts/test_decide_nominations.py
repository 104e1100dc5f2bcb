"""The country quota from the call to the last promotion: seven countries with three seats each."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from lms.cohorts import services
from lms.cohorts.models import Enrolment, Invitation, Nomination
from lms.cohorts.queries import queue_places, taken_seats
from lms.cohorts.rules import nomination_state
from lms.extensions import db
from lms.notices.models import Message
from tests.factories import make_cohort, make_intake, make_nomination, make_person, make_staff

COUNTRIES = ("KZ", "KG", "TJ", "UZ", "AZ", "AM", "GE")


@pytest.fixture
def cohorts(app):
    """Seven cohorts with three seats each, in one round."""
    made = [make_cohort(code, seats=3) for code in COUNTRIES]
    make_intake(*made)
    return made


@pytest.fixture
def partner(cohorts):
    return make_staff("coordinator", "programme", cohorts[0].programme.slug)


@pytest.fixture
def focal_points(cohorts):
    return [make_staff("coordinator", "country", cohort.country_code) for cohort in cohorts]


def states(*nominations) -> list[str]:
    for one in nominations:
        db.session.refresh(one)
    return [str(nomination_state(one)) for one in nominations]


def messages_to(nomination) -> list[str]:
    query = db.select(Message).where(Message.address == nomination.email).order_by(Message.id)
    return [f"{one.kind} {one.language}" for one in db.session.scalars(query)]


class TestQuota:
    def test_gives_three_places_and_lets_the_fourth_wait(self, cohorts, focal_points, partner):
        all_four = [
            [make_nomination(cohort, focal, language="kk") for _number in range(4)]
            for cohort, focal in zip(cohorts, focal_points, strict=True)
        ]

        for four in all_four:
            services.approve(partner, four)
        db.session.commit()

        for four in all_four:
            assert states(*four) == ["placed"] * 3 + ["waiting"]
            assert messages_to(four[0]) == ["nominated kk", "place_given kk"]
            assert messages_to(four[3]) == ["nominated kk", "waiting_list kk"]
        assert set(taken_seats(one.id for one in cohorts).values()) == {3}

    def test_promotes_within_the_country_first(self, cohorts, focal_points, partner):
        kz, kg = cohorts[:2]
        early = [make_nomination(kg, focal_points[1]) for _number in range(4)]
        late = [make_nomination(kz, focal_points[0], language="ru") for _number in range(5)]
        services.approve(partner, early)
        services.approve(partner, late)

        (promoted,) = services.withdraw_nomination(late[0], "ill", is_by_oneself=True)
        db.session.commit()

        assert promoted.id == late[3].id
        assert states(*late) == ["withdrawn", "placed", "placed", "placed", "waiting"]
        assert states(early[3]) == ["waiting"]
        assert queue_places([kz.id]) == {late[4].id: 1}
        assert messages_to(late[3]) == ["nominated ru", "waiting_list ru", "place_given ru"]
        assert messages_to(late[0])[-1] == "nomination_withdrawn ru"

    def test_then_promotes_by_the_rule_of_the_round(self, cohorts, focal_points, partner):
        kz, kg = cohorts[:2]
        waiting = [make_nomination(kg, focal_points[1]) for _number in range(4)]
        alone = make_nomination(kz, focal_points[0])
        services.approve(partner, [*waiting, alone])

        (promoted,) = services.withdraw_nomination(alone, "", is_by_oneself=False)

        assert promoted.id == waiting[3].id
        assert taken_seats([kz.id, kg.id]) == {kg.id: 4}

    def test_keeps_the_seat_in_the_country_where_the_round_says_so(
        self, cohorts, focal_points, partner
    ):
        cohorts[0].intake.spare_rule = "keep"
        waiting = [make_nomination(cohorts[1], focal_points[1]) for _number in range(4)]
        alone = make_nomination(cohorts[0], focal_points[0])
        services.approve(partner, [*waiting, alone])

        assert services.withdraw_nomination(alone, "", is_by_oneself=False) == []
        assert states(waiting[3]) == ["waiting"]

    def test_shares_all_spare_seats_when_the_programme_says_so(
        self, cohorts, focal_points, partner
    ):
        many = [make_nomination(cohorts[0], focal_points[0]) for _number in range(6)]
        services.approve(partner, many)
        assert Counter(states(*many)) == {"placed": 3, "waiting": 3}

        services.share_spare_seats(cohorts[0])

        assert states(*many) == ["placed"] * 6

    def test_frees_no_seat_when_somebody_leaves_the_queue(self, cohorts, focal_points, partner):
        five = [make_nomination(cohorts[0], focal_points[0]) for _number in range(5)]
        services.approve(partner, five)

        assert services.withdraw_nomination(five[3], "", is_by_oneself=True) == []
        assert states(five[4]) == ["waiting"]


class TestPlace:
    def test_is_taken_by_the_link_in_the_message(
        self, client, cohorts, focal_points, partner, outbox
    ):
        nomination = make_nomination(cohorts[0], focal_points[0], email="aida@example.org")
        services.approve(partner, [nomination])
        db.session.commit()
        mail = next(one for one in outbox() if "You have a place" in one.subject)

        path = re.search(r"http://localhost(/invite/[^?\s]+)", mail.body)[1]
        assert client.post(path, data={}).status_code == 303

        db.session.refresh(nomination)
        enrolment = db.session.scalars(db.select(Enrolment)).one()
        assert enrolment.person_id == nomination.person_id
        assert taken_seats([cohorts[0].id]) == {cohorts[0].id: 1}

    def test_goes_with_whoever_withdraws_after_accepting(
        self, client, cohorts, focal_points, partner, outbox
    ):
        nomination = make_nomination(cohorts[0], focal_points[0])
        services.approve(partner, [nomination])
        db.session.commit()
        mail = next(one for one in outbox() if "You have a place" in one.subject)
        client.post(re.search(r"http://localhost(/invite/[^?\s]+)", mail.body)[1], data={})
        db.session.refresh(nomination)

        services.withdraw_nomination(nomination, "ill", is_by_oneself=True)

        assert db.session.scalars(db.select(Enrolment)).one().withdrawn_at is not None
        assert taken_seats([cohorts[0].id]) == {}

    def test_is_lost_with_the_invitation_that_the_coordinator_withdraws(
        self, cohorts, focal_points, partner
    ):
        four = [make_nomination(cohorts[0], focal_points[0]) for _number in range(4)]
        services.approve(partner, four)
        invitation = db.session.scalars(
            db.select(Invitation).where(Invitation.email == four[1].email)
        ).one()

        (promoted,) = services.withdraw_invitation(invitation)

        assert promoted.id == four[3].id
        assert states(four[1]) == ["withdrawn"]
        assert invitation.withdrawn_at is not None


class TestDecide:
    def test_needs_a_second_person(self, cohorts, partner):
        own = make_nomination(cohorts[0], partner)
        oneself = make_nomination(
            cohorts[0], make_staff("coordinator", "country", "KZ"), email=partner.email
        )

        for nomination in (own, oneself):
            with pytest.raises(services.SecondPersonNeeded):
                services.approve(partner, [nomination])
            with pytest.raises(services.SecondPersonNeeded):
                services.decline(partner, [nomination], "no")

    def test_is_done_once(self, cohorts, focal_points, partner):
        nomination = make_nomination(cohorts[0], focal_points[0])
        services.approve(partner, [nomination])

        with pytest.raises(services.AlreadyDecided):
            services.approve(partner, [nomination])
        with pytest.raises(services.AlreadyDecided):
            services.decline(partner, [nomination], "too late")

    def test_may_approve_what_was_declined(self, cohorts, focal_points, partner):
        nomination = make_nomination(cohorts[0], focal_points[0])
        services.decline(partner, [nomination], "Not a civil servant.")
        assert states(nomination) == ["declined"]

        services.approve(partner, [nomination])

        assert states(nomination) == ["placed"]

    def test_tells_each_focal_point_once_for_all_decided_together(
        self, cohorts, focal_points, partner, outbox
    ):
        mine = [make_nomination(cohorts[0], focal_points[0]) for _number in range(4)]
        other = make_nomination(cohorts[1], focal_points[1])

        services.approve(partner, [*mine, other])
        db.session.commit()

        mails = [one for one in outbox() if "were decided" in one.subject]
        assert sorted(one.to[0] for one in mails) == sorted(
            person.email for person in focal_points[:2]
        )
        mine_told = next(one for one in mails if one.to == [focal_points[0].email])
        assert mine_told.body.count("has a place") == 3
        assert "approved, number 1 on the waiting list" in mine_told.body

    def test_enrols_nobody_twice(self, cohorts, focal_points, partner):
        """Who came in by another door meanwhile has the place: nothing is left to decide, and no invitation to send."""
        person = make_person("KZ")
        nomination = make_nomination(cohorts[0], focal_points[0], email=person.email)
        services.enrol(person, cohorts[0])

        with pytest.raises(services.AlreadyDecided):
            services.approve(partner, [nomination])

        assert states(nomination) == ["placed"]
        assert not db.session.scalars(db.select(Invitation)).all()
        assert taken_seats([cohorts[0].id]) == {cohorts[0].id: 1}


class TestNominateAgain:
    def test_takes_back_whoever_had_withdrawn_at_the_end_of_the_queue(
        self, cohorts, focal_points, partner
    ):
        first = make_nomination(cohorts[0], focal_points[0])
        services.approve(partner, [first])
        services.withdraw_nomination(first, "", is_by_oneself=False)

        again = make_nomination(cohorts[0], focal_points[0], email=first.email)

        assert again.id == first.id
        assert states(again) == ["undecided"]
        assert len(db.session.scalars(db.select(Nomination)).all()) == 1

    def test_is_refused_while_the_nomination_stands(self, cohorts, focal_points, partner):
        nomination = make_nomination(cohorts[0], focal_points[0])
        with pytest.raises(services.AlreadyNominated):
            make_nomination(cohorts[0], focal_points[0], email=nomination.email.upper())
        services.decline(partner, [nomination], "no")

        with pytest.raises(services.DeclinedBefore):
            make_nomination(cohorts[0], focal_points[0], email=nomination.email)
