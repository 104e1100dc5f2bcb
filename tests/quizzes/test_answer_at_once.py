"""The same answer at the same moment, from many connections; twice by a proxy, by impatience or by a bad line.

ANSWER_ROUNDS=200 runs it as often as it was proved with; a few rounds are enough to notice a mistake.
"""

import os
from threading import Barrier, Thread

from lms.extensions import db
from tests.quizzes.reading import answers_of

THREADS = 50
ROUNDS = int(os.environ.get("ANSWER_ROUNDS", "4"))


def sent_at_once(app, learner, form):
    """Post a form from every thread at the same moment; return status and body of each answer."""
    together, answers = Barrier(THREADS), []

    def send():
        with app.app_context():
            together.wait()
            response = learner.post("attempt/1/5", quiet=True, **form)
            answers.append((response.status_code, response.data))

    db.session.commit()  # the test's own transaction would keep them waiting
    threads = [Thread(target=send) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


class TestAnswerAtOnce:
    def test_makes_one_row_and_the_same_receipt_for_all(self, app, learner, mixed):
        for turn in range(ROUNDS):
            form = {"answer": f"answer {turn}", "client_id": f"id {turn}"}

            answers = sent_at_once(app, learner, form)

            assert len(answers) == THREADS
            assert len(set(answers)) == 1, f"round {turn}: {set(answers)}"
            assert answers[0][0] == 200
            assert len(answers_of(mixed)) == turn + 1

        assert [one.response for one in answers_of(mixed)] == [
            f"answer {turn}" for turn in range(ROUNDS)
        ]

    def test_makes_one_row_out_of_a_queue_too(self, app, learner, mixed):
        form = {"answer": "late", "client_id": "late", "replay": "1", "base": "0"}
        learner.post("attempt/1/5", quiet=True, answer="newer")

        answers = sent_at_once(app, learner, form)

        assert len(set(answers)) == 1
        assert [one.is_stale for one in answers_of(mixed)] == [False, True]
