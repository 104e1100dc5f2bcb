import hashlib

import pytest

from lms.certificates.jobs import draw_certificate
from lms.extensions import db
from lms.jobs.services import run_due
from tests.certificates.conftest import files, pdf_text, revoke
from tests.factories import enrolment_of, make_staff
from tests.pages import text_of


@pytest.fixture
def drawn(holder):
    run_due()
    return holder


def download(client, holder):
    return client.get(f"/certificates/{holder.certificate.number}.pdf")


class TestDownloadCertificate:
    def test_gives_the_holder_the_pdf_under_its_number(self, drawn):
        response = download(drawn.client, drawn)

        assert response.status_code == 200
        assert response.mimetype == "application/pdf"
        number = drawn.certificate.number
        assert f'attachment; filename="{number}.pdf"' in response.headers["Content-Disposition"]
        assert response.headers["Cache-Control"] == "no-store"
        text = pdf_text(response.data)
        assert number in text
        assert drawn.person.name_latin in text
        assert drawn.person.name_native in text

    @pytest.mark.parametrize("role", ["coordinator", "officer"])
    def test_is_open_to_the_countrys_staff_alone(self, drawn, client_of, role):
        own = client_of(make_staff(role, "country", "KZ"))
        other = client_of(make_staff(role, "country", "GE", country="GE"))

        assert download(own, drawn).status_code == 200
        assert download(other, drawn).status_code == 404

    def test_is_open_to_the_cohorts_own_coordinator(self, drawn, client_of):
        own = client_of(make_staff("coordinator", "cohort", drawn.seat.cohort_slug))
        other = client_of(make_staff("coordinator", "cohort", "another-cohort"))

        assert download(own, drawn).status_code == 200
        assert download(other, drawn).status_code == 404

    @pytest.mark.parametrize("role", ["instructor", "administrator", "auditor"])
    def test_is_closed_to_other_roles(self, drawn, client_of, role):
        scope = ("course", "digital-id") if role == "instructor" else ("all", "")

        assert download(client_of(make_staff(role, *scope)), drawn).status_code == 404

    def test_is_closed_to_another_learner_of_the_cohort(self, drawn, learner_in):
        other = learner_in(cohort=enrolment_of(drawn.seat).cohort)

        assert download(other.client, drawn).status_code == 404

    def test_asks_a_stranger_to_sign_in(self, drawn, client):
        response = download(client, drawn)

        assert response.status_code == 303
        assert response.location.startswith("/sign-in?")

    def test_says_that_it_is_in_preparation_and_reloads_nothing_by_itself(self, holder):
        response = download(holder.client, holder)

        assert response.status_code == 202
        page = text_of(response)
        assert "The PDF is in preparation" in page
        assert "You get an e-mail; there is nothing to do." in page
        assert f'href="/certificates/{holder.certificate.number}.pdf"' in response.text
        assert "http-equiv" not in response.text
        assert "Refresh" not in response.headers

    def test_shows_its_size_on_the_learners_page(self, drawn):
        (file,) = files()

        page = text_of(drawn.open_certificate())

        assert f"Download PDF {-(-file.size_bytes // 1000)} KB" in page

    def test_shows_on_the_learners_page_that_it_is_in_preparation(self, holder):
        response = holder.open_certificate()

        page = text_of(response)
        assert "The PDF is in preparation" in page
        assert "Refresh" in page
        assert "Download PDF" not in page
        assert "http-equiv" not in response.text


class TestDrawCertificate:
    def test_keeps_bytes_hash_and_size(self, drawn):
        (file,) = files()

        assert file.certificate_id == drawn.certificate.id
        assert file.sha256 == hashlib.sha256(file.pdf).hexdigest()
        assert file.size_bytes == len(file.pdf)
        assert download(drawn.client, drawn).data == file.pdf

    def test_never_changes_the_bytes_when_it_runs_again(self, drawn):
        before = [(file.sha256, file.pdf, file.drawn_at) for file in files()]
        drawn.confirm_name(given="Another", family="Name")

        draw_certificate(drawn.certificate.id)
        db.session.commit()

        assert [(file.sha256, file.pdf, file.drawn_at) for file in files()] == before

    def test_draws_what_was_frozen_at_the_issue(self, holder):
        name = holder.person.name_latin
        holder.confirm_name(given="Another", family="Name")

        run_due()

        assert name in pdf_text(files()[0].pdf)

    def test_is_unchanged_by_a_revocation(self, drawn, officer):
        before = download(drawn.client, drawn).data
        form = {"reason": "wrong_person", "note": "Two people have the same name."}

        revoke(drawn.certificate.number, form)
        run_due()

        assert download(drawn.client, drawn).data == before
