"""What was typed while its page was signed out: kept for the next sign-in. Nothing here commits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import delete

from lms.extensions import db
from lms.quizzes.models import Attempt, KeptAnswer
from lms.quizzes.queries import KEPT_FOR, Question, Sitting

LONGEST_FORM = 50_000  # characters; a long text may have 20,000


def keep_typed(attempt_id: int, item_key: str, fields: Mapping[str, list[str]]) -> bool:
    """Keep one form for each item of an attempt, the newest; tell whether it is kept.

    It counts for nothing: the learner finds it in its field after signing in, and saves it or not.
    """
    attempt = db.session.get(Attempt, attempt_id)
    typed = {
        name: values
        for name, values in fields.items()
        if name in {"answer", "flagged"} or name.startswith("answer.")
    }
    is_too_long = len(json.dumps(typed, ensure_ascii=False)) > LONGEST_FORM
    if attempt is None or attempt.submitted_at is not None or is_too_long:
        return False
    now = datetime.now(UTC)
    db.session.execute(delete(KeptAnswer).where(KeptAnswer.kept_at < now - KEPT_FOR))
    db.session.merge(
        KeptAnswer(attempt_id=attempt_id, item_key=item_key, fields=typed, kept_at=now)
    )
    return True


def forget_typed(sitting: Sitting, question: Question) -> None:
    """Drop what was kept of a form, once the learner has saved an answer from its page."""
    db.session.execute(
        delete(KeptAnswer).where(
            KeptAnswer.attempt_id == sitting.attempt.id, KeptAnswer.item_key == question.key
        )
    )
