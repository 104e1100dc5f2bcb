"""The woven lattice of the visual design, as SVG.

Two lattices lie over each other: upright bars, two to a tile and direction, and bars at 45 degrees.
Where they meet they form eight-point stars, one to a tile. Each bar passes above and below the
others in turn; where it passes below, it is cut. So the lattice works on any ground, and as all
bars of one kind are cut alike, a bar is one dashed line however long it is.

Everything is plain geometry and comes out the same each time; lengths are units of the SVG.
"""

from collections.abc import Iterator
from hashlib import sha256
from itertools import product
from math import ceil, cos, floor, hypot, pi, radians, sin, sqrt
from typing import NamedTuple

TILE = 48.0
"""Side of one tile, with one star in its middle."""

# At this distance from the middle of the tile, the tips of neighbouring stars touch.
_BAR_OFFSET = TILE / (2 * sqrt(2))

_BAR_WIDTH = 1.7
_BAR_GAP = 1.4

# The certificate's panel: three tiles wide, in the tints of a glaze, one star in four bright.
_PANEL_COLUMNS = 3
_PANEL_GROUND = "#0A3F49"
_PANEL_BARS = "#4FA6AE"
_PANEL_TINTS = ("#1F7F8A", "#0F5561", "#0F5561", "#0C4953")


class Point(NamedTuple):
    """A place, or a direction of length 1; y points down as in SVG."""

    x: float
    y: float


class _Bar(NamedTuple):
    """The line ``a * x + b * y = c``, measured from the middle of a tile."""

    a: int
    b: int
    c: float

    @property
    def direction(self) -> Point:
        """Where the bar leads: to the right, or down when it is upright."""
        length = hypot(self.a, self.b)
        return Point(abs(self.b) / length, (-self.a if self.b > 0 else self.a) / length)

    @property
    def period(self) -> float:
        """After this length the bar is cut the same way again."""
        return TILE * hypot(self.a, self.b)

    def meets(self, other: "_Bar") -> Point | None:
        """Return where two bars cross; None when they are parallel."""
        determinant = self.a * other.b - other.a * self.b
        if determinant == 0:
            return None
        return Point(
            (self.c * other.b - other.c * self.b) / determinant,
            (self.a * other.c - other.a * self.c) / determinant,
        )


# The bars of one tile: each stands for all that run parallel to it through other tiles.
_KINDS = (
    *(_Bar(1, 0, offset) for offset in (-_BAR_OFFSET, _BAR_OFFSET)),
    *(_Bar(0, 1, offset) for offset in (-_BAR_OFFSET, _BAR_OFFSET)),
    _Bar(1, 1, TILE / 2),
    _Bar(1, -1, TILE / 2),
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
        f'<path d="{"".join(_lines(kind, width, height))}" {_dashes(kind, bar, gap)}/>'
        for kind in _KINDS
    )
    return f'<g fill="none" stroke="{colour}" stroke-width="{bar:g}">{"".join(paths)}</g>'


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


def panel(number: str, width: float, height: float) -> str:
    """Return the panel of one certificate as a whole SVG image.

    The tints of the stars come from the SHA-256 of the number, two bits for each, so that panels
    differ. It is a decoration and proves nothing.

    Args:
        number: of the certificate.
        width: of the panel; three tiles take it.
        height: of the panel.
    """
    scale = width / (_PANEL_COLUMNS * TILE)
    rows = ceil(height / scale / TILE)
    tints = _tints(number)
    stars = dict.fromkeys(_PANEL_TINTS, "")
    for row, column in product(range(rows), range(_PANEL_COLUMNS)):
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


def _lines(kind: _Bar, width: float, height: float) -> Iterator[str]:
    """Yield each bar of a kind that crosses the area, all begun at the same point of their dashes."""
    along = kind.direction
    start = _start(kind)
    if along.x == 0:
        for column in range(ceil(width / TILE)):
            yield _segment(Point(start.x + column * TILE, start.y), along, 0, height)
        return
    length = width / along.x
    climb = length * along.y
    for row in range(floor(min(0, -climb) / TILE), ceil(max(height, height - climb) / TILE)):
        yield _segment(Point(start.x, start.y + row * TILE), along, 0, length)


def _start(kind: _Bar) -> Point:
    """Return where a bar enters the tile, measured from the tile's upper left corner."""
    half = TILE / 2
    if kind.b == 0:
        return Point(kind.c + half, 0)
    # The bars at 45 degrees are begun at the left edge: any whole tile further up is the same bar.
    return Point(0, ((kind.c + kind.a * half) / kind.b + half) % TILE)


def _dashes(kind: _Bar, bar: float, gap: float) -> str:
    """Return the attributes that cut a bar wherever it passes below another one."""
    cuts = []
    for place, other in _crossings(kind):
        if _is_below(kind, other, kind.meets(other)):
            is_slanted = (kind.a * kind.b == 0) != (other.a * other.b == 0)
            # At 45 degrees the bar above is met along a longer stretch.
            reach = (bar / 2 + gap) * (sqrt(2) if is_slanted else 1)
            cuts.append((place - reach, place + reach))
    first_end = cuts[0][1]
    dashes = []
    for (_, end), (next_start, next_end) in zip(
        cuts, [*cuts[1:], tuple(edge + kind.period for edge in cuts[0])], strict=True
    ):
        dashes += [next_start - end, next_end - next_start]
    # The dashes begin after the first cut, the line before it.
    offset = kind.period - first_end
    return (
        f'stroke-dasharray="{" ".join(map(_fine, dashes))}" stroke-dashoffset="{_fine(offset)}"'
    )
