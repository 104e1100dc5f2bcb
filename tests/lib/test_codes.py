from __future__ import annotations

import pytest

from lms.lib import codes
from lms.lib.sealing import Unreadable, seal, unseal

SEED = b"12345678901234567890"  # of the examples of RFC 6238, appendix B


class TestCodes:
    @pytest.mark.parametrize(
        ("now", "code"),
        [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
    )
    def test_are_those_of_the_standard(self, now, code):
        assert codes.step_of(SEED, code, now) == now // 30

    @pytest.mark.parametrize("typed", ["", "287 082", "28708", "2870820", "２８７０８２", "abcdef"])
    def test_are_six_plain_digits(self, typed):
        assert codes.step_of(SEED, typed, 59) is None

    def test_say_who_they_are_for(self):
        address = codes.app_address(SEED, "a@b.kz", "Serai")

        assert address.startswith("otpauth://totp/Serai:a@b.kz?secret=GEZDGNBV")
        assert "issuer=Serai" in address


class TestSeal:
    def test_opens_with_the_same_key_purpose_and_owner(self):
        assert unseal("key", "seed", "7", seal("key", "seed", "7", b"secret")) == b"secret"

    @pytest.mark.parametrize("other", [("k", "seed", "7"), ("key", "s", "7"), ("key", "seed", "8")])
    def test_stays_shut_for_any_other(self, other):
        with pytest.raises(Unreadable):
            unseal(*other, seal("key", "seed", "7", b"secret"))

    def test_notices_every_changed_byte(self):
        sealed = seal("key", "seed", "7", b"secret")
        for place in range(len(sealed)):
            changed = bytearray(sealed)
            changed[place] ^= 1
            with pytest.raises(Unreadable):
                unseal("key", "seed", "7", bytes(changed))
