from __future__ import annotations

import pytest

from tests.factories import FIRST_QUIZ, make_learner, make_staff, start


@pytest.mark.parametrize("number", [2**31, 2**63, 2**70])
class TestNumberThatNoColumnHolds:
    """Nothing can have such an id, so there is nothing to find, and nothing to fail."""

    @pytest.mark.parametrize("page", ["{}/1", "1/{}", "{}/clock", "{}/result", "1/{}/file"])
    def test_leads_to_no_attempt(self, client_of, number, page):
        person, seat = make_learner()
        start(seat)
        quiz = f"/learn/{seat.cohort_slug}/{seat.course_slug}/{FIRST_QUIZ}"

        response = client_of(person).get(f"{quiz}/attempt/{page.format(number)}")

        assert response.status_code == 404

    def test_leads_to_no_answer_to_mark(self, client_of, number):
        instructor = client_of(make_staff("instructor", "course", "digital-id"))

        response = instructor.get(f"/teach/digital-id/marking/{FIRST_QUIZ}/{number}/core/issuer")

        assert response.status_code == 404
