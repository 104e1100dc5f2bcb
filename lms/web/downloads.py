"""Files that people handed in, given out so that no browser runs or shows them as a page of ours."""

from __future__ import annotations

from io import BytesIO

from flask import Response, send_file


def as_attachment(content: bytes, *, name: str, media_type: str) -> Response:
    """Answer with a file to keep."""
    answer = send_file(
        BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name, etag=False
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer
