from __future__ import annotations

import csv
import io
import math

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.audit.services import verify
from lms.courses.models import CourseItem
from lms.courses.queries import forget_cached
from lms.extensions import db
from lms.quizzes.models import Attempt
from tests.authoring.results import make_enrolments, make_results
from tests.factories import FINAL, FIRST_QUIZ, change_quiz, make_staff
from tests.pages import text_of

ANALYSIS = f"/teach/digital-id/analysis/{FIRST_QUIZ}"
FAIRNESS = f"/teach/digital-id/fairness/{FIRST_QUIZ}"
GAIN = f"/teach/digital-id/gain/{FIRST_QUIZ}"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def results(app) -> None:
    change_quiz(gain={"post": FINAL, "objectives": ["registration"]})
    make_results(make_enrolments(40), languages=("en", "ru"))


def read_csv(response) -> list[list[str]]:
    return list(
        csv.reader(io.StringIO(response.data.decode("utf-8-sig"), newline=""), delimiter=";")
    )


def exports() -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).filter_by(action="export")))


@pytest.mark.usefixtures("results")
class TestExportAnalysis:
    @pytest.mark.parametrize("address", [ANALYSIS, FAIRNESS, GAIN])
    @pytest.mark.parametrize(("kind", "media_type"), [("csv", "text/csv"), ("xlsx", XLSX)])
    def test_gives_a_file_to_keep(self, instructor, address, kind, media_type):
        response = instructor.get(f"{address}?format={kind}")

        assert response.status_code == 200
        assert response.mimetype == media_type
        name = response.headers["Content-Disposition"]
        assert name.startswith('attachment; filename="digital-id-who-says-so-check-')
        assert name.endswith(f'.{kind}"')

    def test_says_the_same_as_the_page_in_its_order(self, instructor):
        page = text_of(instructor.get(f"{ANALYSIS}?sort=-answers"))

        header, *rows = read_csv(instructor.get(f"{ANALYSIS}?sort=-answers&format=csv"))

        places = [page.index(f" {row[1]} {row[4]} ") for row in rows]
        assert header[:6] == [
            "Question",
            "Bank and item",
            "Revision",
            "Type",
            "Answers",
            "Right, %",
        ]
        assert places == sorted(places)
        for row in (row for row in rows if row[5]):
            # The page has whole percent, the file a tenth: 45.45 is 45 on the one and 45.5 in the other.
            whole = {math.floor(float(row[5])), math.ceil(float(row[5]))}
            assert any(f"{row[4]} {percent} %" in page for percent in whole)

    def test_keeps_numbers_as_numbers_and_says_what_it_shows(self, instructor):
        book = load_workbook(io.BytesIO(instructor.get(f"{ANALYSIS}?format=xlsx&sort=rest").data))

        table, about = book.worksheets
        assert {cell.data_type for cell in table["E"][1:]} == {"n"}
        facts = {row[0].value: row[1].value for row in about.rows}
        assert facts["Quiz"] == "Check your understanding"
        assert facts["Sorted by"] == "rest"
        assert facts["As of"].endswith("UTC")

    def test_hides_what_the_page_hides(self, instructor):
        make_results(make_enrolments(9), FINAL)

        _header, *rows = read_csv(instructor.get(f"/teach/digital-id/analysis/{FINAL}?format=csv"))

        assert rows
        assert all(row[5:9] == [""] * 4 for row in rows)

    def test_gives_the_answers_to_one_question(self, instructor):
        key = db.session.scalars(select(Attempt)).first().item_keys[0]

        header, *rows = read_csv(instructor.get(f"{ANALYSIS}/{key}/1?format=csv"))

        assert header[:5] == ["Option", "Answer given", "Right", "Answers", "All, %"]
        assert rows

    def test_is_noted_with_the_number_of_rows(self, instructor):
        _header, *rows = read_csv(instructor.get(f"{ANALYSIS}?format=csv"))

        [event] = exports()
        assert (event.object_type, event.object_id) == ("course", "digital-id")
        assert event.details == {
            "quiz": FIRST_QUIZ, "table": "questions", "format": "csv", "rows": len(rows),
        }  # fmt: skip
        assert verify() is None

    def test_is_not_noted_when_only_the_page_is_read(self, instructor):
        for address in (ANALYSIS, FAIRNESS, GAIN):
            instructor.get(address)

        assert exports() == []

    def test_never_opens_words_of_a_course_as_a_formula(self, instructor):
        item = db.session.scalars(select(CourseItem).filter_by(bank="who-says-so")).first()
        item.texts = {"en": {**item.texts["en"], "prompt": '=HYPERLINK("https://evil.example")'}}
        db.session.commit()
        forget_cached()

        rows = read_csv(instructor.get(f"{ANALYSIS}?format=csv"))

        assert [row[0] for row in rows if "HYPERLINK" in row[0]] == [
            '\'=HYPERLINK("https://evil.example")'
        ]

    def test_knows_no_other_format(self, instructor):
        assert instructor.get(f"{ANALYSIS}?format=pdf").status_code == 404

    def test_is_not_for_other_courses(self, client_of):
        stranger = client_of(make_staff("instructor", "course", "another"))

        assert stranger.get(f"{ANALYSIS}?format=csv").status_code == 404
        assert exports() == []
