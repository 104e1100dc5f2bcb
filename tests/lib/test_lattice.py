import re
from itertools import combinations, pairwise
from math import hypot
from xml.etree import ElementTree as ET

import pytest

from lms.lib.lattice import TILE, panel, pattern, star_path, two_squares, woven_bars

NUMBER = "KZ-2026-7Q3M-W8KD-R4TN-9HXG"
SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314  # our own output


def points_of(path):
    return [tuple(map(float, pair.split())) for pair in re.findall(r"-?[\d.]+ -?[\d.]+", path)]


class Bar:
    """One bar of the output, with its dashes."""

    def __init__(self, start, end, dashes, offset):
        self.start, self.end, self.dashes, self.offset = start, end, dashes, offset
        self.length = hypot(end[0] - start[0], end[1] - start[1])
        self.direction = [(b - a) / self.length for a, b in zip(start, end, strict=True)]

    def meets(self, other):
        """Return how far along each of two bars they cross, or None."""
        (ux, uy), (vx, vy) = self.direction, other.direction
        determinant = uy * vx - ux * vy
        if abs(determinant) < 0.1:
            return None
        dx, dy = (b - a for a, b in zip(self.start, other.start, strict=True))
        return (dy * vx - dx * vy) / determinant, (dy * ux - dx * uy) / determinant

    def is_drawn_at(self, place):
        place = (place + self.offset) % sum(self.dashes)
        for number, dash in enumerate(self.dashes):
            if place < dash:
                return number % 2 == 0
            place -= dash
        return False


def bars_of(markup):
    return [
        Bar(start, end, [*map(float, path.get("stroke-dasharray").split())],
            float(path.get("stroke-dashoffset")))
        for path in parsed(markup).findall("path")
        for start, end in zip(*[iter(points_of(path.get("d")))] * 2, strict=True)
    ]  # fmt: skip


class TestWovenBars:
    def test_cut_one_of_the_two_bars_at_each_crossing(self):
        crossings = []
        for one, other in combinations(bars_of(woven_bars(3 * TILE, 4 * TILE, "#000")), 2):
            if places := one.meets(other):
                x, y = (a + u * places[0] for a, u in zip(one.start, one.direction, strict=True))
                if 0 < x < 3 * TILE and 0 < y < 4 * TILE:
                    crossings.append((one.is_drawn_at(places[0]), other.is_drawn_at(places[1])))

        assert len(crossings) >= 12 * (3 * 4)
        assert all(one != other for one, other in crossings)

    def test_weave_each_bar_above_and_below_in_turn(self):
        bars = bars_of(woven_bars(3 * TILE, 3 * TILE, "#000"))

        for bar in bars:
            places = {
                round(places[0], 1)
                for other in bars
                if (places := bar.meets(other))
                and 0 < places[0] < bar.length
                and 0 < places[1] < other.length
            }
            above = [bar.is_drawn_at(place) for place in sorted(places)]

            assert all(one != following for one, following in pairwise(above))

    def test_cover_the_area_from_edge_to_edge(self):
        bars = bars_of(woven_bars(100, 200, "#000"))

        assert {bar.end[0] - bar.start[0] for bar in bars} == {0, 100}
        assert {bar.start[1] for bar in bars if bar.direction[1] == 1} == {0}
        assert {bar.end[1] for bar in bars if bar.direction[1] == 1} == {200}


class TestStarPath:
    def test_has_sixteen_points_and_fills_its_square(self):
        points = points_of(star_path(24, 24, 48))

        assert len(points) == 16
        assert min(points) == (0, 24)
        assert max(points) == (48, 24)

    def test_touches_the_star_of_the_next_tile(self):
        assert max(points_of(star_path(24, 24))) == min(points_of(star_path(24 + TILE, 24)))


class TestTwoSquares:
    def test_draws_the_sign_of_the_design(self):
        first, second, *others = re.findall(r"M[^M]*M[^M]*", parsed(two_squares()).get("d"))

        assert first == "M4.4 4.4L13.4 4.4M16.9 4.4L19.6 4.4"
        assert second == "M19.6 4.4L19.6 13.4M19.6 16.9L19.6 19.6"
        assert others[2] == "M12 1.3L18.3 7.6M20.8 10.1L22.7 12"
        assert len(others) == 6


class TestPattern:
    def test_is_well_formed_and_small(self):
        markup = pattern("weave", scale=1.53, star="#0D5963")

        element = parsed(markup)

        assert element.get("id") == "weave"
        assert element.get("patternTransform") == "scale(1.53)"
        assert element[0].get("fill") == "#0D5963"
        assert len(markup) < 2048

    def test_leaves_the_stars_open_without_a_colour(self):
        assert [child.tag for child in parsed(pattern("weave"))] == ["g"]


class TestPanel:
    def test_is_the_same_for_the_same_number(self):
        assert panel(NUMBER, 220, 840) == panel(NUMBER, 220, 840)

    def test_differs_for_another_number(self):
        panels = {panel(NUMBER[:-1] + letter, 220, 840) for letter in "23456789"}

        assert len(panels) == 8

    @pytest.mark.parametrize(("width", "height"), [(220, 840), (55, 210), (30, 30), (10, 900)])
    def test_covers_its_whole_height_with_stars(self, width, height):
        stars = stars_of(panel(NUMBER, width, height))

        rows = sorted({max(y for _, y in star) for star, _ in stars})

        assert rows[-1] * width / 3 / TILE >= height - 1
        assert len(rows) == rows[-1] / TILE
        assert len(stars) == 3 * len(rows)

    def test_takes_the_tints_from_the_digest(self):
        """SHA-256 of "a" begins with 0xCA: 11 00 10 10."""
        tints = {star[8]: tint for star, tint in stars_of(panel("a", 220, 840))}

        assert [tints[(0, 24)], tints[(48, 24)], tints[(96, 24)], tints[(0, 72)]] == [
            "#0C4953",
            "#1F7F8A",
            "#0F5561",
            "#0F5561",
        ]


def stars_of(svg):
    """Return the points and the tint of each star, in the units of a tile."""
    return [
        (points_of(star), path.get("fill"))
        for path in parsed(svg).findall(f"{SVG}g/{SVG}path")
        for star in path.get("d").split("Z")[:-1]
    ]
