"""Files that are handed in as answers. Nothing here commits."""

from __future__ import annotations

from datetime import datetime

from lms.extensions import insert_once
from lms.quizzes.items import Response, Submitted, uploads
from lms.quizzes.models import AnswerFile, Attempt


def keep_file(
    attempt: Attempt, response: Response | None, submitted: Submitted, now: datetime
) -> Response | None:
    """Keep the bytes of the file that a response names, beside the answer; the same file once.

    Returns:
        The response; None when no file was sent.
    """
    if not isinstance(response, dict):
        return None
    (file,) = uploads(submitted)
    insert_once(AnswerFile, attempt_id=attempt.id, content=file.content, saved_at=now, **response)
    return response
