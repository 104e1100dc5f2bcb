from __future__ import annotations

import json

import pytest

from lms.lib.canonical import NotCanonical, canonical


class TestCanonical:
    def test_writes_the_example_of_the_standard(self):
        """The strings, literals and key order of RFC 8785, section 3.2.2; our facts hold no fractions."""
        value = {
            "numbers": [333333333, 4, 2, -1, 0],
            "string": '\u20ac$\u000f\nA\'B"\\\\"/',
            "literals": [None, True, False],
        }

        assert (
            canonical(value).hex()
            == (
                b'{"literals":[null,true,false],"numbers":[333333333,4,2,-1,0],'
                b'"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
            ).hex()
        )

    def test_orders_names_by_their_utf_16_units(self):
        """RFC 8785, section 3.2.3: the emoji stands before U+FB33, though its code point is larger."""
        names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]

        written = json.loads(canonical(dict.fromkeys(names, "")))

        assert list(written) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]

    def test_says_the_same_of_what_json_has_kept(self):
        facts = {"b": {"y": [1, {"z": None, "a": "Сәрсенбаева"}], "x": "\u2028\x7f"}, "a": True}

        kept = json.loads(json.dumps(dict(reversed(facts.items()))))

        assert canonical(kept) == canonical(facts)

    @pytest.mark.parametrize(
        "value", [0.5, 2**53, -(2**53), b"bytes", {1: "one"}, {"deep": [1.0]}, "\ud800", object()]
    )
    def test_refuses_what_not_everybody_writes_alike(self, value):
        with pytest.raises(NotCanonical):
            canonical({"value": value})
