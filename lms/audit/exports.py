"""Limits for views that hand out tables with people's names.

Example::

    @bp.post("/<country>/<cohort>/people.csv")
    @allow(Role.COORDINATOR, step_up=True)
    @limit_exports("people")
    def export_people(country: str, cohort: str) -> ResponseReturnValue:
        found = coordinated_cohort(current_user, country, cohort)
        content = as_csv(sheet := queries.people_sheet(found))
        begin_to_write()  # only where the view answers GET
        audit.note_export("people", "cohort", found.id, content, row_count=len(sheet.rows), country_code=...)
        ...  # commit, and answer
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask_babel import lazy_gettext as _l

from lms.audit.services import refuse_second_export
from lms.errors import LmsError

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class TooManyRows(LmsError):
    status = 422
    message = _l("These are too many rows for one file. Go back and filter, for example by month.")


def limit_exports(kind: str) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Refuse a second table of this kind within the hour with 429, before it is put together.

    The log itself is what counts, so that it holds for all processes and over restarts;
    ``note_export`` looks once more, in the transaction that writes the row.
    """

    def limit(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
        @wraps(view)
        def limited(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
            refuse_second_export(kind)
            return view(*args, **kwargs)

        return limited

    return limit
