"""Turning HTML into PDF, with nothing from outside and within limits.

The work is done by one child process, `lms.lib.pdf_child`, which stays warm: a page that takes too
long or too much memory ends that process and nothing else, and WeasyPrint is loaded nowhere else.
"""

from __future__ import annotations

import atexit
import logging
import os
import select
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, cast

from lms.lib import pdf_child
from lms.lib.pdf_child import AssetUnknown
from lms.lib.pdf_shapes import Shapes, shapes_of

__all__ = ["AssetUnknown", "RenderingFailed", "render"]

CPU_SECONDS = 10  # for one document
MORE_BYTES = 1 << 30  # of address space, beside the libraries
SECONDS = 20.0  # for one document, and for the start of the child
_PROGRAM = Path(pdf_child.__file__)

log = logging.getLogger(__name__)


class RenderingFailed(RuntimeError):
    """A document took more time or memory than it may, or broke the library."""


def render(
    html: str,
    css: str,
    *,
    assets: Mapping[str, bytes],
    attachments: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a tagged PDF/A-3a of a document; the same input gives the same bytes.

    Language and title of the PDF are those of the HTML: ``<html lang>`` and ``<title>``.

    Args:
        html: the whole document; it may name images only as ``asset:NAME``.
        css: the only stylesheet; parsed once a process, so keep it the same for many documents.
        assets: the images by NAME: PNG, JPEG or SVG of our own.
        attachments: files to embed by name, as the data that the document shows.

    Raises:
        AssetUnknown: an address other than these was asked for: a file, a web page, a missing name.
            Nothing is opened or sent then.
        RenderingFailed: it took more time or memory than it may, or broke the library.
    """
    drawn = {name: shapes for name in assets if (shapes := _shapes(name, assets[name]))}
    operators = {name: shapes.operators for name, shapes in drawn.items()}
    blobs = {**assets, **operators, **(attachments or {})}
    head = {
        "html": html,
        "css": css,
        "names": list(blobs),
        "shapes": {name: (shapes.width, shapes.height) for name, shapes in drawn.items()},
        "attachments": list(attachments or {}),
    }
    answer, pdf = printer.answer(head, list(blobs.values()))
    if "unknown" in answer:
        raise AssetUnknown(answer["unknown"])
    for message in answer["warnings"]:
        log.warning("%s", message)
    return pdf[0]


def _shapes(name: str, asset: bytes) -> Shapes | None:
    return shapes_of(asset) if name.endswith(".svg") else None


class Printer:
    """The child process; it is started when it is needed, and again when it has ended."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def answer(
        self, head: Mapping[str, Any], blobs: list[bytes]
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Have one job done; the jobs of other threads wait.

        Raises:
            RenderingFailed: the child ended without a document.
        """
        with self._lock:
            child = self._running()
            try:
                pdf_child.send(cast("BinaryIO", child.stdin), head, *blobs)
                answer, found = self._received(child)
            except (EOFError, OSError) as ended:
                raise RenderingFailed(f"The printing process ended: {self.end()}.") from ended
            if "failure" in answer:
                self.end()
                raise RenderingFailed(answer["failure"])
            return answer, found

    @property
    def pid(self) -> int:
        """The child's process, to measure and to kill; 0 when there is none."""
        return self._child.pid if self._child else 0

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is not None:
            self.end()
        if self._child is None:
            # Isolated and with hardly any environment: no secret is handed on.
            self._child = subprocess.Popen(  # noqa: S603 - no part comes from outside
                [sys.executable, "-I", str(_PROGRAM), str(CPU_SECONDS), str(MORE_BYTES)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={"HOME": str(Path.home()), "LANG": "C.UTF-8"},
                start_new_session=True,  # a key press that ends the site is not the child's business
            )
        return self._child

    def _received(self, child: subprocess.Popen[bytes]) -> tuple[dict[str, Any], list[bytes]]:
        """Wait for the answer, which comes in one piece or not at all."""
        answers = cast("BinaryIO", child.stdout)
        waiting = select.poll()
        waiting.register(answers, select.POLLIN)
        if not waiting.poll(1000 * SECONDS):
            raise TimeoutError
        return pdf_child.receive(answers)

    def end(self) -> str:
        """Kill the child and tell how it ended."""
        child, self._child = self._child, None
        if child is None:
            return "not started"
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        return f"code {child.wait()}"

    def forget(self) -> None:
        """After a fork: the child belongs to the other process, and so does whoever holds the lock."""
        if self._child is not None:
            self._child.returncode = 0  # nobody here waits for it
        self._lock, self._child = Lock(), None


printer = Printer()
atexit.register(printer.end)
os.register_at_fork(after_in_child=printer.forget)
