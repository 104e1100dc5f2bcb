"""The woven lattice of the visual design, as SVG.

Two lattices lie over each other: upright bars, two to a tile and direction, and bars at 45 degrees.
Where they meet they form eight-point stars, one to a tile. Each bar passes above and below the
others in turn; where it passes below, it is cut. So the lattice works on any ground, and as all
bars of one kind are cut alike, a bar is one dashed line however long it is.

Everything is plain geometry and comes out the same each time; lengths are units of the SVG.
"""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise, product
from math import ceil, cos, floor, hypot, pi, radians, sin, sqrt
from typing import NamedTuple

TILE = 48.0
"""Side of one tile, with one star in its middle."""

# At this distance from the middle of the tile, the tips of neighbouring stars touch.
_BAR_OFFSET = TILE / (2 * sqrt(2))

_BAR_WIDTH = 1.8
_BAR_GAP = 1.1

# The certificate's panel: in the tints of a glaze, one star in four bright.
_PANEL_GROUND = "#0A3F49"
_PANEL_BARS = "#4FA6AE"
_PANEL_TINTS = ("#1F7F8A", "#0F5561", "#0F5561", "#0C4953")


class Point(NamedTuple):
    """A place, or a direction of length 1; y points down as in SVG."""

    x: float
    y: float


class _Bars(NamedTuple):
    """All bars of one kind: the lines ``a * x + b * y = c``, ``c + TILE``, ``c + 2 * TILE``...

    Measured from the upper left corner of any tile, since all tiles are alike.
    """

    a: int
    b: int
    c: float

    @property
    def is_slanted(self) -> bool:
        return self.a * self.b != 0

    @property
    def direction(self) -> Point:
        """Down for upright bars, else to the right."""
        length = hypot(self.a, self.b)
        return Point(self.b / length, -self.a / length)

    @property
    def start(self) -> Point:
        """Where one of the bars enters the tile: at the top when upright, else on the left."""
        return Point(0, self.c) if self.b else Point(TILE - self.c, 0)

    @property
    def period(self) -> float:
        """After this length a bar is cut the same way again."""
        return TILE * hypot(self.a, self.b)

    def passed(self, point: Point) -> int:
        """How many of the bars lie between a point and the tile's corner, with a sign."""
        return floor((self.a * point.x + self.b * point.y - self.c) / TILE)


_KINDS = (
    _Bars(-1, 0, TILE / 2 - _BAR_OFFSET),
    _Bars(-1, 0, TILE / 2 + _BAR_OFFSET),
    _Bars(0, 1, TILE / 2 - _BAR_OFFSET),
    _Bars(0, 1, TILE / 2 + _BAR_OFFSET),
    _Bars(1, 1, TILE / 2),
    _Bars(-1, 1, TILE / 2),
)


def pattern(
    pattern_id: str, *, scale: float = 1.0, colour: str = "var(--fg)", star: str = ""
) -> str:
    """Return one tile as an SVG ``<pattern>``, for ``fill="url(#...)"``.

    Args:
        pattern_id: its id.
        scale: size of a tile as a multiple of `TILE`.
        colour: of the bars.
        star: colour of the stars; empty leaves them open.
    """
    middle = TILE / 2
    stars = f'<path d="{star_path(middle, middle)}" fill="{star}"/>' if star else ""
    return (
        f'<pattern id="{pattern_id}" width="{TILE:g}" height="{TILE:g}" '
        f'patternUnits="userSpaceOnUse" patternTransform="scale({scale:.6g})">'
        f"{stars}{woven_bars(TILE, TILE, colour)}</pattern>"
    )


@lru_cache(maxsize=16)
def woven_bars(
    width: float, height: float, colour: str, *, bar: float = _BAR_WIDTH, gap: float = _BAR_GAP
) -> str:
    """Return the bars of an area as SVG; tiles begin in its upper left corner.

    Bars at 45 degrees begin or end above and below the area: let the SVG cut them off.

    Args:
        width: of the area, in the lattice's own units, 48 to a tile; height: likewise.
        height: of the area.
        colour: of the bars.
        bar: width of a bar.
        gap: free space on either side of the bar that passes above.
    """
    paths = (
        f'<path d="{_lines(kind, width, height)}" {_dashes(kind, bar, gap)}/>' for kind in _KINDS
    )
    return f'<g fill="none" stroke="{colour}" stroke-width="{bar:g}">' + "".join(paths) + "</g>"


def star_path(cx: float, cy: float, size: float = TILE) -> str:
    """Return the path data of an eight-point star that fills a square of a size."""
    outer = size / 2
    inner = outer * cos(pi / 4) / cos(pi / 8)
    points = (
        _around(Point(cx, cy), radius, step * pi / 8)
        for step, radius in enumerate((outer, inner) * 8)
    )
    return "M" + "L".join(map(_place, points)) + "Z"


def two_squares(size: float = 24, width: float = 1.7) -> str:
    """Return the sign of the product: two squares woven into each other, as one SVG ``<path>``.

    Its colour is ``currentColor``.
    """
    middle = Point(size / 2, size / 2)
    radius = size / 2 - width * 0.75
    side = radius * sqrt(2)
    gap = width * 1.05
    path = ""
    for first_corner, turn in product((225, 270), range(4)):
        angle = radians(first_corner + 90 * turn)
        corner = _around(middle, radius, angle)
        along = _around(Point(0, 0), 1, angle + pi * 3 / 4)
        # The squares are alike, so each side is cut at the same place: where it meets the other
        # square for the second time, as far from its corner as the radius is long.
        path += _segment(corner, along, 0, radius - gap)
        path += _segment(corner, along, radius + gap, side)
    return (
        f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="{width:g}" '
        'stroke-linecap="square"/>'
    )


def panel(number: str, width: float, height: float, columns: int = 3) -> str:
    """Return the panel of one certificate as a whole SVG image.

    The tints of the stars come from the SHA-256 of the number, two bits for each, so that panels
    differ. It is a decoration and proves nothing.

    Args:
        number: of the certificate.
        width: of the panel.
        height: of the panel.
        columns: how many tiles take its width.
    """
    scale = width / (columns * TILE)
    rows = ceil(height / scale / TILE)
    tints = _tints(number)
    stars = dict.fromkeys(_PANEL_TINTS, "")
    for row, column in product(range(rows), range(columns)):
        stars[next(tints)] += star_path((column + 0.5) * TILE, (row + 0.5) * TILE)
    paths = "".join(f'<path d="{path}" fill="{tint}"/>' for tint, path in stars.items())
    bars = woven_bars(width / scale, height / scale, _PANEL_BARS)
    size = f'width="{width:g}" height="{height:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width:g} {height:g}">'
        f'<rect {size} fill="{_PANEL_GROUND}"/><g transform="scale({scale:.6g})">{paths}{bars}</g>'
        "</svg>"
    )


def _tints(number: str) -> Iterator[str]:
    """Yield a tint for each star, two bits of the digest at a time; 128 stars, then again."""
    digest = sha256(number.encode()).digest()
    while True:
        for byte in digest:
            for shift in (6, 4, 2, 0):
                yield _PANEL_TINTS[byte >> shift & 3]


def _lines(kind: _Bars, width: float, height: float) -> str:
    """Draw each bar of a kind that crosses the area, always from the same place of a tile."""
    start, direction = kind.start, kind.direction
    if not direction.x:
        columns = range(ceil((width - start.x) / TILE))
        starts = [Point(start.x + column * TILE, 0) for column in columns]
        length = height
    else:
        length = width / direction.x
        highest, lowest = sorted((0, length * direction.y))
        rows = range(
            floor((-lowest - start.y) / TILE) + 1, ceil((height - highest - start.y) / TILE)
        )
        starts = [Point(0, start.y + row * TILE) for row in rows]
    return "".join(_segment(start, direction, 0, length) for start in starts)


def _dashes(kind: _Bars, bar: float, gap: float) -> str:
    """Return the attributes that cut a bar wherever it passes below another one."""
    cuts = []
    for place, other in _crossings(kind):
        if not _is_above(kind, other, _along(kind, place)):
            # At 45 degrees the bar above is met along a longer stretch.
            stretch = sqrt(2) if kind.is_slanted != other.is_slanted else 1
            reach = (bar / 2 + gap) * stretch
            cuts.append((place - reach, place + reach))
    first_start, first_end = cuts[0]
    first_again = (first_start + kind.period, first_end + kind.period)
    dashes = []
    for (_, end), (next_start, next_end) in pairwise([*cuts, first_again]):
        dashes += [next_start - end, next_end - next_start]
    # The list begins with the stroke after the first cut, the bar somewhere before it.
    written = " ".join(f"{dash:.5g}" for dash in dashes)
    offset = kind.period - first_end
    return f'stroke-dasharray="{written}" stroke-dashoffset="{offset:.5g}"'


def _crossings(kind: _Bars) -> list[tuple[float, _Bars]]:
    """Return where a bar meets others within one period: the length from its start, and which."""
    found = []
    start, direction = kind.start, kind.direction
    for other in _KINDS:
        approach = other.a * direction.x + other.b * direction.y
        if abs(approach) < 0.5:  # parallel; it is never between 0 and 0.7
            continue
        first = (other.c - other.a * start.x - other.b * start.y) / approach
        step = abs(TILE / approach)
        times = round(kind.period / step)
        found += [(first % step + time * step, other) for time in range(times)]
    return sorted(found)


def _is_above(kind: _Bars, other: _Bars, crossing: Point) -> bool:
    """Whether a bar passes above another one where they meet.

    The bars divide the plane into faces that can be black and white like a chessboard. A bar is
    above where the face ahead on its left is white. Following a bar, this is so at every second
    crossing; and of two bars that meet, it is so for one.
    """
    ahead, left = kind.direction, other.direction
    if ahead.x * left.y - ahead.y * left.x < 0:
        left = Point(-left.x, -left.y)
    face = Point(crossing.x + (ahead.x + left.x) / 2, crossing.y + (ahead.y + left.y) / 2)
    return sum(bars.passed(face) for bars in _KINDS) % 2 == 0


def _along(kind: _Bars, length: float) -> Point:
    start, direction = kind.start, kind.direction
    return Point(start.x + direction.x * length, start.y + direction.y * length)


def _around(middle: Point, radius: float, angle: float) -> Point:
    """Return a point of a circle; the angle is in radians, clockwise on the screen."""
    return Point(middle.x + radius * cos(angle), middle.y + radius * sin(angle))


def _segment(origin: Point, direction: Point, start: float, end: float) -> str:
    """Draw along a direction, from and to a distance from the origin."""
    first, last = (
        Point(origin.x + direction.x * distance, origin.y + direction.y * distance)
        for distance in (start, end)
    )
    return f"M{_place(first)}L{_place(last)}"


def _place(point: Point) -> str:
    return f"{_short(point.x)} {_short(point.y)}"


def _short(value: float) -> str:
    """Write a length with at most one decimal, which is finer than any printer."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
