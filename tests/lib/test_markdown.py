from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.lib.markdown import (
    SVG_ATTRIBUTES,
    SVG_TAGS,
    TEXT_TAGS,
    parse,
    render,
    sanitise,
    sanitise_svg,
)

STEP = """\
# The number and the card

{#p1}
In January 1968 thirty-one men crossed the mountains.[^id-4]
The card came later.[^id-5][^id-4]

{#f1 of=3fa9c2d1}
![Four cards.](figures/four-cards.svg "From paper[^id-6]")

{#l1}
- first point

  goes on
- second point

no id here
"""


class TestParse:
    def test_takes_the_title_and_the_blocks(self):
        document = parse(STEP)

        assert document.title == "The number and the card"
        assert [(block.id, block.of, block.line) for block in document.blocks] == [
            ("p1", "", 4),
            ("f1", "3fa9c2d1", 8),
            ("l1", "", 11),
            ("", "", 16),
        ]

    def test_numbers_each_fact_once_in_the_order_of_the_text(self):
        assert parse(STEP).citations == ["id-4", "id-5", "id-6"]

    def test_counts_words_without_citations(self):
        assert parse("# T\n\n{#p1}\nOne two.[^id-4] Three").words == 3

    @pytest.mark.parametrize("text", ["", "\n\n", "no title\n"])
    def test_finds_no_title_where_there_is_none(self, text):
        assert parse(text).title == ""

    def test_changes_the_fingerprint_with_the_words_only(self):
        before, after, other = (
            parse(f"# T\n\n{{#{name}}}\n{words}\n").blocks[0].fingerprint
            for name, words in (("p1", "Same."), ("p9", "Same."), ("p1", "Other."))
        )

        assert before == after != other

    @given(st.text())
    def test_reads_anything(self, text):
        document = parse(text)

        assert sum(block.words for block in document.blocks) == document.words


class TestRender:
    def test_gives_each_block_its_id(self):
        html = render(parse("# T\n\n{#h1}\n## Head\n\n{#p1}\nText.\n\n{#q1}\n> Said.\n"), {})

        assert '<h2 id="h1">Head</h2>' in html
        assert '<p id="p1">Text.</p>' in html
        assert '<blockquote id="q1">' in html

    def test_puts_the_drawing_into_the_page_with_its_words(self):
        svg = '<svg viewBox="0 0 9 9"><path d="M0 0"/></svg>'

        html = render(parse(STEP), {"four-cards.svg": svg}, lambda number: f"Quelle {number}")

        assert (
            '<figure class="fig" id="f1"><svg role="img" aria-labelledby="f1-alt" viewBox' in html
        )
        assert 'From paper<sup><a href="#source-3" id="cited-3" aria-label="Quelle 3">3</a>' in html
        assert '<span class="vh" id="f1-alt">Four cards.</span>' in html

    def test_keeps_a_list_with_indented_paragraphs_together(self):
        html = render(parse(STEP), {})

        assert html.count("<li>") == 2
        assert html.count("<ul") == 1

    def test_sets_quotes_and_keeps_a_percentage_on_one_line(self):
        html = render(
            parse('# T\n\n{#p1}\nThe city\'s "smart" 15 % [link](https://a.example/?a="b")'), {}
        )

        assert "The city’s “smart” 15\N{NO-BREAK SPACE}%" in html

    def test_makes_no_heading_of_the_empty_corner_of_a_table(self):
        html = render(parse("# T\n\n{#t1}\n| | a |\n|---|---|\n| one | two |\n"), {})

        assert '<td></td>\n<th scope="col">a</th>' in html

    @pytest.mark.parametrize(
        "text",
        [
            "<script>alert(1)</script>",
            '<a href="javascript:alert(1)">x</a>',
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt&#58;alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "![x](https://evil.example/pixel.png)",
            '<img src=x onerror="alert(1)">',
            "{onclick=alert(1)}\ntext",
            "text\n{#p2 onclick=alert(1)}",
            '<svg onload="alert(1)"><use href="#x"/></svg>',
            "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
            "`x`{style=position:fixed}",
            '[x](https://ok.example "title" onmouseover="alert(1)")',
            "| <img src=x> |\n|---|\n| <script>alert(1)</script> |",
        ],
    )
    def test_makes_nothing_that_runs_or_loads(self, text):
        found = Tags(render(parse(f"# T\n\n{{#p1}}\n{text}\n"), {}))

        assert found.tags <= TEXT_TAGS
        assert found.attributes <= {
            "id", "href", "rel", "scope", "class", "tabindex", "role", "aria-labelledby",
        }  # fmt: skip
        assert not any(re.match(r"\s*(javascript|data)", url, re.IGNORECASE) for url in found.urls)

    @given(st.text(alphabet="<>!/\"'=[](){}#&;:`*_|- \nabcsrivptjonlead0", max_size=80))
    def test_makes_only_what_is_allowed_whatever_is_written(self, text):
        found = Tags(render(parse(f"# T\n\n{{#p1}}\n{text}"), {}))

        assert found.tags <= TEXT_TAGS | {"span", "svg"}
        assert not any(name.startswith("on") or name == "style" for name in found.attributes)
        assert not any(re.match(r"\s*(javascript|data)", url, re.IGNORECASE) for url in found.urls)


class TestSanitise:
    @pytest.mark.parametrize("tag", ["script", "style", "iframe", "object", "form", "input", "img"])
    def test_drops_what_text_does_not_need(self, tag):
        assert Tags(sanitise(f"<p>a<{tag}>b</{tag}></p>")).tags == {"p"}

    def test_keeps_tables_and_links(self):
        html = '<table id="t"><tbody><tr><th scope="col">a</th></tr></tbody></table>'

        assert sanitise(html) == html
        assert sanitise('<a href="https://a.example">a</a>') == (
            '<a href="https://a.example" rel="noopener">a</a>'
        )

    def test_keeps_only_shapes_of_a_drawing(self):
        found = Tags(
            sanitise_svg(
                '<svg viewBox="0 0 1 1" onload="a()"><script>a()</script><style>x</style>'
                '<a href="javascript:a()"><circle r="1" fill="url(//evil.example)"/></a>'
                '<g fill="url(#grey)" style="x" tabindex="0"><use href="#a"/><image href="x"/></g>'
                "<foreignObject><p>x</p></foreignObject></svg>"
            )
        )

        assert found.tags == {"svg", "circle", "g"}
        assert found.attributes == {"viewbox", "r", "fill"}
        assert not found.urls

    @given(st.text(alphabet="<>/\"'= svgpathonloadhrefusescript:#()", max_size=120))
    def test_keeps_only_shapes_whatever_is_drawn(self, text):
        found = Tags(sanitise_svg(f"<svg>{text}</svg>"))

        assert found.tags <= {tag.lower() for tag in SVG_TAGS}
        assert found.attributes <= {name.lower() for name in SVG_ATTRIBUTES}


class Tags(HTMLParser):
    """What a browser would find in a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.urls: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.urls += [value or "" for name, value in attrs if name in {"href", "src"}]
