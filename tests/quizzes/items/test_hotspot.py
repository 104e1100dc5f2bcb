import re
from types import SimpleNamespace

import pytest

from lms.quizzes.items import TYPES, BadResponse, NoKey, check, text_schema
from lms.quizzes.items.hotspot import view_box

HOTSPOT = TYPES["hotspot"]
STRUCTURE = {
    "id": "which-layer",
    "type": "hotspot",
    "figure": "three-layers.svg",
    "regions": {"format": [16, 80, 388, 80], "trust": [16, 320, 100.5, 80]},
    "correct": ["trust"],
}
TEXT = {
    "prompt": "Where does a law decide?",
    "feedback": "A rule says what counts.",
    "alt": "Three layers, one below the other.",
    "options": {"format": "Format", "trust": "Trust"},
    "drawing": '<svg role="img" aria-labelledby="figure-alt" viewBox="0 0 420 470"></svg>',
}
TWO_RIGHT = STRUCTURE | {"correct": ["trust", "format"]}


def regions(**changed):
    return {"regions": STRUCTURE["regions"] | changed}


class TestCheck:
    @pytest.mark.parametrize(
        ("structure", "text", "field"),
        [
            ({"figure": "figures/three-layers.svg"}, {}, "figure"),
            ({"figure": "three-layers.png"}, {}, "figure"),
            ({"regions": {"trust": [16, 320, 388, 80]}}, {"options": {"trust": "T"}}, "regions"),
            (regions(trust=[16, 320, 388]), {}, "regions.trust"),
            (regions(trust=["16", 320, 388, 80]), {}, "regions.trust.0"),
            (regions(trust=[16, float("inf"), 388, 80]), {}, "regions.trust.1"),
            (regions(trust=[16, 320, 0, 80]), {}, "regions.trust"),
            (regions(trust=[-1, 320, 388, 80]), {}, "regions.trust"),
            (regions(trust=[33, 320, 388, 80]), {}, "regions.trust"),
            (regions(trust=[16, 391, 388, 80]), {}, "regions.trust"),
            ({"correct": ["exchange"]}, {}, "correct"),
            ({"correct": ["trust", "trust"]}, {}, "correct"),
            ({"correct": []}, {}, "correct"),
            ({}, {"alt": " "}, "alt"),
            ({}, {"options": {"format": "Format"}}, "options.trust"),
            ({}, {"options": TEXT["options"] | {"x": "X"}}, "options.x"),
            ({}, {"options": {"format": "Format", "trust": "Format"}}, "options.trust"),
            ({}, {"option_feedback": {"x": "X"}}, "option_feedback.x"),
            ({}, {"drawing": ""}, ""),
            ({}, {"drawing": "<svg></svg>"}, ""),
            ({}, {"drawing": '<svg viewBox="0 0 420"></svg>'}, ""),
        ],
    )
    def test_names_the_field_and_a_repair(self, structure, text, field):
        (fault,) = check(STRUCTURE | structure, TEXT | text)

        assert fault.field == field
        assert fault.repair

    def test_finds_nothing_wrong_with_a_whole_item(self):
        assert check(STRUCTURE, TEXT) == []

    def test_takes_a_region_up_to_the_edge(self):
        assert check(STRUCTURE | regions(trust=[0, 0, 420, 470]), TEXT) == []

    def test_asks_no_author_for_the_drawing(self):
        properties = text_schema()["$defs"]["HotspotText"]["properties"]

        assert "alt" in properties
        assert "drawing" not in properties


class TestViewBox:
    @pytest.mark.parametrize(
        ("drawing", "box"),
        [
            ('<svg role="img" viewBox="0 0 420 470"><rect/></svg>', (0, 0, 420, 470)),
            ('<svg viewBox=" -10,5 , 4.5e1 7 "></svg>', (-10, 5, 45, 7)),
            ('<svg viewBox="0 0 420 high"></svg>', None),
            ('<svg viewBox="0 0 420 470 1"></svg>', None),
            ('<g><rect viewBox="0 0 1 1"/></g>', None),
        ],
    )
    def test_reads_the_units(self, drawing, box):
        assert view_box(drawing) == box


class TestParse:
    @pytest.mark.parametrize(
        ("values", "response"), [(["trust"], "trust"), ([], None), ([""], None)]
    )
    def test_keeps_the_region(self, values, response):
        assert HOTSPOT.parse(STRUCTURE, {"answer": values}) == response

    @pytest.mark.parametrize("values", [["exchange"], ["trust", "format"], ["40,350"]])
    def test_refuses_what_no_region_sends(self, values):
        with pytest.raises(BadResponse):
            HOTSPOT.parse(STRUCTURE, {"answer": values})


class TestMark:
    @pytest.mark.parametrize(
        ("response", "one", "either"),
        [("trust", 1, 1), ("format", 0, 1), (None, 0, 0), (["trust"], 0, 0), (True, 0, 0)],
    )
    def test_takes_any_region_that_is_right(self, response, one, either):
        assert HOTSPOT.mark(STRUCTURE, response) == one
        assert HOTSPOT.mark(TWO_RIGHT, response) == either

    def test_can_take_another_key(self):
        changed = HOTSPOT.with_key(STRUCTURE, "format")

        assert HOTSPOT.mark(changed, "format") == 1
        assert HOTSPOT.mark(changed, "trust") == 0
        assert check(changed, TEXT) == []

    def test_takes_no_key_that_is_no_region(self):
        with pytest.raises(NoKey):
            HOTSPOT.with_key(STRUCTURE, "exchange")


class TestDescribe:
    def test_names_the_region(self):
        assert HOTSPOT.describe(STRUCTURE, TEXT, "format") == ["Format"]
        assert HOTSPOT.describe(STRUCTURE, TEXT, None) == []

    def test_names_every_region_that_is_right(self):
        assert HOTSPOT.describe_correct(TWO_RIGHT, TEXT) == ["Trust", "Format"]


class TestTemplate:
    @pytest.fixture
    def html(self, page):
        options = HOTSPOT.options(STRUCTURE, TEXT)
        item = SimpleNamespace(
            type=HOTSPOT, structure=STRUCTURE, text=TEXT, options=options, response="trust"
        )
        return re.sub(r"\s+", " ", page("hotspot", item))

    def test_shows_the_figure_with_its_words(self, html):
        assert TEXT["drawing"] in html
        assert re.search(r'id="figure-alt" ?> ?Three layers, one below the other\.', html)

    def test_puts_each_region_into_the_label_of_its_button(self, html):
        labels = re.findall(r"<label.*?</label>", html)

        assert len(labels) == 2
        assert '<rect x="16.0" y="80.0" width="388.0" height="80.0"' in labels[0]
        assert '<rect x="16.0" y="320.0" width="100.5" height="80.0"' in labels[1]
        assert all(
            '<svg class="over" viewBox="0 0 420 470" aria-hidden="true">' in one for one in labels
        )
        assert "checked" in labels[1]
        assert "checked" not in labels[0]

    def test_keeps_the_word_within_the_figure(self, html):
        assert re.findall(r'<text x="([^"]*)" y="([^"]*)" text-anchor="([^"]*)"', html) == [
            ("394.0", "150.0", "end"),
            ("26.0", "390.0", "start"),
        ]
