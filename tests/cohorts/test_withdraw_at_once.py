"""Two who withdraw in the same moment: two different people get their places."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from lms.cohorts import services
from lms.cohorts.models import Nomination
from lms.cohorts.queries import nomination_token, taken_seats
from lms.cohorts.rules import nomination_state
from lms.extensions import db
from tests.factories import make_cohort, make_intake, make_nomination, make_staff


def at_once(app, addresses: list[str]) -> list[int]:
    """Press each button in a thread of its own."""

    def press(address: str) -> int:
        with app.app_context():
            return app.test_client().post(address).status_code

    with ThreadPoolExecutor(len(addresses)) as pool:
        return list(pool.map(press, addresses))


class TestWithdrawAtOnce:
    def test_promotes_two_different_people(self, app):
        cohort = make_cohort("KZ", seats=2)
        make_intake(cohort)
        focal_point = make_staff("coordinator", "country", "KZ")
        partner = make_staff("coordinator", "programme", cohort.programme.slug)
        four = [make_nomination(cohort, focal_point) for _number in range(4)]
        services.approve(partner, four)
        db.session.commit()
        addresses = [f"/nominations/{nomination_token(one)}/withdraw" for one in four[:2]]
        db.session.remove()

        answers = at_once(app, addresses)

        assert answers == [303, 303]
        found = db.session.scalars(select(Nomination).order_by(Nomination.id)).all()
        states = [nomination_state(one) for one in found]
        assert states == ["withdrawn", "withdrawn", "placed", "placed"]
        assert taken_seats([found[0].cohort_id]) == {found[0].cohort_id: 2}

    def test_takes_one_withdrawal_for_one(self, app):
        """The same link pressed twice frees one place, not two."""
        cohort = make_cohort("KZ", seats=1)
        focal_point = make_staff("coordinator", "country", "KZ")
        partner = make_staff("coordinator", "programme", cohort.programme.slug)
        three = [make_nomination(cohort, focal_point) for _number in range(3)]
        services.approve(partner, three)
        db.session.commit()
        address = f"/nominations/{nomination_token(three[0])}/withdraw"
        db.session.remove()

        answers = at_once(app, [address, address])

        assert sorted(answers) == [303, 409]
        found = db.session.scalars(select(Nomination).order_by(Nomination.id)).all()
        assert [nomination_state(one) for one in found] == ["withdrawn", "placed", "waiting"]
