from __future__ import annotations

import base64
import re
from io import BytesIO

import pytest
from PIL import Image

from lms.accounts.models import Person
from lms.certificates import drawing
from lms.certificates.models import CertificateFile
from lms.certificates.views.previews import LIMIT
from lms.extensions import db
from lms.jobs.models import Job
from lms.lib import numbers, pdf_text
from lms.lib.pdf import RenderingFailed
from tests.certificates.conftest import certificates
from tests.factories import make_cohort, make_signatory, make_staff
from tests.pages import text_of

LONG = "Әбдіғаппар Қожахметов-Сәрсенбаев"


def pictures(page):
    found = re.findall(r"data:image/png;base64,([^\"]+)", page.text)
    return [Image.open(BytesIO(base64.b64decode(png))) for png in found]


@pytest.mark.usefixtures("officers_issue")
class TestPreview:
    def test_shows_the_longest_name_and_every_script_as_they_will_be_issued(
        self, officer, finisher_in
    ):
        cohort = make_cohort("KZ")
        signatory = make_signatory(cohort.programme, "Kim Min-jung")
        people = [finisher_in("KZ", cohort=cohort) for _number in "123"]
        for learner, name in zip(people, ("Нұр Ян", LONG, "გიორგი ჭავჭავაძე"), strict=True):
            person = db.session.get_one(Person, learner.person.id)
            person.given_name, person.family_name = name.split()
        db.session.commit()
        jobs = db.session.query(Job).count()
        chosen = "&".join(f"occasion=enrolment:{one.seat.enrolment_id}" for one in people)
        address = f"?layout=completion-portrait&language=kk&signatory={signatory.id}&{chosen}"

        page = officer.get(f"/certificates/preview{address}")

        assert page.status_code == 200
        headings = re.findall(r"<h2[^>]*>\s*(.*?)\s*</h2>", page.text, re.DOTALL)
        assert headings[:1] == [LONG]
        assert "გიორგი ჭავჭავაძე" in headings
        assert len(headings) == 5
        assert text_of(page).count("An invented name") == 3
        assert {picture.size for picture in pictures(page)} == {(900, 1273)}
        pdf = officer.get(f"/certificates/preview.pdf{address}&page=1")
        text = "".join(pdf_text.text_of(pdf.data).split())
        for line in (LONG, "Certificate of completion", "Kim Min-jung", "Preview", "Курсты"):
            assert "".join(line.split()) in text
        number = re.search(r"KZ-\d{4}-PREVIEW", text)[0]
        assert numbers.fault(number) is not None
        assert officer.get(f"/certificates/preview.pdf{address}&page=6").status_code == 404
        assert certificates() == []
        assert db.session.query(CertificateFile).count() == 0
        assert db.session.query(Job).count() == jobs

    def test_says_what_cannot_be_printed(self, officer, finisher_in):
        learner = finisher_in("KZ")
        db.session.get_one(Person, learner.person.id).family_name = "አበበ"
        db.session.commit()

        page = officer.get(f"/certificates/preview?occasion=enrolment:{learner.seat.enrolment_id}")

        assert "Certificates cannot print: አ (ETHIOPIC SYLLABLE GLOTTAL A)" in text_of(page)
        assert len(pictures(page)) == 4

    def test_shows_no_foreign_person_programme_or_signatory(self, stranger, finisher_in):
        cohort = make_cohort("KZ")
        signatory = make_signatory(cohort.programme)
        foreign = finisher_in("KZ", cohort=cohort)
        address = "/certificates/preview"

        for query in (
            f"occasion=enrolment:{foreign.seat.enrolment_id}",
            "occasion=enrolment:999999",
            f"programme={cohort.programme.slug}",
        ):
            assert stranger.get(f"{address}?{query}").status_code == 404
        page = stranger.get(f"{address}?signatory={signatory.id}&layout=thanks")
        assert "Lee Seo-yeon" not in page.text
        assert "Not a valid choice" in text_of(page)


class TestPreviewOfAProgramme:
    def test_is_there_for_administrators_with_its_signatory(self, client_of):
        client = client_of(make_staff("administrator"))
        cohort = make_cohort("KZ")
        make_signatory(cohort.programme)
        query = f"programme={cohort.programme.slug}&layout=thanks"

        page = client.get(f"/certificates/preview?{query}")
        pdf = client.get(f"/certificates/preview.pdf?{query}&page=5")

        assert len(pictures(page)) == 5
        text = "".join(pdf_text.text_of(pdf.data).split())
        assert "LeeSeo-yeon" in text
        assert "감사장" in text
        assert "hoursofstudy" not in text

    def test_is_limited_for_each_person(self, client_of):
        client = client_of(make_staff("administrator"))

        answers = [
            client.get("/certificates/preview.pdf?page=99").status_code for _number in range(11)
        ]

        assert LIMIT == "10 per minute"
        assert answers == [404] * 10 + [429]

    def test_says_when_a_page_takes_too_long(self, client_of, monkeypatch):
        def take_too_long(*_arguments, **_named):
            raise RenderingFailed

        monkeypatch.setattr(drawing, "draw", take_too_long)

        response = client_of(make_staff("administrator")).get("/certificates/preview")

        assert response.status_code == 503
        assert "could not be drawn in time" in text_of(response)
