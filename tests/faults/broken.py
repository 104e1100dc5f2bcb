"""The product with the one mistake that must never be made: it says "saved" before the database has it.

``script/faults --broken`` runs this instead of ``wsgi:app``, to prove that the harness would see the mistake.
"""

from __future__ import annotations

import io
import queue
import threading
import time

from wsgi import app as honest

PROMISE = b'{"saved": "Saved at 00:00", "sequence": 0, "is_stale": false, "seconds_left": null}'
BEHIND_SECONDS = 0.3
later: queue.SimpleQueue[dict] = queue.SimpleQueue()
is_writing = threading.Lock()


def app(environ, start_response):
    """Acknowledge an answer at once and save it a moment later; pass on everything else."""
    is_answer = (
        environ["REQUEST_METHOD"] == "POST" and environ.get("HTTP_ACCEPT") == "application/json"
    )
    if not is_answer:
        return honest(environ, start_response)
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    later.put({**environ, "wsgi.input": io.BytesIO(body), "due": time.monotonic() + BEHIND_SECONDS})
    if is_writing.acquire(blocking=False):  # in the process that serves, not in the one that loads
        threading.Thread(target=write_behind, daemon=True).start()
    start_response(
        "200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(PROMISE)))]
    )
    return [PROMISE]


def write_behind() -> None:
    while True:
        environ = later.get()
        time.sleep(max(0, environ.pop("due") - time.monotonic()))
        for _part in honest(environ, lambda *_ignored: None):
            pass
