"""Course text: Markdown with an explicit id on every block, citations of facts, figures; rendered, then sanitised."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin

CITATION = re.compile(r"\[\^([a-z][a-z0-9-]*)\]")
FIGURE = re.compile(
    r'^!\[(?P<alt>.*)\]\(figures/(?P<name>[a-z0-9-]+\.svg)(?: "(?P<caption>[^"]*)")?\)$', re.DOTALL
)
BEFORE_PERCENT = re.compile(r"(?<=\d) (?=%)")  # no line ends there
BLOCK_ID = re.compile(r"^\{#(?P<id>[a-z][a-z0-9-]*)(?: of=(?P<of>[0-9a-f]{8}))?\}$")

TEXT_TAGS = {
    "p", "h2", "h3", "ul", "ol", "li", "blockquote", "strong", "em", "a", "code", "hr", "br", "sup", "div",
    "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption",
}  # fmt: skip
SVG_TAGS = {
    "svg", "g", "defs", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "title",
    "desc", "marker",
}  # fmt: skip
SVG_ATTRIBUTES = {
    "viewbox", "viewBox", "d", "x", "y", "x1", "y1", "x2", "y2", "dx", "dy", "cx", "cy", "r", "rx", "ry", "width",
    "height", "points", "transform", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-dasharray",
    "stroke-linecap", "stroke-linejoin", "stroke-opacity", "opacity", "font-size", "font-weight", "text-anchor",
    "dominant-baseline", "marker-start", "marker-end", "markerwidth", "markerheight", "markerWidth", "markerHeight",
    "refx", "refy", "refX", "refY", "orient", "id", "role", "aria-label", "aria-hidden", "class", "xmlns",
    "letter-spacing", "markerUnits", "markerunits",
}  # fmt: skip


@dataclass(frozen=True)
class Block:
    """One paragraph, heading, list, quotation, table or figure."""

    id: str
    of: str  # fingerprint of the source block a translation was made from, or empty
    line: int  # of the block's first words in its file
    source: str

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.source.encode()).hexdigest()[:8]

    @property
    def citations(self) -> list[str]:
        return CITATION.findall(self.source)

    @property
    def words(self) -> int:
        return len(re.findall(r"\w+", CITATION.sub("", self.source)))

    @property
    def figure(self) -> re.Match[str] | None:
        return FIGURE.match(self.source)


@dataclass(frozen=True)
class Document:
    """One step's text."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def citations(self) -> list[str]:
        """Return the facts cited, each once, in the order of their numbers in the text."""
        return list(dict.fromkeys(fact for block in self.blocks for fact in block.citations))

    @property
    def words(self) -> int:
        return sum(block.words for block in self.blocks)


def parse(text: str) -> Document:
    """Split a step into its title and its blocks. A block without an id gets an empty one; the checks name it."""
    lines = text.splitlines()
    title, blocks = "", []
    index = 0
    while index < len(lines):
        if not lines[index].strip():
            index += 1
            continue
        end = index
        while end < len(lines) and (lines[end].strip() or _goes_on(lines, end)):
            end += 1
        chunk = lines[index:end]
        if not title and chunk[0].startswith("# "):
            title = chunk[0].removeprefix("# ").strip()
        else:
            blocks.append(_block(chunk, index + 1))
        index = end + 1
    return Document(title, tuple(blocks))


def _goes_on(lines: Sequence[str], index: int) -> bool:
    """Tell whether the block continues after an empty line: an indented line of a list does."""
    following = lines[index + 1] if index + 1 < len(lines) else ""
    return following.startswith("  ") and bool(following.strip())


def _block(chunk: list[str], line: int) -> Block:
    found = BLOCK_ID.match(chunk[0].strip())
    body = chunk[1:] if found else chunk
    return Block(
        id=found["id"] if found else "",
        of=(found["of"] or "") if found else "",
        line=line + (1 if found else 0),
        source="\n".join(body).strip(),
    )


def render(
    document: Document,
    figures: dict[str, str],
    number_label: Callable[[int], str] = lambda number: f"Source {number}",
) -> str:
    """Return the sanitised HTML of a step.

    Args:
        document: as ``parse`` gave it.
        figures: file name to SVG, for the blocks that show one.
        number_label: the accessible name of a citation's link.
    """
    numbers = {fact: number for number, fact in enumerate(document.citations, 1)}
    cited: set[int] = set()

    def cite(found: re.Match[str]) -> str:
        number = numbers[found[1]]
        anchor = (
            "" if number in cited else f' id="cited-{number}"'
        )  # where "Back to the text" leads
        cited.add(number)
        label = number_label(number)
        return f'<sup><a href="#source-{number}"{anchor} aria-label="{label}">{number}</a></sup>'

    html = "\n".join(_render_block(block, figures, cite) for block in document.blocks)
    return BEFORE_PERCENT.sub("\N{NO-BREAK SPACE}", html)


def plain(text: str) -> str:
    """Return the sanitised HTML of a short text that has no ids, citations or figures."""
    return sanitise(_parser().render(text))


def _render_block(
    block: Block, figures: dict[str, str], cite: Callable[[re.Match[str]], str]
) -> str:
    if (figure := block.figure) is not None:
        return _render_figure(block.id, figure, figures, cite)
    html = _parser().render(f"{{#{block.id}}}\n{block.source}")
    if "<table" in html:
        html = f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{block.id}">{html}</div>'
    return CITATION.sub(cite, sanitise(html))


def _render_figure(
    block_id: str,
    found: re.Match[str],
    figures: dict[str, str],
    cite: Callable[[re.Match[str]], str],
) -> str:
    """Put the drawing into the page, so that it follows the theme; its words stand below for whoever cannot see it."""
    svg = drawing(figures.get(found["name"], ""), f"{block_id}-alt")
    caption = CITATION.sub(
        cite, nh3.clean_text(found["caption"] or "").replace("&#32;", " ").replace("&#47;", "/")
    )
    alt = CITATION.sub("", found["alt"])
    return (
        f'<figure class="fig" id="{block_id}">{svg}<figcaption>{caption}'
        f'<span class="vh" id="{block_id}-alt">{sanitise(alt)}</span></figcaption></figure>'
    )


def drawing(svg: str, label_id: str) -> str:
    """Make a drawing fit to stand in a page, named by the element ``label_id``."""
    return sanitise_svg(svg).replace("<svg", f'<svg role="img" aria-labelledby="{label_id}"', 1)


def sanitise(html: str) -> str:
    """Keep only the tags that course text needs, whatever the file held."""
    return nh3.clean(
        html,
        tags=TEXT_TAGS,
        attributes={
            "*": {"id"}, "a": {"href"}, "ol": {"start"}, "th": {"scope"},
            "div": {"class", "tabindex", "role", "aria-labelledby"},
        },
        url_schemes={"https", "http", "mailto"},
        link_rel="noopener",
    )  # fmt: skip


def sanitise_svg(svg: str) -> str:
    """Keep only shapes and words of a drawing: no script, link, style, foreign content or outside picture."""
    return nh3.clean(
        svg,
        tags=SVG_TAGS,
        attributes=dict.fromkeys(SVG_TAGS, SVG_ATTRIBUTES),
        clean_content_tags={"script", "style"},
        attribute_filter=lambda _tag, _name, value: (
            None if "url(" in value and not value.startswith("url(#") else value
        ),
        link_rel=None,
    )


@lru_cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": True})
    parser.enable(["table", "smartquotes"]).use(attrs_block_plugin)
    parser.add_render_rule("th_open", _open_heading)
    parser.add_render_rule("th_close", _close_heading)
    return parser


def _open_heading(_renderer: object, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    """Begin a column's heading; the empty corner of a table with row headings is an ordinary cell."""
    return '<th scope="col">' if tokens[index + 1].content else "<td>"


def _close_heading(_renderer: object, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    return "</th>\n" if tokens[index - 1].content else "</td>\n"
