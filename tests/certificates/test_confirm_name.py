"""Certificates that wait only for the name."""

from lms.extensions import db
from tests.certificates.conftest import ETHIOPIC, certificates, revoke
from tests.factories import make_cohort
from tests.pages import text_of


class TestConfirmName:
    def test_issues_at_once_what_waited_for_it(self, finisher_in):
        learner = finisher_in(is_confirmed=False)

        response = learner.confirm_name()

        assert response.status_code == 303
        (certificate,) = certificates()
        assert certificate.facts["name_latin"] == "Aigul Sarsenbayeva"
        assert certificate.issued_by_id is None
        assert certificate.number in learner.open_certificate().text

    def test_issues_once_the_letter_is_gone(self, finisher_in):
        learner = finisher_in(given_name=ETHIOPIC)

        learner.confirm_name(given="Айгүл", family="Сәрсенбаева")

        (certificate,) = certificates()
        assert certificate.facts["name_native"] == "Айгүл Сәрсенбаева"

    def test_issues_nothing_to_somebody_in_the_middle_of_the_course(self, learner_in):
        learner = learner_in(is_confirmed=False)

        learner.confirm_name()

        assert certificates() == []

    def test_issues_nothing_where_an_officer_looks_first(self, officers_issue, finisher_in):
        learner = finisher_in(is_confirmed=False)

        learner.confirm_name()

        assert certificates() == []

    def test_is_frozen_once_a_certificate_prints_it(self, holder):
        before = dict(holder.certificate.facts)

        response = holder.confirm_name(given="Another", family="Name")

        assert response.status_code == 409
        assert "Your name stands on a certificate" in text_of(response)
        (certificate,) = certificates()
        assert certificate.facts == before
        db.session.refresh(holder.person)
        assert holder.person.given_name == "Айгүл"
        for path in ("/account/name", "/welcome/name"):
            assert holder.client.get(path).location == "/account/name/change"
        assert "Ask for a change of name" in text_of(holder.client.get("/account"))

    def test_does_not_bring_back_what_was_revoked(self, holder, officer):
        form = {"reason": "issued_in_error", "note": "The identity was not checked."}
        revoke(holder.certificate.number, form)

        holder.confirm_name()

        (certificate,) = certificates()
        assert certificate.is_revoked


class TestUnprintableName:
    def test_waits_and_names_the_letter_to_the_learner(self, finisher_in):
        learner = finisher_in(given_name=ETHIOPIC)

        page = text_of(learner.open_certificate())

        assert certificates() == []
        assert "You are eligible; your certificate waits for the name." in page
        assert "አ (ETHIOPIC SYLLABLE GLOTTAL A), በ (ETHIOPIC SYLLABLE BA)" in page
        assert "Correct your name" in page

    def test_waits_and_names_the_letter_to_the_officer(self, finisher_in, officer):
        learner = finisher_in(given_name=ETHIOPIC)

        page = text_of(officer.get("/certificates/eligible?tab=not-yet"))

        assert learner.person.name_latin in page
        assert "The name has letters that no font can print: አ (ETHIOPIC" in page
        assert "Whoever gets it, under Account" in page

    def test_waits_when_it_is_too_long_for_the_page(self, finisher_in, officer):
        learner = finisher_in(given_name_latin="W" * 95, family_name_latin="W" * 95)

        assert certificates() == []
        assert "The name is too long for the page." in text_of(learner.open_certificate())
        assert "too long to be printed" in text_of(
            officer.get("/certificates/eligible?tab=not-yet")
        )

    def test_tells_apart_what_only_an_administrator_can_change(self, finisher_in, officer):
        cohort = make_cohort("KZ")
        cohort.programme.title = f"Study visits {ETHIOPIC}"
        db.session.commit()
        learner = finisher_in(cohort=cohort)

        page = text_of(learner.open_certificate())

        assert certificates() == []
        assert "You have done everything, but the certificate cannot be printed yet." in page
        assert "An administrator has to change it" in page
        line = text_of(officer.get("/certificates/eligible?tab=not-yet"))
        assert "The title of the course, the cohort or the programme cannot be printed" in line
        assert line.endswith("An administrator")
