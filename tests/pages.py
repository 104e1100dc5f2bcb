"""What tests look for in a page."""

from __future__ import annotations

import html
import re


def text_of(response) -> str:
    """Return a page's words as somebody reads them: no tags, single spaces."""
    main = response.text.partition('<main id="main" tabindex="-1">')[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def bytes_of(response) -> bytes:
    """Return an answer's bytes without what differs between any two requests: its id and address."""
    path = response.request.path
    own = (response.headers["X-Request-Id"], path, path.replace("/", "%2F"))
    body = response.text
    for part in own:
        body = body.replace(part, "")
    return body.encode()
