"""Opening a page never issues, revokes or draws anything."""

import pytest
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.certificates.models import Certificate, CertificateFile
from lms.extensions import db
from lms.jobs.models import Job
from lms.notices.models import Message
from tests.certificates.conftest import issue
from tests.certificates.test_decide_kept_pass import corrected, final_of
from tests.factories import make_staff

TABLES = (Certificate, CertificateFile, AuditEvent, Job, Message)


def contents() -> list[list[tuple]]:
    db.session.rollback()
    return [db.session.execute(select(model.__table__)).all() for model in TABLES]


def addresses(app, **values) -> list[str]:
    """List the address of every page of the package, with each kind of query that they know."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("certificates.")]
    with app.test_request_context():
        return [
            app.url_for(rule.endpoint, **{name: values.get(name, 1) for name in rule.arguments})
            + query
            for rule in rules
            if "GET" in rule.methods
            for query in (
                "",
                f"?occasion=enrolment:{values['enrolment']}&number={values['number']}",
            )
        ]


class TestReading:
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_changes_no_row(self, app, officers_issue, finisher_in, client, client_of, method):
        holder, ready = finisher_in(), finisher_in()
        officer = client_of(make_staff("officer", "all"))
        batch = issue(officer, holder).request.path
        pages = addresses(
            app,
            batch_id=int(batch.rpartition("/")[2]),
            number=holder.certificate.number,
            enrolment=ready.seat.enrolment_id,
            cohort=ready.seat.cohort_slug,
            course=ready.seat.course_slug,
            language="en",
            purpose="revocation",
            list_number=0,
            badge_format="svg",
            change_id=corrected(final_of(holder)).id,
        )
        assert len(pages) >= 20
        before = contents()

        for caller in (client, ready.client, holder.client, officer):
            for page in pages:
                assert caller.open(page, method=method).status_code < 500

        assert contents() == before

    @pytest.mark.parametrize("path", ["issue", "{}/revoke"])
    def test_needs_a_post_to_change_something(self, holder, officer, path):
        number = holder.certificate.number

        response = officer.delete(f"/certificates/{path.format(number)}")

        assert response.status_code == 405
        assert officer.get(f"/certificates/{number}/revoke").status_code == 405
