"""ZIP archives that are written while they are sent, so that their size does not matter."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any


class _Sent(io.RawIOBase):
    """Keeps what was written until it is taken; ``zipfile`` sees that it cannot go back in it."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self.parts.append(bytes(part))
        return len(self.parts[-1])

    def taken(self) -> bytes:
        found, self.parts = b"".join(self.parts), []
        return found


def zipped(files: Iterable[tuple[str, bytes]], at: datetime) -> Iterator[bytes]:
    """Write an archive piece by piece; no more than one file is in memory.

    Args:
        files: name and content of each; PDFs are compressed in themselves, so nothing is compressed again.
        at: what the files are dated with.
    """
    sent = _Sent()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), content)
            yield sent.taken()
    yield sent.taken()
