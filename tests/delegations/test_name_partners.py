from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select

from lms.certificates.drawing import from_json
from lms.certificates.jobs import draw_certificate
from lms.certificates.models import CertificateFile
from lms.certificates.queries import certificate_of
from lms.cohorts.models import Logo, Partner
from lms.cohorts.services import remove_partner
from lms.extensions import db
from lms.lib.pdf_text import text_of as text_of_pdf
from tests.factories import (
    complete,
    make_cohort,
    make_institution,
    make_learner,
    make_partner,
    make_staff,
    picture,
)
from tests.pages import text_of

MOIS = "Ministry of the Interior and Safety"


@pytest.fixture
def programme(app):
    return make_cohort("KZ").programme


@pytest.fixture
def client(client_of, programme):
    return client_of(make_staff("coordinator", "programme", programme.slug))


@pytest.fixture
def address(programme):
    return f"/programmes/{programme.slug}/partners"


def partners() -> list[Partner]:
    return list(db.session.scalars(select(Partner).order_by(Partner.position)).unique())


class TestNamePartner:
    def test_finds_a_body_and_names_it(self, client, address):
        institution = make_institution(MOIS, country="KR")

        found = client.get(f"{address}?search=interior and safety")
        response = client.post(address, data={"institution_id": institution.id, "role": "funder"})

        assert MOIS in text_of(found)
        assert response.status_code == 303
        (partner,) = partners()
        assert (partner.institution_id, partner.role) == (institution.id, "funder")
        assert MOIS in text_of(client.get(address))

    def test_says_when_nothing_is_found(self, client, address):
        assert "No institution has this name" in text_of(client.get(f"{address}?search=nothing"))

    def test_asks_for_a_choice(self, client, address):
        response = client.post(address, data={"role": "funder"})

        assert response.status_code == 422
        assert "Choose an institution" in text_of(response)

    def test_names_no_body_twice_in_one_part(self, client, address, programme):
        partner = make_partner(programme, MOIS)

        data = {"institution_id": partner.institution_id, "role": "funder"}
        response = client.post(address, data=data)

        assert response.status_code == 422
        assert "in the list already" in text_of(response)

    def test_refuses_names_that_certificates_cannot_print(self, client, address):
        institution = make_institution("ኢትዮጵያ", country="KR")

        data = {"institution_id": institution.id, "role": "funder"}
        response = client.post(address, data=data)

        assert response.status_code == 422
        assert "Certificates cannot print" in text_of(response)
        assert not partners()

    def test_refuses_more_names_than_certificates_have_room_for(self, client, address):
        ids = [make_institution("Ministry of " + "everything " * 16).id for _number in range(4)]

        answers = [
            client.post(address, data={"institution_id": number, "role": "partner"})
            for number in ids
        ]

        assert answers[-1].status_code == 422
        assert "have no room" in text_of(answers[-1])
        assert len(partners()) < 4

    def test_answers_an_unknown_body_like_a_missing_page(self, client, address):
        data = {"institution_id": 999_999, "role": "funder"}

        assert client.post(address, data=data).status_code == 404


class TestOrderOfPartners:
    def test_moves_one_up(self, client, address, programme):
        make_partner(programme, "First")
        second = make_partner(programme, "Second")

        response = client.post(f"{address}/{second.id}/up")

        assert response.status_code == 303
        db.session.expire_all()
        assert [one.institution.name for one in partners()] == ["Second", "First"]

    def test_leaves_the_first_where_it_is(self, client, address, programme):
        first = make_partner(programme, "First")

        assert client.post(f"{address}/{first.id}/up").status_code == 303
        assert partners() == [first]


class TestLogo:
    def test_is_drawn_anew_and_served_to_everybody(self, client, address, programme, app):
        partner = make_partner(programme, MOIS)
        data = {"logo": (BytesIO(picture((1200, 400), "JPEG", "red")), "logo.jpg")}

        response = client.post(f"{address}/{partner.id}/logo", data=data)

        assert response.status_code == 303
        db.session.refresh(partner)
        assert (partner.logo.width, partner.logo.height) == (600, 200)
        shown = app.test_client().get(f"/programmes/logos/{partner.logo_sha256}.png")
        assert shown.data.startswith(b"\x89PNG")
        assert shown.headers["Content-Type"] == "image/png"
        assert "immutable" in shown.headers["Cache-Control"]
        assert "Set-Cookie" not in shown.headers
        assert f'alt="{MOIS}"' in client.get(address).text

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"<svg/>", "no PNG, JPEG or WebP"),
            (b"", "Choose a picture"),
            (picture((7000, 6000)), "more than 40 million pixels"),
        ],
    )
    def test_explains_what_is_no_logo(self, client, address, programme, content, words):
        partner = make_partner(programme)
        before = partner.logo_sha256

        response = client.post(
            f"{address}/{partner.id}/logo",
            data={"logo": (BytesIO(content), "logo.png" if content else "")},
        )

        assert response.status_code == 422
        assert words in text_of(response)
        db.session.refresh(partner)
        assert partner.logo_sha256 == before

    def test_can_be_removed(self, client, address, programme):
        partner = make_partner(programme)

        client.post(f"{address}/{partner.id}/logo/remove")

        db.session.refresh(partner)
        assert partner.logo_sha256 is None

    def test_of_another_programme_is_not_there(self, client, address):
        other = make_partner(make_cohort("KZ").programme)

        response = client.post(
            f"{address}/{other.id}/logo", data={"logo": (BytesIO(picture()), "logo.png")}
        )

        assert response.status_code == 404

    def test_that_is_unknown_is_not_there(self, client):
        assert client.get(f"/programmes/logos/{'0' * 64}.png").status_code == 404


class TestCredits:
    def test_stand_on_the_learners_pages_and_change_with_the_programme(
        self, client_of, client, address
    ):
        cohort = make_cohort("KZ")
        partner = make_partner(cohort.programme, MOIS)
        person, seat = make_learner(cohort)
        learner = client_of(person)
        pages = ("/learn", f"/learn/{seat.cohort_slug}/{seat.course_slug}")

        for page in pages:
            shown = learner.get(page)
            assert f"Funded by {MOIS}." in text_of(shown)
            assert partner.logo_sha256 in shown.text

        remove_partner(cohort.programme, partner)
        db.session.commit()
        for page in pages:
            assert MOIS not in text_of(learner.get(page))

    def test_follow_a_body_that_is_renamed(self, client_of):
        cohort = make_cohort("KZ")
        partner = make_partner(cohort.programme, MOIS)
        person, _seat = make_learner(cohort)
        learner = client_of(person)
        learner.get("/learn")

        partner.institution.names[0].name = "Ministry of Interior and Safety"
        db.session.commit()

        assert "Funded by Ministry of Interior and Safety." in text_of(learner.get("/learn"))

    def test_stand_on_the_delegations_page(self, client_of):
        cohort = make_cohort("KZ")
        make_partner(cohort.programme, MOIS, "partner")
        coordinator = make_staff("coordinator", "country", "KZ")

        page = client_of(coordinator).get(f"/delegations/kz/{cohort.slug}")

        assert f"With {MOIS}." in text_of(page)

    def test_are_frozen_in_certificates_and_shown_to_who_checks_them(self, app, client_of):
        cohort = make_cohort("KZ")
        cohort.programme.credit_line = "Made possible by the people of Korea."
        partner = make_partner(cohort.programme, MOIS)
        _person, seat = make_learner(cohort)
        complete(seat)
        certificate = certificate_of(seat.enrolment_id)
        remove_partner(cohort.programme, partner)
        db.session.commit()

        page = app.test_client().get(f"/v/{certificate.number}", follow_redirects=True)

        assert certificate.facts["funders"] == [MOIS]
        assert f"Funded by {MOIS}" in text_of(page)
        assert "Made possible by the people of Korea." in text_of(page)
        facts = from_json(certificate.facts)
        draw_certificate(certificate.id)
        drawn = db.session.get_one(CertificateFile, certificate.id).pdf
        assert f"Funded by {MOIS}" in " ".join(text_of_pdf(drawn).split())
        assert db.session.scalars(select(Logo)).one().sha256 == facts.logos[0][0]
