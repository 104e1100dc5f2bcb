import logging
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdf
import pytest

from lms.lib import pdf
from lms.lib.pdf import AssetUnknown, render

CSS = "@page { size: 100mm 50mm } p { font-family: 'Noto Serif' }"
DOT = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


def page(body, head=""):
    return (
        '<!DOCTYPE html><html lang="kk"><head><meta charset="utf-8"><title>Сынақ</title>'
        f"{head}</head><body>{body}</body></html>"
    )


def text_of(document):
    return pypdf.PdfReader(BytesIO(document)).pages[0].extract_text().strip()


def run(program, **environment):
    """Run a program in a process of its own and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **environment},
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def server():
    """A web server of this machine that counts who asks it."""
    hits = []

    class Counting(BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    httpd = HTTPServer(("127.0.0.1", 0), Counting)
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}", hits
    httpd.shutdown()
    thread.join()
    httpd.server_close()


class TestRender:
    def test_prints_the_text(self):
        assert text_of(render(page("<p>Әсел Қожахметқызы"), CSS, assets={})) == "Әсел Қожахметқызы"

    def test_tells_language_and_title_and_has_tags(self):
        document = pikepdf.open(BytesIO(render(page("<h1>a"), CSS, assets={})))

        assert document.Root.Lang == "kk"
        assert document.docinfo.Title == "Сынақ"
        assert document.Root.MarkInfo.Marked
        assert document.Root.StructTreeRoot.K[0].S == "/Document"
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"

    def test_prints_the_assets_that_it_was_given(self, caplog):
        body = '<p>a<img src="asset:dot.svg" alt="a dot">'

        with_dot = render(page(body), CSS, assets={"dot.svg": DOT})

        assert with_dot != render(page("<p>a"), CSS, assets={})
        assert not [record for record in caplog.records if record.levelno >= logging.WARNING]

    def test_gives_the_same_bytes_in_another_process(self):
        program = (
            "import hashlib; from lms.lib.pdf import render; "
            f"document = render({page('<p>Нарын Hong 3')!r}, {CSS!r}, assets={{}}); "
            "print(hashlib.sha256(document).hexdigest())"
        )
        digests = {run(program, PYTHONHASHSEED=seed) for seed in ("1", "2")}

        assert len(digests) == 1

    def test_reuses_fonts_and_stylesheets(self):
        render(page("<p>a"), CSS, assets={})
        before = pdf._stylesheet.cache_info().misses

        render(page("<p>b"), CSS, assets={})

        assert pdf._stylesheet.cache_info().misses == before
        assert pdf._font_configuration.cache_info().misses == 1

    def test_prints_in_several_threads(self):
        found = {}

        def draw(word):
            found[word] = text_of(render(page(f"<p>{word}"), CSS, assets={}))

        threads = [threading.Thread(target=draw, args=(f"word{n}",)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert all(word == text for word, text in found.items())
        assert len(found) == 8


class TestNothingFromOutside:
    PLACES = (
        '<img src="{}" alt="">',
        '<div style="background:url({})">a</div>',
        '<link rel="stylesheet" href="{}">',
        "<style>@import '{}'; p {{ color: red }}</style>",
        "<style>@font-face {{ font-family: x; src: url({}) }} p {{ font-family: x }}</style><p>a",
        '<svg><image href="{}" width="9" height="9"/></svg>',
        '<svg><use href="{}#a"/></svg>',
        '<object data="{}">a</object>',
        '<embed src="{}">',
        '<link rel="attachment" href="{}">',
        '<a rel="attachment" href="{}">a</a>',
    )

    @pytest.mark.parametrize("place", PLACES)
    def test_is_asked_of_the_network(self, place, server):
        address, hits = server

        self.try_to_render(place, f"{address}/x.png")

        assert hits == []

    @pytest.mark.parametrize("place", PLACES)
    def test_is_read_from_the_disk(self, place, tmp_path):
        secret = tmp_path / "secret.svg"
        secret.write_bytes(DOT.replace(b"</svg>", b"<text>secret</text></svg>"))

        document = self.try_to_render(place, secret.as_uri())

        assert b"secret" not in document

    @pytest.mark.parametrize(
        "address",
        ["file:///etc/passwd", "http://127.0.0.1:9/", "ftp://x/y", "data:,x", "asset:no.png"],
    )
    def test_passes_in_silence(self, address):
        with pytest.raises(AssetUnknown, match="none of the document's assets"):
            render(page(f'<img src="{address}" alt="a">'), CSS, assets={"dot.svg": DOT})

    def test_is_asked_by_the_stylesheet(self, server):
        address, hits = server

        with pytest.raises(AssetUnknown):
            render(page("<p>a"), f"@import url({address}/a.css);", assets={})

        assert hits == []

    def test_is_asked_by_an_asset(self, server):
        address, hits = server
        svg = DOT.replace(
            b"<rect",
            f'<image href="{address}/x.png" width="9" height="9"/><rect'.encode(),
        )

        render(page('<img src="asset:a.svg" alt="a">'), CSS, assets={"a.svg": svg})

        assert hits == []

    def try_to_render(self, place, address):
        markup = place.format(address)
        head, body = (markup, "") if markup.startswith(("<link", "<style")) else ("", markup)
        try:
            return render(page(f"<p>a{body}", head), CSS, assets={})
        except AssetUnknown:
            return b""


class TestImport:
    def test_leaves_weasyprint_for_the_first_call(self):
        program = "import sys; import lms.lib.pdf; print('weasyprint' in sys.modules)"

        assert run(program) == "False\n"
