from __future__ import annotations

from sqlalchemy import func, literal, select

from lms.cohorts.models import (
    Institution,
    InstitutionName,
)
from lms.cohorts.rules import fold
from lms.extensions import db

SHORTEST_NAME_IN_TEXT = 10  # letters; NIA stands in too many other words


def find_institutions(text: str) -> list[Institution]:
    """Find public bodies by any of their names, in any spelling of letters and spaces.

    What is typed may be part of a name, or a whole name with something around it.
    """
    typed = fold(text)
    if not typed:
        return []
    is_part = InstitutionName.folded.contains(typed)
    is_whole_name = (func.length(InstitutionName.folded) >= SHORTEST_NAME_IN_TEXT) & literal(
        typed
    ).contains(InstitutionName.folded)
    named = select(InstitutionName.institution_id).where(is_part | is_whole_name)
    query = select(Institution).where(Institution.id.in_(named)).order_by(Institution.id)
    return list(db.session.scalars(query))
