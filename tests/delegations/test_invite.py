from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from lms.cohorts.models import Invitation
from lms.extensions import db
from tests.factories import make_cohort, make_learner
from tests.pages import text_of


def invitations() -> list[Invitation]:
    found = list(db.session.scalars(select(Invitation).order_by(Invitation.id)))
    for one in found:
        db.session.refresh(one)
    return found


@pytest.fixture
def address(dashboard):
    return f"{dashboard}/invite"


def form(addresses: str, then: str = "send", language: str = "en") -> dict[str, str]:
    return {"addresses": addresses, "language": language, "then": then}


class TestInvite:
    def test_sends_a_link_in_the_chosen_language(
        self, client_of, coordinator, cohort, address, outbox
    ):
        client = client_of(coordinator)

        response = client.post(address, data=form("New@Example.org", language="ru"))

        assert response.status_code == 303
        (invitation,) = invitations()
        assert (invitation.email, invitation.language) == ("new@example.org", "ru")
        assert (invitation.cohort_id, invitation.invited_by_id) == (cohort.id, coordinator.id)
        assert "1 invitation is on its way." in text_of(client.get(address))
        (mail,) = outbox()
        assert mail.to == ["new@example.org"]
        assert "/invite/" in mail.body

    def test_shows_the_message_before_anything_is_sent(
        self, client_of, coordinator, cohort, address, outbox
    ):
        response = client_of(coordinator).post(
            address, data=form("a@example.org kk\nb@example.org, Dana <c@example.org>", "check")
        )

        page = text_of(response)
        assert response.status_code == 200
        assert "Nothing was sent yet. 3 invitations are ready." in page
        assert "Send 3 invitations" in page
        assert f"Invitation to {cohort.title}" in page
        assert "a@example.org (Қазақша)" in page
        assert "b@example.org (English)" in page
        assert f"Questions? Write to {coordinator.name}: {coordinator.email}" in page
        assert not invitations()
        assert outbox() == []

    def test_sends_nothing_twice_and_says_to_whom(
        self, client_of, coordinator, cohort, address, outbox
    ):
        person, _seat = make_learner(cohort)
        client = client_of(coordinator)
        client.post(address, data=form("invited@example.org"))
        pasted = f"invited@example.org\n{person.email}\nnew@example.org\nNEW@example.org\nnobody@x"

        checked = text_of(client.post(address, data=form(pasted, "check")))
        client.post(address, data=form(pasted))

        assert "invited@example.org Line 1 Has an invitation that works." in checked
        assert f"{person.email} Line 2 Is in the cohort already." in checked
        assert "NEW@example.org Line 4 This address stands in an earlier line already." in checked
        assert "nobody@x Line 5 An e-mail address looks like" in checked
        assert [one.email for one in invitations()] == ["invited@example.org", "new@example.org"]
        assert len(outbox()) == 2
        after = text_of(client.get(address))
        assert "1 invitation is on its way." in after
        assert f"{person.email}: Is in the cohort already." in after

    def test_says_of_many_left_out_what_a_cookie_can_hold(
        self, client_of, coordinator, cohort, address
    ):
        client = client_of(coordinator)
        nobody = "\n".join(sha256(bytes([number])).hexdigest() for number in range(200))

        response = client.post(address, data=form(f"new@example.org\n{'x' * 5000}\n{nobody}"))

        assert response.status_code == 303
        assert max(map(len, response.headers.getlist("Set-Cookie"))) < 4000
        after = text_of(client.get(address))
        assert "1 invitation is on its way." in after
        assert "and 191 more" in after

    def test_invites_as_many_as_there_are_places(
        self, client_of, coordinator, cohort, address, outbox
    ):
        cohort.seats = 2
        db.session.commit()

        client_of(coordinator).post(address, data=form("a@x.org b@x.org c@x.org"))

        assert [one.email for one in invitations()] == ["a@x.org", "b@x.org"]
        page = text_of(client_of(coordinator).get(address))
        assert "2 of 2 places are taken." in page

    @pytest.mark.parametrize("typed", ["", "nobody", "   "])
    def test_explains_what_is_no_address(self, client_of, coordinator, address, typed):
        response = client_of(coordinator).post(address, data=form(typed))

        assert response.status_code == 422
        assert not invitations()

    def test_keeps_what_was_typed(self, client_of, coordinator, address):
        response = client_of(coordinator).post(address, data=form("nobody", language="kk"))

        assert ">nobody</textarea>" in response.text.replace("\r\n", "")
        assert '<option selected value="kk">' in response.text

    def test_refuses_a_language_that_is_not_offered(self, client_of, coordinator, address):
        response = client_of(coordinator).post(address, data=form("a@x.org", language="xx"))

        assert response.status_code == 422
        assert not invitations()

    def test_asks_the_database_as_often_for_fifty_as_for_one(
        self, client_of, coordinator, address, count_queries
    ):
        client = client_of(coordinator)
        with count_queries() as few:
            client.post(address, data=form("a@example.org", "check"))
        with count_queries() as many:
            pasted = "\n".join(f"a{number}@example.org" for number in range(50))
            client.post(address, data=form(pasted, "check"))

        assert len(many) == len(few)

    def test_hides_cohorts_of_other_countries(self, client_of, coordinator):
        other = make_cohort("GE")

        response = client_of(coordinator).post(
            f"/delegations/ge/{other.slug}/invite", data=form("new@example.org")
        )

        assert response.status_code == 404
        assert not invitations()

    def test_refuses_learners(self, client_of, cohort, address):
        person, _seat = make_learner(cohort)

        response = client_of(person).post(address, data=form("new@example.org"))

        assert response.status_code == 403
        assert not invitations()


class TestOpenInvitations:
    def test_are_sent_again_with_one_press(self, client_of, coordinator, dashboard, address):
        client = client_of(coordinator)
        client.post(address, data=form("new@example.org", language="kk"))
        old = invitations()[0]
        old.expires_at = datetime.now(UTC) - timedelta(days=1)
        db.session.commit()
        assert "Expired" in text_of(client.get(address))

        client.post(f"{dashboard}/invitations/{old.id}/again")
        client.get(address)  # takes the flashed message away

        page = text_of(client.get(address)).partition("Open invitations")[2]
        assert page.count("new@example.org Қазақша") == 1
        assert "Expired" not in page
        assert invitations()[-1].language == "kk"

    def test_are_withdrawn_with_one_press(self, client_of, coordinator, dashboard, address):
        client = client_of(coordinator)
        client.post(address, data=form("new@example.org"))

        client.post(f"{dashboard}/invitations/{invitations()[0].id}/withdraw")

        assert invitations()[0].withdrawn_at is not None
        assert "new@example.org is withdrawn." in text_of(client.get(address))
        assert "Open invitations" not in text_of(client.get(address))

    def test_belong_to_the_cohort_in_the_address(
        self, client_of, coordinator, cohort, dashboard, address
    ):
        client_of(coordinator).post(address, data=form("new@example.org"))
        elsewhere = make_cohort("KZ")

        for action in ("again", "withdraw"):
            response = client_of(coordinator).post(
                f"/delegations/kz/{elsewhere.slug}/invitations/{invitations()[0].id}/{action}"
            )
            assert response.status_code == 404
        assert len(invitations()) == 1
        assert invitations()[0].withdrawn_at is None


class TestLinkToHandOver:
    def test_is_shown_once_and_listed_by_its_note(
        self, app, client_of, coordinator, dashboard, address
    ):
        client = client_of(coordinator)

        response = client.post(
            f"{dashboard}/links", data={"note": "Ministry of Health", "language": "ru"}
        )

        path = response.text.partition("http://localhost")[2].partition("?lang=ru")[0]
        assert app.test_client().get(path).status_code == 200
        assert "<svg" in response.text
        page = client.get(address).text
        assert "Ministry of Health" in page
        assert path not in page

    def test_is_withdrawn_with_one_press(self, app, client_of, coordinator, dashboard):
        client = client_of(coordinator)
        response = client.post(f"{dashboard}/links", data={"note": "", "language": "en"})
        path = response.text.partition("http://localhost")[2].partition("?lang=en")[0]

        client.post(f"{dashboard}/invitations/{invitations()[0].id}/withdraw")

        assert "does not work any more" in app.test_client().get(path).text

    def test_needs_a_free_place(self, client_of, coordinator, cohort, dashboard):
        cohort.seats = 1
        db.session.commit()
        make_learner(cohort)

        response = client_of(coordinator).post(
            f"{dashboard}/links", data={"note": "", "language": "en"}
        )

        assert response.status_code == 422
        assert "All places of this cohort are taken." in text_of(response)
        assert not invitations()

    def test_is_renewed_with_one_press_when_its_holder_asks(
        self, app, client_of, coordinator, dashboard, address
    ):
        client = client_of(coordinator)
        response = client.post(f"{dashboard}/links", data={"note": "", "language": "en"})
        path = response.text.partition("http://localhost")[2].partition("?lang=en")[0]
        link = invitations()[0]
        link.expires_at = datetime.now(UTC) - timedelta(days=1)
        db.session.commit()
        app.test_client().post(f"{path}/renew")
        assert "Whoever has it asked on" in text_of(client.get(address))

        client.post(f"{dashboard}/invitations/{link.id}/again")

        assert invitations()[0].renewal_asked_at is None
        assert "Send me the link" in app.test_client().get(path).text
