from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.lib.delivery_reports import is_permanent, reports_in
from tests.lib.delivery_reports import exim, postfix

ID = "<reminder.7.1764061000@serai.example>"


class TestReportsIn:
    def test_reads_one_that_returns_the_whole_message(self):
        (report,) = reports_in(postfix(ID))

        assert (report.message_id, report.is_permanent) == (ID, True)
        assert report.reason == (
            "5.1.1 550 5.1.1 <aigul@gov.example>: Recipient address rejected: "
            "User unknown in virtual mailbox table"
        )

    def test_reads_one_that_returns_its_headers(self):
        (report,) = reports_in(exim(ID))

        assert (report.message_id, report.is_permanent) == (ID, True)
        assert report.reason == "5.0.0 550 No such user here"

    def test_reads_every_message_of_a_mailbox(self):
        content = (
            postfix(ID) + b"\nFrom somebody Wed Nov 25\nSubject: hello\n\nhi\n\n" + postfix("<b>")
        )

        assert [report.message_id for report in reports_in(content)] == [ID, "<b>"]

    @pytest.mark.parametrize(
        ("action", "status", "is_final"),
        [
            ("failed", "5.1.1", True),
            ("failed", "5.1.10", True),
            ("failed", "5.2.1", True),  # the mailbox is closed
            ("failed", "5.2.2", False),  # it is full
            ("failed", "5.4.4", True),  # nobody answers for the domain
            ("failed", "5.7.1", False),  # taken for spam
            ("failed", "4.4.7", False),  # given up after some days
            ("delayed", "4.4.1", False),
        ],
    )
    def test_tells_what_is_for_good(self, action, status, is_final):
        (report,) = reports_in(postfix(ID, action=action, status=status))

        assert report.is_permanent is is_final

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"Subject: hello\n\nI am on holiday.\n",
            postfix(ID, action="delivered", status="2.0.0"),
            postfix(""),
            exim(ID).replace(b"message/delivery-status", b"text/plain"),
            exim(ID).replace(b"multipart/report", b"multipart/mixed"),
        ],
    )
    def test_passes_over_what_is_no_report_of_a_failure(self, content):
        assert list(reports_in(content)) == []

    @settings(deadline=None)
    @given(st.data())
    def test_forgives_whatever_is_broken(self, data):
        content = bytearray(data.draw(st.sampled_from([postfix(ID), exim(ID)])))
        for _number in range(data.draw(st.integers(1, 20))):
            place = data.draw(st.integers(0, len(content)))
            content[place : place + data.draw(st.integers(0, 40))] = data.draw(
                st.binary(max_size=20)
            )

        for report in reports_in(bytes(content)):
            assert len(report.reason) <= 500

    @given(st.binary())
    def test_forgives_any_bytes(self, content):
        assert list(reports_in(content)) == []


@pytest.mark.parametrize(
    ("code", "text", "is_final"),
    [
        (550, "5.1.1 User unknown", True),
        (550, "No such user here", True),
        (552, "Mailbox full", False),
        (552, "5.2.2 Over quota", False),
        (554, "5.7.1 Blocked by policy", False),
        (450, "4.2.0 Greylisted", False),
        (451, "Try again", False),
    ],
)
def test_is_permanent(code, text, is_final):
    assert is_permanent(code, text) is is_final
