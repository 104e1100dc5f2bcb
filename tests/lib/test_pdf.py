import logging
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from lms.lib import pdf
from lms.lib.pdf import AssetUnknown, RenderingFailed, render
from lms.lib.pdf_text import attachments_of
from lms.lib.pdf_text import text_of as whole_text_of

CSS = "@page { size: 100mm 50mm } p { font-family: 'Noto Serif' }"
DOT = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


def page(body, head=""):
    return (
        '<!DOCTYPE html><html lang="kk"><head><meta charset="utf-8"><title>Сынақ</title>'
        f"{head}</head><body>{body}</body></html>"
    )


def text_of(document):
    return whole_text_of(document).strip()


def run(program):
    """Run a program in a process of its own and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=False,
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
        first = render(page("<p>Нарын Hong 3"), CSS, assets={})
        pdf.printer.end()  # the next one hashes strings differently

        assert render(page("<p>Нарын Hong 3"), CSS, assets={}) == first

    def test_keeps_one_warm_process(self):
        render(page("<p>a"), CSS, assets={})
        child = pdf.printer.pid

        render(page("<p>b"), CSS, assets={})

        assert pdf.printer.pid == child

    def test_hands_on_what_the_library_complains_about(self, caplog):
        render(page("<p>a"), CSS + "p{colour:red}", assets={})

        assert [record.getMessage() for record in caplog.records] == [
            "Ignored `colour:red` at 1:61, unknown property."
        ]

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


class TestAttach:
    FILES = {"credential.json": b'{"name": "\xd3\x98"}', "a.txt": b"a"}

    def test_embeds_the_bytes_as_data_of_the_document(self):
        document = render(page("<h1>a"), CSS, assets={}, attachments=self.FILES)

        with pikepdf.open(BytesIO(document)) as opened:
            first, second = opened.Root.AF
            assert first.AFRelationship == second.AFRelationship == "/Data"
            assert (first.UF, first.F) == ("credential.json", "credential.json")
            assert first.EF.F.Subtype == "/application/json"
            assert first.EF.F.read_bytes() == b'{"name": "\xd3\x98"}'
            with opened.open_metadata() as metadata:
                assert metadata.pdfa_status == "3A"

        assert attachments_of(document) == self.FILES
        assert render(page("<h1>a"), CSS, assets={}, attachments=self.FILES) == document


AS_THEY_ARE = {name: getattr(pdf, name) for name in ("CPU_SECONDS", "SECONDS", "MORE_BYTES")}


@pytest.fixture
def limits(monkeypatch):
    """Return a function that sets other limits; the process with these ends after the test."""

    def change(**limits):
        for name, most in limits.items():
            monkeypatch.setattr(pdf, name, most)
        pdf.printer.end()

    yield change
    pdf.printer.end()


class TestLimits:
    LONG = "<p>word " * 60_000  # more than ten seconds of CPU

    @pytest.mark.parametrize(
        ("limit", "most"), [("CPU_SECONDS", 0.5), ("SECONDS", 0.5), ("MORE_BYTES", 10 << 20)]
    )
    def test_end_the_document_that_overruns_and_no_other(self, limits, limit, most):
        limits(**{limit: most})

        with pytest.raises(RenderingFailed):
            render(page(self.LONG), CSS, assets={})

        limits(**AS_THEY_ARE)
        assert text_of(render(page("<p>a"), CSS, assets={})) == "a"

    def test_include_the_depth_of_a_document(self):
        with pytest.raises(RenderingFailed, match="RecursionError"):
            render(page("<div>" * 1500), CSS, assets={})

        assert text_of(render(page("<p>a"), CSS, assets={})) == "a"

    def test_do_not_outlive_a_killed_child(self):
        render(page("<p>a"), CSS, assets={})
        os.kill(pdf.printer.pid, signal.SIGKILL)
        os.waitid(os.P_PID, pdf.printer.pid, os.WEXITED | os.WNOWAIT)

        assert text_of(render(page("<p>b"), CSS, assets={})) == "b"


class TestChild:
    def test_has_none_of_the_settings(self):
        render(page("<p>a"), CSS, assets={})

        environment = Path(f"/proc/{pdf.printer.pid}/environ").read_bytes()
        assert {line.partition(b"=")[0] for line in environment.split(b"\0")} <= {
            b"HOME", b"LANG", b"",
        }  # fmt: skip

    def test_belongs_to_one_process_after_a_fork(self):
        render(page("<p>a"), CSS, assets={})
        ours = pdf.printer.pid

        if (pid := os.fork()) == 0:
            is_forgotten = pdf.printer.pid == 0
            os._exit(0 if is_forgotten else 1)

        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        render(page("<p>b"), CSS, assets={})
        assert pdf.printer.pid == ours


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


class TestParent:
    def test_loads_no_weasyprint_and_takes_the_child_with_it(self):
        child, is_loaded = run(
            "import os, sys; from lms.lib import pdf; pdf.render('<html lang=en>', '', assets={}); "
            "print(pdf.printer.pid, 'weasyprint' in sys.modules, flush=True); "
            "os.kill(os.getpid(), 9)"
        ).split()

        assert is_loaded == "False"
        for _wait in range(100):
            if has_ended(child):
                return
            time.sleep(0.05)
        pytest.fail("The child still runs.")


def has_ended(pid):
    """Tell whether a process is gone; nobody may be there to collect it."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True
