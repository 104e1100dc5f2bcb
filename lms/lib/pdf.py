"""Turning HTML into PDF, with nothing from outside.

WeasyPrint is loaded at the first call, because it takes half a second and only workers print.
"""

import atexit
import ssl
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

_ASSET_SCHEME = "asset:"
_COLOURS = "--srgb"

# Pango and fontconfig keep state for the whole process and do not lock it.
_one_at_a_time = Lock()


class AssetUnknown(LookupError):
    """The HTML or the CSS asks for something that it was not given."""


def render(html: str, css: str, *, assets: Mapping[str, bytes]) -> bytes:
    """Return a tagged PDF/A-3a of a document; the same input gives the same bytes.

    Language and title of the PDF are those of the HTML: ``<html lang>`` and ``<title>``.

    Args:
        html: the whole document; it may name images only as ``asset:NAME``.
        css: the only stylesheet; parsed once a process, so keep it the same for many documents.
        assets: the images by NAME: PNG, JPEG or SVG.

    Raises:
        AssetUnknown: an address other than these was asked for: a file, a web page, a missing name.
            Nothing is opened or sent then.
    """
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    with _one_at_a_time:
        document = HTML(string=html, url_fetcher=_fetcher_class()(assets))
        try:
            pdf = document.write_pdf(
                stylesheets=[_stylesheet(css)],
                font_config=_font_configuration(),
                color_profiles={_COLOURS: _colour_profile()},
                output_intent=_COLOURS,
                pdf_variant="pdf/a-3a",
            )
        except FatalURLFetchingError as error:
            raise AssetUnknown(str(error.__cause__)) from error
    return bytes(pdf)


@cache
def _font_configuration() -> "FontConfiguration":
    # A new one for each document doubles the time and is never freed.
    from weasyprint.text.fonts import FontConfiguration

    # It cleans up after itself with modules that are gone when the process ends.
    atexit.register(_font_configuration.cache_clear)
    return FontConfiguration()


@cache
def _colour_profile() -> Any:
    # WeasyPrint would read the same file again for each document, and not close it.
    from weasyprint.css import ColorProfile

    profile = files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()
    components = (["r"], ["g"], ["b"])
    return ColorProfile(BytesIO(profile), "sRGB2014.icc", "relative-colorimetric", components)


@lru_cache(maxsize=16)
def _stylesheet(css: str) -> "CSS":
    from weasyprint import CSS

    return CSS(string=css, font_config=_font_configuration(), url_fetcher=_fetcher_class()({}))


@cache
def _fetcher_class() -> Any:
    """Return the class that hands over assets and refuses every other address.

    It has to inherit from WeasyPrint's own, whose attributes are read when something fails.
    """
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class AssetFetcher(URLFetcher):  # type: ignore[misc]  # the library has no types
        def __init__(self, assets: Mapping[str, bytes]) -> None:
            # A context that trusts nobody: the default one reads all certificates of the system,
            # which since Python 3.12 would take 17 ms for each document.
            nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            super().__init__(ssl_context=nobody, allowed_protocols=(), fail_on_errors=True)
            self._assets = assets

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(_ASSET_SCHEME)
            if name == url or name not in self._assets:
                raise AssetUnknown(f"{url} is none of the document's assets.")
            return URLFetcherResponse(url, self._assets[name])

    return AssetFetcher
