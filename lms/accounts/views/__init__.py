"""Sign-in, the first-run questions, and the own account."""

from __future__ import annotations

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from lms.accounts import sessions
from lms.accounts.models import Person, shown_name
from lms.web.languages import chosen_language

bp = Blueprint("accounts", __name__)


@bp.app_template_filter("shown_name")
def name_for_reader(person: Person) -> str:
    """Write a name in the script that whoever looks at the page reads."""
    return shown_name(person, chosen_language())


@bp.record
def load_people_by_session(state: BlueprintSetupState) -> None:
    state.app.login_manager.user_loader(sessions.load_person)  # type: ignore[attr-defined]


from lms.accounts.views import (  # noqa: E402 - each adds its pages
    account,
    confirm,
    data,
    first_run,
    privacy,
    second_factor,
    signing_in,
)

__all__ = [
    "account",
    "bp",
    "confirm",
    "data",
    "first_run",
    "privacy",
    "second_factor",
    "signing_in",
]
