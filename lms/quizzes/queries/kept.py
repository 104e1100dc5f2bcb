"""What was typed while its page was signed out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.extensions import db
from lms.quizzes.items import Submitted
from lms.quizzes.models import KeptAnswer
from lms.quizzes.queries.sitting import Question, Sitting

KEPT_FOR = timedelta(hours=1)


def typed_of(sitting: Sitting, question: Question) -> Submitted | None:
    """Return the form that was sent for a question of one's own attempt; None when there is none, or it is old."""
    kept = db.session.get(KeptAnswer, (sitting.attempt.id, question.key))
    if kept is None or kept.kept_at < datetime.now(UTC) - KEPT_FOR:
        return None
    return MultiDict[str, Any](kept.fields)
