"""The process that turns HTML into PDF, started by `lms.lib.pdf` as a program of its own.

It reads one job after the other from its standard input and answers on its standard output; when the input ends,
so does it. WeasyPrint and the fonts are loaded once. It imports nothing of ours, inherits none of the settings,
and ends itself at whatever it does not expect: the next job gets a new process.
"""

from __future__ import annotations

import gc
import json
import logging
import resource
import signal
import ssl
import struct
import sys
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

JOBS_BETWEEN_CLEANING = 10  # looking for garbage while a page is laid out takes a sixth of the time
COMPRESSION = 6  # the library's own 9 takes twice as long for one part in a hundred

ASSET_SCHEME = "asset:"
_COLOURS = "--srgb"
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)  # of attachments: their own content says when
_TEXT_TAGS = {"/P", "/H1", "/H2", "/H3"}
_HEADER = struct.Struct(">I")


class AssetUnknown(LookupError):
    """The HTML or the CSS asks for something that it was not given."""


def send(stream: BinaryIO, head: Mapping[str, Any], *blobs: bytes) -> None:
    """Write a message: its length, what JSON can say with the sizes of the bytes, the bytes."""
    written = json.dumps({**head, "sizes": [len(blob) for blob in blobs]}).encode()
    stream.write(b"".join((_HEADER.pack(len(written)), written, *blobs)))
    stream.flush()


def receive(stream: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """Read one message.

    Raises:
        EOFError: the other side is gone.
    """
    head = json.loads(_exactly(stream, _HEADER.unpack(_exactly(stream, _HEADER.size))[0]))
    return head, [_exactly(stream, size) for size in head["sizes"]]


def _exactly(stream: BinaryIO, size: int) -> bytes:
    found = stream.read(size)
    if len(found) < size:
        raise EOFError
    return found


def main(cpu_seconds: float, more_bytes: int) -> None:
    """Answer jobs until there are no more.

    Args:
        cpu_seconds: that one job may take.
        more_bytes: of address space that all jobs may take, beside the libraries.
    """
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout = sys.stderr  # a library that prints must not break the answers
    warnings = _Warnings(logging.WARNING)
    logging.getLogger().addHandler(warnings)
    _fonts()
    _limit_memory(more_bytes)
    gc.freeze()
    gc.disable()
    for number in range(1 << 62):
        _limit_time(cpu_seconds)
        try:
            head, blobs = receive(requests)
        except EOFError:
            return
        warnings.messages.clear()
        try:
            pdf = print_page(head, blobs)
        except AssetUnknown as refused:
            send(answers, {"unknown": str(refused)})
        except BaseException as failure:
            send(answers, {"failure": f"{type(failure).__name__}: {failure}"})
            raise
        else:
            send(answers, {"warnings": warnings.messages}, pdf)
        if number % JOBS_BETWEEN_CLEANING == 0:
            gc.collect()


class _Warnings(logging.Handler):
    """Keeps what libraries complain about, for the log of the process that asked."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def _limit_memory(more_bytes: int) -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    _limit(resource.RLIMIT_AS, pages * resource.getpagesize() + more_bytes)


def _limit_time(cpu_seconds: float) -> None:
    """Let the system end this process when the next job takes too long.

    Counted from now on: the limit of all CPU time (RLIMIT_CPU) is held by a clock that runs away from what the process
    can read of itself, by a tenth after two minutes on some machines, and then ends jobs that did nothing wrong.
    """
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)


def _limit(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def print_page(head: Mapping[str, Any], blobs: list[bytes]) -> bytes:
    from weasyprint import HTML, Attachment
    from weasyprint.urls import FatalURLFetchingError

    named = dict(zip(head["names"], blobs, strict=True))
    cached = {
        ASSET_SCHEME + name: _Shapes(width, height, named.pop(name))
        for name, (width, height) in head["shapes"].items()
    }
    attached = [
        Attachment(
            file_obj=BytesIO(named.pop(name)),
            name=name,
            created=_NO_DATE,
            modified=_NO_DATE,
            relationship="Data",
        )
        for name in head["attachments"]
    ]
    try:
        document = HTML(string=head["html"], url_fetcher=_fetcher_class()(named))
        return bytes(
            document.write_pdf(
                stylesheets=[_stylesheet(head["css"])],
                font_config=_fonts(),
                cache=cached,
                attachments=attached,
                color_profiles={_COLOURS: _colour_profile()},
                output_intent=_COLOURS,
                pdf_variant="pdf/a-3a",
                finisher=_mend,
            )
        )
    except FatalURLFetchingError as error:
        raise AssetUnknown(str(error.__cause__)) from error


def _mend(document: Any, pdf: Any) -> None:
    """Mend what WeasyPrint leaves out or does twice, right before it writes."""
    import pydyf

    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream) and stream.compress:
            _compress(stream)
    # Screen readers change their voice where the language changes. Boxes and structure are in one order.
    boxes = [found for page in document.pages for found in _texts(page._page_box)]  # noqa: SLF001
    tagged = [one for one in pdf.objects if isinstance(one, dict) and one.get("S") in _TEXT_TAGS]
    if len(boxes) != len(tagged):
        logging.getLogger(__name__).warning("The language of single lines is not told.")
        return
    for box, element in zip(boxes, tagged, strict=True):
        if language := box.element.get("lang"):
            element["Lang"] = pydyf.String(language)


def _compress(stream: Any) -> None:
    import pydyf

    content = b"\n".join(map(pydyf._to_bytes, stream.stream))  # noqa: SLF001 - as it does itself
    stream.stream[:] = [zlib.compress(content, COMPRESSION)]
    stream.extra["Filter"] = "/FlateDecode"
    stream.compress = False


def _texts(box: Any) -> Iterator[Any]:
    """Yield the boxes of paragraphs and headings; those placed by hand stand behind a placeholder."""
    box = getattr(box, "_box", box)
    if box.element is not None and f"/{box.element_tag.upper()}" in _TEXT_TAGS:
        yield box
    else:
        for child in getattr(box, "children", ()):
            yield from _texts(child)


class _Shapes:
    """An image that is operators already; WeasyPrint asks its images for nothing else than this."""

    def __init__(self, width: float, height: float, operators: bytes) -> None:
        self.size = (width, height)
        self.operators = operators

    def get_intrinsic_size(self, _resolution: float, _font_size: float) -> tuple[float, ...]:
        width, height = self.size
        return width, height, width / height

    def draw(self, stream: Any, width: float, height: float, _style: Any) -> None:
        stream.transform(a=width / self.size[0], d=height / self.size[1])
        stream.stream.append(self.operators)


@cache
def _fonts() -> Any:
    # A new one for each document doubles the time and is never freed.
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@cache
def _colour_profile() -> Any:
    # WeasyPrint would read the same file again for each document, and not close it.
    from weasyprint.css import ColorProfile

    profile = files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()

    class Profile(ColorProfile):  # type: ignore[misc]  # the library has no types
        # Written anew, it would have other bytes once its name has been read.
        content = profile

    components = (["r"], ["g"], ["b"])
    return Profile(BytesIO(profile), "sRGB2014.icc", "relative-colorimetric", components)


@lru_cache(maxsize=32)
def _stylesheet(css: str) -> Any:
    from weasyprint import CSS

    return CSS(string=css, font_config=_fonts(), url_fetcher=_fetcher_class()({}))


@cache
def _fetcher_class() -> Any:
    """Return the class that hands over assets and refuses every other address.

    It has to inherit from WeasyPrint's own, whose attributes are read when something fails.
    """
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    # A context that trusts nobody: the default one reads all certificates of the system, which
    # since Python 3.12 would take 17 ms for each document.
    nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    class AssetFetcher(URLFetcher):  # type: ignore[misc]  # the library has no types
        def __init__(self, assets: Mapping[str, bytes]) -> None:
            super().__init__(ssl_context=nobody, allowed_protocols=(), fail_on_errors=True)
            self._assets = assets

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(ASSET_SCHEME)
            if name == url or name not in self._assets:
                raise AssetUnknown(f"{url} is none of the document's assets.")
            return URLFetcherResponse(url, self._assets[name])

    return AssetFetcher


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
