"""A large batch takes two officers of all its countries, and nobody in it: one asks, another agrees, and it starts."""

from __future__ import annotations

from flask_babel import ngettext

from lms.accounts.models import Approval, Person
from lms.accounts.services import approvals
from lms.certificates import queries
from lms.certificates.models import Batch
from lms.certificates.services import start_batch
from lms.extensions import db


def _may(person: Person, approval: Approval) -> bool:
    countries = approval.arguments["countries"]
    is_officer = all(person.holds("officer", "country", country) for country in countries)
    return is_officer and not queries.is_in(approval.arguments["batch_id"], person)


def _run(approval: Approval) -> None:
    start_batch(_batch(approval))


def _describe(approval: Approval) -> str:
    batch = _batch(approval)
    return ngettext(
        "Issue %(num)d certificate at once (batch %(batch)d)",
        "Issue %(num)d certificates at once (batch %(batch)d)",
        queries.batch_counts([batch.id])[batch.id].total,
        batch=batch.id,
    )


def _batch(approval: Approval) -> Batch:
    return db.session.get_one(Batch, approval.arguments["batch_id"])


ISSUING = approvals.Action(_may, _run, _describe)
