"""What a page says, and what the log of answers holds."""

from __future__ import annotations

import re

from sqlalchemy import select

from lms.extensions import db
from lms.quizzes.models import Answer, Attempt
from tests.factories import sitting


def answers_of(attempt: Attempt) -> list[Answer]:
    """Read the log of answers, oldest first, as it stands in the database."""
    db.session.expire_all()
    query = select(Answer).where(Answer.attempt_id == attempt.id).order_by(Answer.id)
    return list(db.session.scalars(query))


def words_of(response) -> str:
    """Return what a page says, in one line and without its tags."""
    text = re.sub(r"<(script|style).*?</\1>", "", response.get_data(as_text=True), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def options_of(learner, attempt, number=1):
    """List the ids of the options of a question, in the order of the page."""
    return [option for option, _words in sitting(learner.seat, attempt).question(number).options]
