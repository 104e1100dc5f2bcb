"""Baking a credential into a picture, and reading it back.

Source: 1EdTech, Open Badges 3.0, 5.3 "Baked Badge".
"""

from __future__ import annotations

import json
import re
from xml.parsers.expat import ExpatError
from zlib import crc32

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEYWORD = b"openbadgecredential"
_ELEMENT = "openbadges:credential"
_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NothingBaked(ValueError):
    """The picture carries no credential, or is none."""


def bake_png(png: bytes, credential: str) -> bytes:
    """Return a PNG that carries a credential, uncompressed, as the specification wants it.

    Args:
        png: carries none yet.
        credential: its JSON, with the proof.
    """
    data = _KEYWORD + bytes(5) + credential.encode()  # not compressed, in no language
    end = png.rindex(b"IEND") - 4
    return png[:end] + _chunk(b"iTXt", data) + png[end:]


def bake_svg(svg: str, credential: str) -> str:
    """Return an SVG that carries a credential. What XML cannot hold is written as JSON can, which means the same."""
    inside = _NOT_IN_XML.sub(lambda found: json.dumps(found[0])[1:-1], credential)
    inside = inside.replace("]]>", "]]\\u003e")
    begin, rest = svg[: (at := _end_of_first_tag(svg))], svg[at:]
    return (
        f'{begin} xmlns:openbadges="{_NAMESPACE}"><{_ELEMENT}>'
        f"<![CDATA[{inside}]]></{_ELEMENT}>{rest[1:]}"
    )


def unbaked(picture: bytes) -> str:
    """Return the JSON of the credential that a PNG or SVG carries; it is not checked.

    Raises:
        NothingBaked: there is none, or this is no such picture.
    """
    from openbadgeslib import baking
    from openbadgeslib.errors import LibOpenBadgesException
    from png import Error as PngError

    try:
        found = (
            baking.extract_png(picture, keyword=_KEYWORD)
            if picture.startswith(_SIGNATURE)
            else baking.extract_svg(picture, element=_ELEMENT, text_fallback=True)
        )
    except (LibOpenBadgesException, PngError, ExpatError, ValueError) as error:
        raise NothingBaked("This is neither PNG nor SVG, or a broken one.") from error
    if found is None:
        raise NothingBaked("The picture carries no credential.")
    return found


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + crc32(kind + data).to_bytes(4)


def _end_of_first_tag(svg: str) -> int:
    """Return the place of the bracket that ends ``<svg ...``. Our own pictures have none in an attribute."""
    return svg.index(">", svg.index("<svg"))
