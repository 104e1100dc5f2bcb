"""What the topics of e-mails are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.notices.rules import Topic

TOPIC_NAMES = {
    Topic.REMINDERS: _l("Reminders"),
    Topic.DIGEST: _l("Digest"),
    Topic.RESULTS: _l("Results"),
    Topic.QUESTIONS: _l("Questions and answers"),
}
