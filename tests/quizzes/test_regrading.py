"""What the dry run promises is what applying it does, whatever was answered."""

from __future__ import annotations

import random

import pytest

from lms.courses.queries import items_of
from lms.extensions import db
from lms.quizzes.models import Attempt, ScoreChange
from lms.quizzes.queries.regrading import Proposal, regrade_of
from lms.quizzes.services import save_answer, submit_attempt
from lms.quizzes.services.regrading import RegradeChanged, regrade
from tests.factories import as_form, make_cohort, make_learner, make_staff, sitting, start

REASON = "The source was read wrongly."
TYPES = ("single_choice", "multiple_response", "true_false", "numeric", "short_text")


def answers_to(item, chance):
    """Give some answers that the inputs of an item can send, right and wrong."""
    kind, structure = item.structure["type"], item.structure
    if kind == "single_choice":
        return structure["options"]
    if kind == "multiple_response":
        size = chance.randint(1, len(structure["options"]))
        return [chance.sample(structure["options"], size), structure["correct"]]
    if kind == "true_false":
        return [True, False]
    if kind == "numeric":
        return [str(structure["correct"]), "7", "12.5"]
    return [structure["correct"][0], "another word"]


def take(seat, keys, chance):
    """Answer some questions by chance, leave others out, and hand in."""
    attempt = start(seat)
    attempt.item_keys, attempt.pass_percent = keys, chance.choice([30, 60, 100])
    db.session.commit()
    current = sitting(seat, attempt)
    for question in current.questions:
        if chance.random() < 0.8:
            answer = chance.choice(answers_to(question.item, chance))
            save_answer(current, question, as_form(answer), f"by-chance-{question.number}")
    submit_attempt(current)
    db.session.commit()


@pytest.fixture
def keys(app):
    """One item of each type."""
    _person, seat = make_learner()
    items = items_of(seat.version_id)
    return [
        next(key for key, item in items.items() if item.structure["type"] == kind) for kind in TYPES
    ]


def scores():
    db.session.expire_all()
    return {
        one.id: (one.score_percent, one.is_passed, one.marks) for one in db.session.query(Attempt)
    }


class TestApplication:
    @pytest.mark.parametrize("seed", range(10))
    def test_does_what_the_dry_run_said(self, keys, seed):
        chance, cohort = random.Random(seed), make_cohort()  # noqa: S311
        author = make_staff("instructor", "course", "digital-id")
        for _learner in range(4):
            _person, seat = make_learner(cohort)
            take(seat, keys, chance)
        key = keys[seed % len(keys)]
        answer = chance.choice([None, *answers_to(items_of(seat.version_id)[key], chance)])
        proposal = Proposal(key, (seat.version_id,), answer)

        before = scores()
        promised = regrade_of(proposal)
        expected = before | {
            one.attempt.id: (one.result.score_percent, one.result.is_passed, one.marks)
            for one in promised.changed
        }
        assert scores() == before
        figures = (
            len(promised.up),
            len(promised.down),
            len(promised.newly_passed),
            len(promised.kept),
        )
        regrade(proposal, reason=REASON, person=author, fingerprint=promised.fingerprint)
        db.session.commit()

        after = scores()
        assert after == expected
        assert figures == (
            sum(after[one][0] > before[one][0] for one in after),
            sum(after[one][0] < before[one][0] for one in after),
            sum(after[one][1] and not before[one][1] for one in after),
            db.session.query(ScoreChange).filter_by(is_pass_kept=True).count(),
        )
        assert all(after[one][1] for one in before if before[one][1])

    def test_refuses_what_is_no_longer_what_was_shown(self, keys):
        chance = random.Random(1)  # noqa: S311
        author = make_staff("instructor", "course", "digital-id")
        _person, seat = make_learner()
        take(seat, keys, chance)
        proposal = Proposal(keys[0], (seat.version_id,), None)
        shown = regrade_of(proposal).fingerprint
        take(make_learner()[1], keys, chance)

        with pytest.raises(RegradeChanged):
            regrade(proposal, reason=REASON, person=author, fingerprint=shown)
