from __future__ import annotations

import pytest

from lms.accounts import services
from lms.audit.models import AuditEvent
from lms.extensions import db
from tests.factories import make_person, make_staff


class TestGrantRole:
    def test_adds_to_what_somebody_has(self, app):
        admin, person = make_staff("administrator"), make_staff("coordinator", "country", "KZ")

        grant = services.grant_role(admin, person, "officer", "country", "KZ")
        db.session.commit()

        assert person.role_names == {"coordinator", "officer"}
        assert person.holds("officer", "country", "KZ")
        assert not person.holds("officer", "country", "GE")
        assert grant.granted_by_id == admin.id

    def test_changes_nothing_the_second_time(self, app):
        admin, person = make_staff("administrator"), make_person()

        first, second = (services.grant_role(admin, person, "learner", "self") for _time in "12")
        db.session.commit()

        assert first is second
        log = db.select(AuditEvent).filter_by(action="grant_role", object_id=str(person.id))
        assert len(db.session.scalars(log).all()) == 1

    @pytest.mark.parametrize("role", ["coordinator", "officer", "instructor", "auditor"])
    def test_is_for_administrators_only(self, app, role):
        scope, scope_object = (
            ("country", "KZ") if role in {"coordinator", "officer"} else ("all", "")
        )
        person = make_staff(role, scope, scope_object)

        with pytest.raises(services.GrantRefused):
            services.grant_role(person, person, "administrator", "all")

    @pytest.mark.parametrize(
        ("role", "scope"), [("learner", "all"), ("auditor", "country"), ("king", "all")]
    )
    def test_knows_what_a_role_is_given_for(self, app, role, scope):
        with pytest.raises(services.GrantRefused):
            services.grant_role(None, make_person(), role, scope, "KZ")

    def test_keeps_the_last_administrator(self, app):
        admin = make_staff("administrator")

        with pytest.raises(services.LastAdministrator):
            services.withdraw_role(admin.grants[0])
        with pytest.raises(services.LastAdministrator):
            services.set_active(admin, is_active=False, reason="left")

    def test_lets_one_of_two_administrators_go(self, app):
        first, _second = make_staff("administrator"), make_staff("administrator")

        services.withdraw_role(first.grants[0])
        db.session.commit()

        assert first.role_names == frozenset()
