"""Pictures that somebody sent, drawn anew: no byte of the file itself is kept or handed on."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

LARGEST = (600, 200)  # pixels of a logo
LARGEST_SIGNATURE = (800, 300)
LARGEST_SCAN = (2400, 2400)  # a whole sheet of paper, before it is cut
_PAPER = 200  # of 255: what is brighter is paper and its shadows
LARGEST_BYTES = 200_000  # of the PNG
MOST_PIXELS = 40_000_000  # of what was sent; a small file can unpack to any size
FORMATS = ("PNG", "JPEG", "WEBP")


class NotAPicture(ValueError):
    """The file is none of these formats, or it is broken, whatever its name says."""


class TooManyPixels(ValueError):
    """Unpacked, the picture would be too large."""


class NothingWritten(ValueError):
    """The paper is empty, or the ink is too pale to be told from it."""


class TooDetailed(ValueError):
    """Even with few colours the picture stays too large a file."""


@dataclass(frozen=True)
class Drawn:
    """A PNG that was made here."""

    png: bytes
    width: int
    height: int


def draw_logo(content: bytes) -> Drawn:
    """Draw a PNG, JPEG or WebP anew as a small PNG on white, so that it can be read in every colour theme and in print.

    Raises:
        NotAPicture: it is none of these, or broken.
        TooManyPixels: it would unpack to more than 40 million pixels.
        TooDetailed: the PNG would be larger than 200 KB.
    """
    return _small(_on_white(_opened(content)), LARGEST)


def draw_signature(content: bytes) -> Drawn:
    """Draw a scanned signature anew as `draw_logo` does, without the empty paper around it.

    Raises:
        NothingWritten: the paper is empty.
        NotAPicture, TooManyPixels, TooDetailed: as `draw_logo`.
    """
    scan = _on_white(_opened(content))
    scan.thumbnail(LARGEST_SCAN, Image.Resampling.LANCZOS)
    ink = scan.convert("L").point(lambda grey: 255 if grey < _PAPER else 0)
    written = ink.getbbox()
    if written is None:
        raise NothingWritten
    return _small(scan.crop(written), LARGEST_SIGNATURE)


def _small(picture: Image.Image, largest: tuple[int, int]) -> Drawn:
    """Make the picture as small a PNG as it has to be."""
    picture.thumbnail(largest, Image.Resampling.LANCZOS)
    for colours in (None, 256, 32):
        png = _as_png(picture if colours is None else picture.quantize(colours))
        if len(png) <= LARGEST_BYTES:
            return Drawn(png, *picture.size)
    raise TooDetailed


@lru_cache(maxsize=64)
def for_print(png: bytes) -> bytes:
    """Return a logo as JPEG: a PDF takes it as it is, where a PNG is written anew each time (6 ms of 90 for each)."""
    written = BytesIO()
    Image.open(BytesIO(png), formats=["PNG"]).convert("RGB").save(
        written, "JPEG", quality=92, subsampling=0
    )
    return written.getvalue()


def _opened(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a bomb is warned of before it is refused
            # WeasyPrint, once it is imported, has every picture of the process read as far as it goes.
            ImageFile.LOAD_TRUNCATED_IMAGES = False
            picture = Image.open(BytesIO(content), formats=FORMATS)
            _refuse_large(picture)
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error
    except TooManyPixels:  # before ValueError, which it is
        raise
    # What Pillow's readers raise for files that are broken, cut off, or made to break them
    except (
        UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError,
        EOFError, OverflowError, MemoryError, NotImplementedError, Warning,
    ) as error:  # fmt: skip
        raise NotAPicture from error
    return picture


def _refuse_large(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise TooManyPixels


def _on_white(picture: Image.Image) -> Image.Image:
    """Turn it as the camera held it, and put white behind what is transparent."""
    coloured = ImageOps.exif_transpose(picture).convert("RGBA")
    ground = Image.new("RGBA", coloured.size, "white")
    return Image.alpha_composite(ground, coloured).convert("RGB")


def _as_png(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()
