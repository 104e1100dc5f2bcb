"""Delivery reports as mail servers write them, with the names of people and hosts changed."""

from __future__ import annotations

POSTFIX = """\
From MAILER-DAEMON Wed Nov 25 09:12:01 2026
Return-Path: <>
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounces@example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F1D2.1764061921/mx.example.org"

This is a MIME-encapsulated message.

--4F1D2.1764061921/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.org.

--4F1D2.1764061921/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4F1D2
Arrival-Date: Wed, 25 Nov 2026 09:12:00 +0000 (UTC)

Final-Recipient: rfc822; aigul@gov.example
Original-Recipient: rfc822;aigul@gov.example
Action: {action}
Status: {status}
Remote-MTA: dns; mail.gov.example
Diagnostic-Code: smtp; 550 {status} <aigul@gov.example>: Recipient address
    rejected: User unknown in virtual mailbox table

--4F1D2.1764061921/mx.example.org
Content-Description: Undelivered Message
Content-Type: message/rfc822

Return-Path: <no-reply@example.org>
Subject: Your course goes on
Message-ID: {message_id}
To: aigul@gov.example

Dear Aigul,

--4F1D2.1764061921/mx.example.org--
"""

EXIM = """\
Return-path: <>
Message-Id: <E1tFabc-0001Zx-2k@mx.example.org>
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=1764061921-eximdsn-804289383
MIME-Version: 1.0
From: Mail Delivery System <Mailer-Daemon@mx.example.org>
To: bounces@example.org
Subject: Mail delivery failed: returning message to sender

--1764061921-eximdsn-804289383
Content-type: text/plain; charset=us-ascii

A message that you sent could not be delivered.

--1764061921-eximdsn-804289383
Content-type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Action: failed
Final-Recipient: rfc822;aigul@gov.example
Status: 5.0.0
Remote-MTA: dns; mail.gov.example
Diagnostic-Code: smtp; 550 No such user here

--1764061921-eximdsn-804289383
Content-type: text/rfc822-headers

Message-ID: {message_id}
To: aigul@gov.example
Subject: Your course goes on

--1764061921-eximdsn-804289383--
"""


def postfix(message_id: str, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    return POSTFIX.format(message_id=message_id, action=action, status=status).encode()


def exim(message_id: str) -> bytes:
    return EXIM.format(message_id=message_id).encode()
