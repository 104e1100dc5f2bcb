"""Nobody decides about the own attempt: who teaches or looks after a course may be its learner too."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.accounts.models import Person
from lms.errors import Conflict


class AboutOneself(Conflict):
    message = _l("This is about yourself, so somebody else has to decide it.")


def refuse_own(actor: Person, person_id: int) -> None:
    if actor.id == person_id:
        raise AboutOneself
