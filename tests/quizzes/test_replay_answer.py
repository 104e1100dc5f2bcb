import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lms.extensions import db
from lms.quizzes.models import Attempt
from tests.quizzes.conftest import QUIET, Learner
from tests.quizzes.reading import answers_of, words_of

FIRST = "attempt/1/1"
TYPED = "attempt/1/5"
NOTICE = "An answer from another device, sent late, was kept but does not count: "


@pytest.fixture
def typed(learner, mixed):
    """Return a function that sends an answer to the question with a typed answer, as the page's script would."""

    def send(answer, **form):
        return learner.post(TYPED, quiet=True, answer=answer, **form)

    return send


def replayed(base):
    return {"replay": "1", "base": str(base)}


class TestReplayAnswer:
    def test_counts_where_nobody_answered_meanwhile(self, typed, mixed):
        first = typed("issuer").json["sequence"]

        response = typed("verifier", **replayed(first))

        assert not response.json["is_stale"]
        one, two = answers_of(mixed)
        assert (one.is_replay, two.is_replay, two.is_stale) == (False, True, False)
        assert response.json["sequence"] == two.id

    def test_never_overwrites_a_newer_answer(self, learner, typed, mixed):
        first = typed("issuer").json["sequence"]
        newest = typed("verifier").json["sequence"]

        response = typed("holder", **replayed(first))

        assert response.status_code == 200
        assert response.json == {
            "saved": "",
            "sequence": newest,
            "is_stale": True,
            "notice": f"{NOTICE}holder",
            "seconds_left": None,
        }
        late = answers_of(mixed)[-1]
        assert (late.response, late.is_replay, late.is_stale) == ("holder", True, True)
        assert 'value="verifier"' in learner.get(TYPED).text

    @pytest.mark.parametrize("base", ["", "0", "none", "-1", "9" * 30, "-" + "9" * 30])
    def test_is_late_when_its_page_knew_of_no_answer(self, typed, mixed, base):
        typed("verifier")

        assert typed("holder", **replayed(base)).json["is_stale"]

    def test_shows_the_learner_what_does_not_count_until_the_next_answer(self, learner, typed):
        typed("verifier")
        typed("<holder>", **replayed(0))

        assert f"{NOTICE}&lt;holder&gt;" in learner.get(TYPED).text
        assert NOTICE not in learner.get(FIRST).text
        typed("issuer")
        assert NOTICE not in learner.get(TYPED).text

    def test_tells_of_an_answer_taken_back(self, typed):
        typed("verifier")

        assert typed("", **replayed(0)).json["notice"] == f"{NOTICE}no answer"

    def test_goes_by_the_answers_to_this_question_alone(self, learner, typed, options):
        first = typed("issuer").json["sequence"]
        learner.post(FIRST, quiet=True, answer=options[0])

        assert not typed("verifier", **replayed(first)).json["is_stale"]

    def test_goes_by_the_answers_that_count(self, typed):
        first = typed("verifier").json["sequence"]
        typed("holder", **replayed(0))

        assert not typed("issuer", **replayed(first)).json["is_stale"]

    def test_lets_an_answer_given_now_win_whatever_its_page_knew(self, typed, mixed):
        typed("verifier")

        response = typed("holder", base="0")

        assert not response.json["is_stale"]
        assert not answers_of(mixed)[-1].is_replay

    def test_keeps_the_flag_of_the_newer_page(self, learner, typed, mixed):
        typed("verifier", flagged="on", flagged_shown="1")

        typed("holder", flagged_shown="1", **replayed(0))

        db.session.expire_all()
        assert db.session.get_one(Attempt, mixed.id).flagged == [mixed.item_keys[4]]

    def test_does_not_count_in_the_result(self, learner, typed, mixed):
        typed("verifier")
        typed("marmalade", **replayed(0))
        learner.post("attempt/1/submit")

        assert "marmalade" not in words_of(learner.get("attempt/1/result"))

    def test_does_not_count_after_the_attempt_was_handed_in(self, learner, typed, mixed):
        learner.post("attempt/1/submit")

        assert typed("holder", **replayed(0)).status_code == 409
        assert answers_of(mixed) == []

    def test_comes_to_the_same_page_from_another_device(self, learner, client_of, mixed):
        phone = Learner(learner.person, learner.seat, client_of(learner.person))
        known = learner.post(TYPED, quiet=True, answer="issuer").json["sequence"]
        phone.post(TYPED, quiet=True, answer="verifier")

        late = learner.post(TYPED, quiet=True, answer="holder", **replayed(known))

        assert late.json["is_stale"]
        assert 'value="verifier"' in phone.get(TYPED).text
        assert f"{NOTICE}holder" in words_of(phone.get(TYPED))


class TestSendAnswerAgain:
    def test_gets_the_same_receipt(self, typed, mixed):
        first = typed("verifier", client_id="same")

        again = typed("verifier", client_id="same", **replayed(0))

        assert again.data == first.data
        assert len(answers_of(mixed)) == 1

    def test_gets_the_same_receipt_after_another_answer(self, typed, mixed):
        first = typed("verifier", client_id="same")
        typed("holder")

        assert typed("verifier", client_id="same", **replayed(0)).data == first.data
        assert len(answers_of(mixed)) == 2

    def test_gets_the_same_receipt_when_it_does_not_count(self, typed, mixed):
        typed("verifier")
        first = typed("holder", client_id="late", **replayed(0))

        assert typed("holder", client_id="late", **replayed(0)).data == first.data
        assert len(answers_of(mixed)) == 2

    def test_gets_the_same_receipt_after_the_attempt_was_handed_in(self, learner, typed, mixed):
        first = typed("verifier", client_id="same")
        learner.post("attempt/1/submit")

        assert typed("verifier", client_id="same").data == first.data
        assert typed("holder", client_id="same").status_code == 409
        assert len(answers_of(mixed)) == 1

    def test_gets_its_receipt_after_the_time_is_over(self, typed, mixed):
        mixed.deadline_at = datetime.now(UTC) + timedelta(minutes=30)
        first = typed("verifier", client_id="same").json

        with time_machine.travel(mixed.deadline_at + timedelta(minutes=1)):
            again = typed("verifier", client_id="same").json

        assert again == first | {"seconds_left": 0}

    def test_says_without_script_too_that_it_was_saved(self, learner, mixed):
        learner.post(TYPED, answer="verifier", client_id="same")
        learner.post("attempt/1/submit")

        learner.post(TYPED, answer="verifier", client_id="same")

        assert "does not count" not in words_of(learner.get("attempt/1/result"))


class TestCostOfAnAnswer:
    """A cohort answers at the same time, so each statement is one too many."""

    MOST = 4

    @pytest.mark.parametrize(
        "form",
        [{}, {"replay": "1", "base": "0"}, {"client_id": "of the first"}, {"answer": "same"}],
    )
    def test_is_four_statements_at_most(self, typed, count_queries, form):
        typed("same", client_id="of the first")  # reads what a process keeps

        with count_queries() as statements:
            response = typed(**{"answer": "other"} | form)

        assert response.status_code == 200
        assert len(statements) <= self.MOST, statements


class TestPageOfSomebodyElse:
    """On a shared computer an old page may be sent under the next person's sign-in."""

    def test_adds_nothing_to_another_learners_attempt(self, learner_in, learner, mixed):
        page = learner.get("attempt/1/5")
        mark = re.search(r'name="page"\s+value="([^"]*)"', page.text)[1]
        other = learner_in()
        attempt = other.start()

        form = {"answer": "mine", "page": mark, "client_id": "made offline"}
        response = other.client.post(other.url("attempt/1/5"), data=form, headers=QUIET)

        assert (response.status_code, response.json) == (401, {"error": "sign-in"})
        assert answers_of(attempt) == answers_of(mixed) == []

    def test_checks_nothing_there_either(self, learner_in, learner, mixed, set_quiz):
        page = learner.get("attempt/1/5")
        mark = re.search(r'name="page"\s+value="([^"]*)"', page.text)[1]
        set_quiz(show="after_each")
        other = learner_in()
        attempt = other.start()

        form = {"answer": "mine", "page": mark}
        response = other.client.post(other.url("attempt/1/5/check"), data=form)

        assert response.location.startswith("/sign-in")
        db.session.refresh(attempt)
        assert attempt.checked == answers_of(attempt) == []
