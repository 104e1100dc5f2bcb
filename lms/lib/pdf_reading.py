"""Reading a PDF that a stranger sent, in a process of its own that may fail.

This file is also that process: started by its path, because importing the whole site would take seconds.
It has no settings and no secrets, may write nothing, and ends when it takes too much time or memory.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import module_from_spec, spec_from_file_location
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

SECONDS = 10  # by the clock
CPU_SECONDS = 5
MEMORY_BYTES = 400_000_000  # addresses, not all of which are used
MOST_PAGES = 20
LONGEST_TEXT = 20_000  # characters
LARGEST_CREDENTIAL = 200_000  # characters
CREDENTIAL = "credential.json"
AT_ONCE = 2  # of one process of the site
LONGEST_WAIT = (
    1  # seconds, for such a place: who waits for it keeps a thread from everybody else's pages
)

_places = BoundedSemaphore(AT_ONCE)


class Fault(StrEnum):
    """Why nothing can be read."""

    BROKEN = "broken"  # no PDF, or damaged
    LOCKED = "locked"  # with a password
    TOO_MUCH = "too-much"  # too many pages, or made to keep the reader busy
    BUSY = "busy"  # others are being read


@dataclass(frozen=True)
class Reading:
    """What is in a file. Both are empty where there is nothing of it."""

    text: str = ""
    credential: str = ""


class PdfRefused(Exception):
    """Nothing can be read, and why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def read(pdf: bytes, *, cpu_seconds: int = CPU_SECONDS) -> Reading:
    """Return the text of a PDF and the credential that is attached to it.

    Args:
        pdf: any bytes.
        cpu_seconds: after which the reader is stopped.

    Raises:
        PdfRefused: with the fault.
    """
    if not _places.acquire(timeout=LONGEST_WAIT):
        raise PdfRefused(Fault.BUSY)
    try:
        done = subprocess.run(  # noqa: S603 # nosec B603 - our own file, and nothing of the stranger's in the command
            [sys.executable, "-I", "-P", __file__, str(cpu_seconds)],
            input=pdf,
            capture_output=True,
            timeout=SECONDS,
            env={},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PdfRefused(Fault.TOO_MUCH) from error
    finally:
        _places.release()
    if done.returncode < 0:  # stopped, because it took too much
        raise PdfRefused(Fault.TOO_MUCH)
    if done.returncode > 0:
        raise PdfRefused(Fault.BROKEN)
    found = json.loads(done.stdout)
    if "fault" in found:
        raise PdfRefused(Fault(found["fault"]))
    return Reading(**found)


def _limit(cpu_seconds: int) -> None:
    import resource

    for kind, limit in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (limit, limit))


def _found_in(pdf: bytes) -> dict[str, str]:
    import pikepdf

    pdf_text = _beside("pdf_text")
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            if len(document.pages) > MOST_PAGES:
                return {"fault": Fault.TOO_MUCH}
        attached = pdf_text.attachments_of(pdf).get(CREDENTIAL, b"")
        text = pdf_text.text_of(pdf)
    except pikepdf.PasswordError:
        return {"fault": Fault.LOCKED}
    except MemoryError:
        return {"fault": Fault.TOO_MUCH}
    credential = attached.decode(errors="replace")
    return {"text": text[:LONGEST_TEXT], "credential": credential[:LARGEST_CREDENTIAL]}


def _beside(name: str) -> Any:
    """Load a file of this folder without its package."""
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None  # noqa: S101 - a file that is there
    assert spec.loader is not None  # noqa: S101
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    _limit(int(sys.argv[1]))
    sys.stdout.write(json.dumps(_found_in(sys.stdin.buffer.read())))
