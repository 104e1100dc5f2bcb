from __future__ import annotations

import pytest

from lms.extensions import db
from tests.factories import make_person
from tests.pages import text_of

HUGE = 10**20


class TestOddAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            f"/admin/users/{HUGE}",
            f"/admin/users/{2**31}",
            "/admin/users/0",
            "/admin/users/-1",
            "/admin/users/1.5",
        ],
    )
    def test_find_nobody(self, admin, address):
        assert admin.get(address).status_code == 404

    def test_merge_with_nobody(self, admin):
        person = make_person()

        for number in (HUGE, 2**31, "-1"):
            answer = admin.get(f"/admin/users/{person.id}/merge?into={number}")
            assert "Another account of" in text_of(answer)

    def test_leave_nothing_out_of_the_log_beyond_the_calendar(self, admin, administrator):
        administrator.time_zone = "Asia/Almaty"  # where the first day began before the calendar
        db.session.commit()
        admin.post("/account/data/download")

        for filters in ("since=0001-01-01", "until=9999-12-31"):
            page = admin.get(f"/admin/audit?action=export_own_data&{filters}")
            assert "Timur Akhmetov" in text_of(page)

    def test_say_that_nobody_has_such_a_number(self, admin):
        for name in ("actor", "person"):
            page = text_of(admin.get(f"/admin/audit?{name}={HUGE}"))
            assert "Nobody whom you may know has this address." in page

    def test_change_nobody(self, admin):
        reason = {"reason": "Left."}

        assert admin.post(f"/admin/users/{HUGE}/state", data=reason).status_code == 404

    def test_withdraw_nothing(self, admin, administrator):
        response = admin.post(f"/admin/users/{administrator.id}/roles/{HUGE}/withdraw")

        assert response.status_code == 404
