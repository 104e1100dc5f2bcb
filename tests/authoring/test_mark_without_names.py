from __future__ import annotations

import pytest

from tests.authoring.marking import QUEUE, hand_in
from tests.factories import make_learner
from tests.pages import text_of
from tests.quizzes.uploads import PDF


class TestAnonymous:
    @pytest.fixture
    def paper(self, client_of):
        person = make_learner(given_name="Әсел", family_name_latin="Kenzhebekova")
        return hand_in(client_of, with_file=True, person=person, marking={"anonymous": True})

    @pytest.mark.parametrize("number", [1, 3])
    def test_shows_nothing_of_the_learner(self, paper, instructor, number):
        traces = (
            "Әсел", "Kenzhebekova", paper.person.email, paper.seat.cohort_title,
            paper.seat.cohort_slug, "Kazakhstan", "Aigul plan",
        )  # fmt: skip

        for address in (QUEUE, paper.url(number)):
            page = instructor.get(address)
            assert f"ttempt no. {paper.attempt.id}" in text_of(page)
            assert not any(trace in page.text for trace in traces)

    def test_has_no_other_page_that_names_who_is_not_marked_yet(self, paper, instructor):
        attempts = QUEUE.replace("/marking/", "/attempts/")

        for address in (attempts, f"{attempts}/{paper.attempt.id}"):
            page = instructor.get(address)
            assert "Anonymous until marked" in page.text
            assert "Kenzhebekova" not in page.text

    def test_gives_the_file_without_the_name_it_had(self, paper, instructor):
        response = instructor.get(f"{paper.url(3)}/file")

        assert response.data == PDF
        name = f"filename={paper.attempt.id}-3.pdf"
        assert response.headers["Content-Disposition"] == f"attachment; {name}"
