from __future__ import annotations

import pytest

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

    def test_change_nobody(self, admin):
        reason = {"reason": "Left."}

        assert admin.post(f"/admin/users/{HUGE}/state", data=reason).status_code == 404

    def test_withdraw_nothing(self, admin, administrator):
        response = admin.post(f"/admin/users/{administrator.id}/roles/{HUGE}/withdraw")

        assert response.status_code == 404
