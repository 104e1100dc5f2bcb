"""Signed marks in a page: whose attempt it is, and which question. What came from it belongs to that learner alone."""

from __future__ import annotations

from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from lms.errors import SignInNeeded
from lms.quizzes.queries import Question, Sitting
from lms.quizzes.views import bp


def _marks(salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=salt)


@bp.app_template_global()
def page_mark(sitting: Sitting, shown: Question) -> str:
    """Sign whose page this is: a form that comes back signed out is kept for that learner alone."""
    return str(_marks("page of a question").dumps([sitting.attempt.id, shown.key]))


@bp.app_template_global()
def attempt_mark(sitting: Sitting) -> str:
    """Name an attempt, and with it a person: a device sends what waits on it from their pages only."""
    return str(_marks("attempt").dumps(sitting.attempt.id))


def attempt_and_item(mark: str) -> tuple[Any, Any] | None:
    """Read the mark of a page: which attempt, which item; None when no page of ours had it."""
    try:
        attempt_id, item_key = _marks("page of a question").loads(mark)
    except BadSignature:
        return None
    return attempt_id, item_key


def refuse_other_page(mark: str, sitting: Sitting) -> None:
    """Refuse what stands on a page of somebody else, who was signed in here before.

    Raises:
        SignInNeeded: as if nobody were signed in, because the page's learner is not.
    """
    place = attempt_and_item(mark)
    if place is not None and place[0] != sitting.attempt.id:
        raise SignInNeeded
