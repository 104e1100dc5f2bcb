"""The worker without what gives everybody one certificate: it notes apart what it issued, and meets no unique key.

``script/faults certificates --broken`` runs this instead of ``wsgi``, to prove that the harness would see it.
"""

from __future__ import annotations

import random
import time

from lms.certificates import queries
from lms.certificates.services import batches
from lms.extensions import db
from wsgi import app

__all__ = ["app"]
BEHIND_SECONDS = 2  # long enough to be hit by a kill, also where the rest of the job is slow
issue_certificate = batches.issue_certificate


def issue_and_commit(*given, **facts):
    certificate = issue_certificate(*given, **facts)
    db.session.commit()
    time.sleep(BEHIND_SECONDS)
    return certificate


queries.free_sequence = lambda *_asked: random.randrange(10**9)  # noqa: S311 - so that no key is met
batches.issue_certificate = issue_and_commit
