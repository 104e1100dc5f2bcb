"""Finding the file that an answer names."""

from __future__ import annotations

from sqlalchemy import select

from lms.errors import NotFound
from lms.extensions import db
from lms.quizzes.items import Response
from lms.quizzes.models import AnswerFile, Attempt


def file_of(attempt: Attempt, response: Response | None) -> AnswerFile:
    """Return the file that a response of this attempt names, else 404."""
    sha256 = response.get("sha256") if isinstance(response, dict) else None
    query = select(AnswerFile).where(
        AnswerFile.attempt_id == attempt.id, AnswerFile.sha256 == sha256
    )
    file = db.session.scalar(query)
    if file is None:
        raise NotFound
    return file
