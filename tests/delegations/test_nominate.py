from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.cohorts.models import Nomination
from lms.extensions import db
from tests.factories import make_cohort, make_intake, make_learner, make_nomination
from tests.pages import text_of

PERSON = {
    "given_name": "Dana",
    "family_name": "Demo",
    "email": "Dana@Example.org",
    "institution": "Ministry of Nothing Known",
    "post": "Adviser",
    "language": "kk",
}


@pytest.fixture
def address(dashboard):
    return f"{dashboard}/nominations"


def nominations() -> list[Nomination]:
    return list(db.session.scalars(select(Nomination).order_by(Nomination.id)))


class TestNominate:
    def test_keeps_what_was_written_and_tells_the_nominee(
        self, client_of, coordinator, address, outbox
    ):
        client = client_of(coordinator)

        response = client.post(f"{address}/new", data=PERSON)

        assert response.status_code == 303
        (made,) = nominations()
        assert (made.name, made.email, made.language) == ("Dana Demo", "dana@example.org", "kk")
        assert (made.institution_id, made.institution_name) == (None, "Ministry of Nothing Known")
        assert made.nominated_by_id == coordinator.id
        page = text_of(client.get(address))
        assert "Dana Demo is nominated" in page
        assert "Ministry of Nothing Known Adviser" in page
        (mail,) = outbox()
        assert mail.to == ["dana@example.org"]
        assert coordinator.email in mail.body

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("given_name", "", "Write the name."),
            ("email", "nobody", "An e-mail address looks like"),
            ("language", "xx", "Not a valid choice"),
        ],
    )
    def test_explains_what_is_missing(
        self, client_of, coordinator, address, field, value, words, outbox
    ):
        response = client_of(coordinator).post(f"{address}/new", data={**PERSON, field: value})

        assert response.status_code == 422
        assert words in text_of(response)
        assert 'value="Demo"' in response.text
        assert not nominations()
        assert outbox() == []

    def test_refuses_whoever_is_in_or_nominated(self, client_of, coordinator, cohort, address):
        person, _seat = make_learner(cohort)
        client = client_of(coordinator)
        client.post(f"{address}/new", data=PERSON)

        again = client.post(f"{address}/new", data=PERSON)
        inside = client.post(f"{address}/new", data={**PERSON, "email": person.email})

        assert again.status_code == inside.status_code == 422
        assert "This person is nominated already." in text_of(again)
        assert "This person is in the cohort already." in text_of(inside)
        assert len(nominations()) == 1

    def test_ends_with_the_round(self, client_of, coordinator, cohort, address):
        make_intake(cohort, nominations_close_at=datetime.now(UTC) - timedelta(minutes=1))
        client = client_of(coordinator)

        response = client.post(f"{address}/new", data=PERSON)

        assert response.status_code == 409
        assert "Nominations for this round are closed." in response.text
        assert "Nominations closed on" in text_of(client.get(address))
        assert not nominations()

    def test_hides_other_countries(self, client_of, coordinator):
        other = make_cohort("GE")

        response = client_of(coordinator).post(
            f"/delegations/ge/{other.slug}/nominations/new", data=PERSON
        )

        assert response.status_code == 404
        assert not nominations()


class TestPasteNominations:
    def test_nominates_everybody_of_a_list(self, client_of, coordinator, address, outbox):
        lines = (
            "Aigul Sarsenbayeva; aigul@x.org; Ministry, of Health; Head of unit; ru\n\n"
            "Dana\tdana@x.org\n"
            "Yerlan Otegulov, yerlan@x.org"
        )

        response = client_of(coordinator).post(
            f"{address}/paste", data={"lines": lines, "language": "kk"}
        )

        assert response.status_code == 303
        assert [(one.name, one.email, one.language) for one in nominations()] == [
            ("Aigul Sarsenbayeva", "aigul@x.org", "ru"),
            ("Dana", "dana@x.org", "kk"),
            ("Yerlan Otegulov", "yerlan@x.org", "kk"),
        ]
        assert nominations()[0].institution_name == "Ministry, of Health"
        assert len(outbox()) == 3

    def test_nominates_nobody_when_a_line_has_a_fault(
        self, client_of, coordinator, cohort, address, outbox
    ):
        known = make_nomination(cohort, coordinator)
        db.session.commit()
        lines = (
            f"Good Person; good@x.org\nNo Address\nTwice; good@x.org\nKnown; {known.email}\n"
            "Dana; dana@x.org; ; ; xx\nA; b; c@x.org"
        )

        response = client_of(coordinator).post(
            f"{address}/paste", data={"lines": lines, "language": "en"}
        )

        assert response.status_code == 422
        page = text_of(response)
        assert "5 lines cannot be taken; nobody was nominated yet." in page
        assert "Line 2 No Address There is no e-mail address in it." in page
        assert "Line 3 Twice; good@x.org This address stands in an earlier line already." in page
        assert "This person is nominated already." in page
        assert "The last part is no language code" in page
        assert "The e-mail address has to be the second part" in page
        assert "Good Person; good@x.org" in response.text  # in the field, as it was pasted
        assert nominations() == [known]


class TestNominationPages:
    def test_list_each_state_under_its_tab(self, client_of, coordinator, cohort, address):
        made = make_nomination(cohort, coordinator)
        made.withdrawn_at = datetime.now(UTC)
        other = make_nomination(cohort, coordinator)
        db.session.commit()
        client = client_of(coordinator)

        first, withdrawn = (client.get(f"{address}?tab={tab}") for tab in ("", "withdrawn"))

        assert other.email in first.text
        assert made.email not in first.text
        assert made.email in withdrawn.text

    def test_cost_as_many_statements_for_many_as_for_few(
        self, client_of, coordinator, cohort, address, count_queries
    ):
        client = client_of(coordinator)
        make_nomination(cohort, coordinator)
        with count_queries() as few:
            client.get(address)
        for _number in range(20):
            make_nomination(cohort, coordinator)
        with count_queries() as many:
            client.get(address)

        assert len(many) == len(few) <= 12

    def test_belong_to_the_cohort_in_the_address(self, client_of, coordinator, cohort):
        made = make_nomination(cohort, coordinator)
        elsewhere = make_cohort("KZ")
        client = client_of(coordinator)

        shown = client.get(f"/delegations/kz/{elsewhere.slug}/nominations/{made.id}")
        withdrawn = client.post(f"/delegations/kz/{elsewhere.slug}/nominations/{made.id}/withdraw")

        assert shown.status_code == withdrawn.status_code == 404
        db.session.refresh(made)
        assert made.withdrawn_at is None

    def test_keep_a_reason_that_is_too_long_for_whoever_wrote_it(
        self, client_of, coordinator, cohort
    ):
        made = make_nomination(cohort, coordinator)
        reason = f"{'because ' * 63}of this."

        response = client_of(coordinator).post(
            f"/delegations/kz/{cohort.slug}/nominations/{made.id}/withdraw", data={"reason": reason}
        )

        assert response.status_code == 422
        assert reason in response.text
        db.session.refresh(made)
        assert made.withdrawn_at is None
