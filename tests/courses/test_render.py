"""What an author writes, as a learner's page shows it: never more than text, tables and drawings."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from lms.courses.models import StepText
from lms.courses.services import FaultyCourse, publish
from lms.extensions import db
from tests.courses.small_course import FILLING, change, put
from tests.factories import make_cohort, make_learner

DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 60" onload="alert(1)">
<script>alert(2)</script><style>* { display: none }</style>
<a href="javascript:alert(3)"><text x="4" y="9" fill="url(https://evil.example/a)">Door</text></a>
<foreignObject><iframe src="https://evil.example"></iframe></foreignObject>
<image href="https://evil.example/pixel.png"/><use href="#star"/>
<path d="M1 1h9" fill="var(--ink)" marker-end="url(#arrow)" style="fill: red"/>
<animate attributeName="href" to="javascript:alert(4)"/>
</svg>
"""
FORBIDDEN = re.compile(
    r"alert\(|evil\.example|<(style|foreignObject|image|animate|iframe)|onload|style="
)


def article(page: str) -> str:
    return page.partition("<article")[2].partition("</article>")[0]


@pytest.fixture
def read_step(app, folder, client_of):
    """Return a function that publishes the course as it is and opens its first step."""

    def read():
        publish(folder)
        person, seat = make_learner(make_cohort(courses=("small",)))
        return client_of(person).get(f"/learn/{seat.cohort_slug}/small/one/text").text

    return read


class TestRenderStep:
    def test_keeps_only_shapes_and_words_of_a_drawing(self, folder, read_step):
        put(folder, "en/figures/plant.svg", DRAWING)

        shown = article(read_step())

        assert not FORBIDDEN.search(shown), FORBIDDEN.search(shown)
        assert '<path d="M1 1h9" fill="var(--ink)" marker-end="url(#arrow)"></path>' in shown
        assert '<text x="4" y="9">Door</text>' in shown

    def test_shows_html_of_a_text_as_words(self, folder, read_step):
        change(folder, "en/one/text.md", "Plain words", "`<script>alert(1)</script>` words")

        shown = article(read_step())

        assert "<code>&lt;script&gt;alert(1)&lt;/script&gt;</code>" in shown
        assert "<script>" not in shown

    def test_neutralises_even_what_the_checks_let_pass(self, app, folder, monkeypatch):
        monkeypatch.setattr("lms.courses.services.check", lambda _root: [])
        change(folder, "en/one/text.md", "Plain words", '<img src=x onerror="alert(1)"> words')

        version, _is_new = publish(folder)

        query = select(StepText.html).where(
            StepText.version_id == version.id, StepText.path == "one/text"
        )
        html = db.session.scalars(query).one()
        assert "<img" not in html
        assert "&lt;img src=x" in html

    def test_refuses_html_before_it_is_published(self, app, folder):
        change(folder, "en/one/text.md", "Plain words", "<script>alert(1)</script> words")

        with pytest.raises(FaultyCourse) as refusal:
            publish(folder)

        assert "en/one/text.md:10: HTML is not allowed: <script>" in refusal.value.message

    def test_leads_from_each_number_to_its_source_and_back(self, read_step):
        shown = article(read_step())

        assert '<a href="#source-1" id="cited-1" aria-label="Source 1">1</a>' in shown
        assert '<a href="#source-2" id="cited-2" aria-label="Source 2">2</a>' in shown
        assert shown.count('id="cited-1"') == 1  # cited three times, left from once
        assert shown.count('href="#source-1"') == 3
        for number in (1, 2):
            assert f'<li id="source-{number}">' in shown
            assert f'href="#cited-{number}"' in shown

    def test_describes_a_figure_in_words(self, read_step):
        shown = article(read_step())

        assert '<svg role="img" aria-labelledby="f1-alt"' in shown
        assert '<span class="vh" id="f1-alt">A plant with one door.</span>' in shown

    def test_lets_a_wide_table_scroll_in_its_own_box(self, folder, read_step):
        put(
            folder,
            "en/one/text.md",
            f"# T\n\n{{#p1}}\n{FILLING}\n\n{{#t1}}\n| a | b |\n|---|---|\n| one | two |\n",
        )

        shown = article(read_step())

        assert '<div class="scroll" tabindex="0" role="region" aria-labelledby="t1">' in shown
        assert '<th scope="col">a</th>' in shown

    def test_escapes_titles(self, folder, read_step):
        change(folder, "en/one/text.md", "# The plant", "# Plants & <b>doors</b>")

        page = read_step()

        assert '<h1 lang="en">Plants &amp; &lt;b&gt;doors&lt;/b&gt;</h1>' in page
