from __future__ import annotations

from datetime import UTC, datetime

from lms.audit.models import AuditEvent
from lms.cohorts.models import Enrolment
from lms.cohorts.services import enrol
from lms.extensions import db
from tests.factories import make_cohort, make_person


class TestEnrol:
    def test_opens_every_course_in_its_newest_version(self, app):
        person, cohort = make_person(), make_cohort()

        (enrolment,) = enrol(person, cohort)
        db.session.commit()

        assert enrolment.course.slug == "digital-id"
        assert enrolment.version_id
        assert enrolment.withdrawn_at is None

    def test_changes_nothing_the_second_time(self, app):
        person, cohort = make_person(), make_cohort()
        enrol(person, cohort)

        again = enrol(person, cohort)
        db.session.commit()

        assert again == []
        assert len(list(db.session.scalars(db.select(Enrolment)))) == 1
        log = db.select(AuditEvent).filter_by(action="enrol")
        assert len(list(db.session.scalars(log))) == 1

    def test_gives_whoever_left_the_same_place_back(self, app):
        person, cohort = make_person(), make_cohort()
        (enrolment,) = enrol(person, cohort)
        enrolment.withdrawn_at = datetime.now(UTC)
        db.session.commit()

        assert enrol(person, cohort) == [enrolment]
        assert enrolment.withdrawn_at is None
