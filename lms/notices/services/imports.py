"""Messages about people who were added from a file."""

from __future__ import annotations

from lms.accounts.models import Person
from lms.notices.services.writing import page_url, send


def send_added_to_cohort(
    person: Person, *, cohort_title: str, adder: str, adder_email: str
) -> None:
    """Tell somebody of the place, and how to sign in: with this address alone, by an e-mailed link."""
    send(
        person,
        "added_to_cohort",
        cohort_title=cohort_title,
        adder=adder,
        adder_email=adder_email,
        is_new=person.signed_in_at is None,
        email=person.email,
        url=page_url(f"/sign-in?next=/learn&lang={person.language}"),
    )


def send_import_finished(
    person: Person,
    *,
    file_name: str,
    cohort_title: str,
    added: int,
    failed: int,
    page_path: str,
) -> None:
    send(
        person,
        "import_finished",
        file_name=file_name,
        cohort_title=cohort_title,
        added=added,
        failed=failed,
        url=page_url(page_path),
    )
