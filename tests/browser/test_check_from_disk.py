"""The page for checking without the internet, as somebody keeps it: a file that is opened from a disk."""

from __future__ import annotations

import base64
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from lms.certificates import drawing, keys
from lms.certificates.models import Certificate, CertificateFile
from lms.extensions import db
from lms.jobs.services import run_due
from lms.lib import pdf as pdfs
from lms.lib import pdf_text, signing
from tests.browser import accessibility
from tests.certificates.printed import LANGUAGES, NAMES, facts_of
from tests.factories import complete, make_cohort, make_learner
from tests.lib.test_signing import Issuer

ADDRESS = "/verify-offline.html"
T = "<html lang=en><title>T</title><p>.</p></html>"


@pytest.fixture
def drawn(app):
    """A genuine certificate; in a thread, because the browser's driver keeps this one's event loop."""
    _person, seat = make_learner(make_cohort("KZ"))
    complete(seat)
    db.session.commit()

    def draw():
        with app.app_context():
            run_due()
            return db.session.query(CertificateFile).one().pdf

    return in_thread(draw)


def in_thread(work):
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def signed_by(key, html, attachments=None):
    return signed(key, lambda: pdfs.render(html, "", assets={}, attachments=attachments))


def signed(key, draw):
    def sign():
        return signing.sign(
            draw(), key.private, key.certificate, [key.root], reason="", signed_at=datetime.now(UTC)
        )

    return in_thread(sign)


class Disk:
    """The page on a disk, in a browser without a connection, and what it asks for all the same."""

    def __init__(self, browser, folder, html):
        self.file = folder / "verify-offline.html"
        self.file.write_bytes(html)
        self.context = browser.new_context(
            offline=True, viewport={"width": 320, "height": 700}, color_scheme="dark"
        )
        self.page = self.context.new_page()
        self.asked, self.said = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(self.file.as_uri())

    def answer(self, pdf):
        """Choose a PDF, and return what the page says of it."""
        self.page.evaluate("document.querySelector('#result').replaceChildren()")
        self.page.set_input_files("#file", [])
        sent = {"name": "c.pdf", "mimeType": "application/pdf", "buffer": bytes(pdf)}
        self.page.set_input_files("#file", [sent])
        self.page.wait_for_selector("#result h2")
        return self.page.inner_text("#result")


@pytest.fixture
def disk(browser, client, drawn, tmp_path):
    disk = Disk(browser, tmp_path, client.get(ADDRESS).data)
    yield disk
    disk.context.close()


class TestCheckFromDisk:
    def test_shows_what_the_issuer_attached_to_a_genuine_certificate(self, disk, drawn):
        said = disk.answer(drawn)

        (signer,) = keys.certificates("document")
        assert "This PDF is genuine" in said
        assert f"Signed by Serai {signer} on" in said
        assert re.search(r"KZ-\d{4}(-\w{4}){4}", said)
        assert "Whether it was revoked since cannot be seen here" in said
        assert "Every attached line is printed on the page, and nothing else is." in said
        assert "Printed: Aigul Sarsenbayeva" in said
        assert not re.search("not printed on|nothing like|cannot be read", said, re.IGNORECASE)
        page = disk.page
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert [url for url in disk.asked if not url.startswith(("file:", "blob:"))] == []
        assert disk.said == []

    def test_refuses_every_other_file(self, disk, drawn):
        begin, end = map(int, signing._RANGES.search(drawn).group(1, 2))
        in_page, in_time = bytearray(drawn), bytearray(drawn)
        in_page[begin // 2] ^= 1
        in_time[drawn.index(b"/M (D", end) + 12] ^= 1
        hidden = bytearray(drawn)
        hidden[end - 20] = ord("7")  # behind the signature, where zeros fill the room
        document = keys.current("document")
        issuer = Issuer()
        other = keys.Key("other", issuer.key, issuer.certificate, issuer.root)
        stolen = keys.Key(document.id, other.private, document.certificate, document.root)

        for pdf in (in_page, in_time, hidden, drawn + b"\n", signed_by(stolen, T)):
            assert "This file is not what was signed" in disk.answer(pdf)
        for pdf in (signed_by(other, T), b"no PDF"):
            assert "This file was not signed by this issuer" in disk.answer(pdf)

        # whoever trusts the other issuer says so
        root = other.root.public_bytes(Encoding.PEM).decode()
        disk.page.click("summary")
        disk.page.fill("#root", root)
        assert "The issuer signed this PDF" in disk.answer(signed_by(other, T))
        assert "This file was not signed by this issuer" in disk.answer(drawn)
        disk.page.fill("#root", "nothing")
        assert "cannot be read" in disk.answer(drawn)
        assert disk.said == []

    def test_believes_no_key_that_leaked(self, browser, client, drawn, tmp_path):
        (key,) = keys.certificates("document")
        keys.distrust(key, datetime.now(UTC), "A test.")
        db.session.commit()
        disk = Disk(browser, tmp_path, client.get(ADDRESS).data)

        said = disk.answer(drawn)
        new = disk.answer(signed_by(keys.current("document"), T))
        disk.context.close()

        assert "Whether this PDF is genuine cannot be told here" in said
        assert "Aigul" not in said
        assert "The issuer signed this PDF" in new
        assert disk.said == []

    def test_tells_a_page_that_does_not_say_what_is_attached(self, disk, drawn):
        attached = in_thread(lambda: pdf_text.attachments_of(drawn))
        facts = drawing.from_json(db.session.query(Certificate).one().facts)
        key = keys.current("document")
        forged = replace(facts, name_latin="Aigul Serikbayeva", hours=facts.hours + 100)

        said = disk.answer(signed(key, lambda: drawing.draw(forged, attachments=attached)))

        assert "its page does not say what is attached" in said
        assert "Do not accept it" in said
        assert "genuine" not in said
        marked = disk.page.locator("tr.differs").all_inner_texts()
        (name,) = [row for row in marked if f"Attached: {facts.name_latin}" in row]
        assert "This is not printed on the page" in name
        assert "nearest printed text: Aigul Serikbayeva" in name
        assert any("Nothing like this is attached" in row and "Serik" in row for row in marked)
        (study,) = [row for row in marked if f"Attached: {facts.hours} hours of study" in row]
        assert "This is not printed on the page" in study  # though it is a part of 10N hours
        accessibility.check(disk.page, "a forged page")

        # a picture, or whatever else cannot be read, agrees with nothing
        said = disk.answer(signed_by(key, "<html lang=en><title>T</title>", attached))
        assert "what it prints cannot be read here" in said
        assert facts.name_latin in said
        assert not re.search("genuine|is printed on", said)
        assert disk.said == []

    def test_reads_every_layout_language_and_script(self, disk):
        """Each layout and each language with its longest name: what is read depends on both apart."""
        pages = in_thread(lambda: [(drawing.draw(one), one) for one in shipped()])

        for pdf, facts in pages:
            lines = {
                name: line
                for name, line in drawing.printed_lines(facts).items()
                if line and name not in pdf_text.NOT_READ
            }
            found = disk.page.evaluate(READ, [base64.b64encode(pdf).decode(), lines])
            assert found == {"missing": [], "rest": []}, facts

    def test_reads_what_our_own_pages_happen_not_to_use(self, disk):
        assert disk.page.evaluate(READ_BY_HAND) == "\nAfi…\nnextшa(p)\nabcz"
        rows = "Array.from(fromRows(new Uint8Array([2, 1, 2, 2, 3, 255, 0, 7, 8]), 2))"
        assert disk.page.evaluate(rows) == [1, 2, 4, 1, 7, 8]


READ = """async ([base64, lines]) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const pdf = await Pdf.open(bytes, latin1(bytes));
    const { printed, rest } = compared(lines, await printedText(pdf));
    return { missing: Object.keys(lines).filter((name) => !printed.get(name)), rest };
}"""

READ_BY_HAND = r"""async () => {
    const stream = (text, ...pairs) =>
        new Stream(new Map(pairs), Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
    const map = stream(`%!PS
        1 beginbfchar <0001> <0041> endbfchar
        2 beginbfrange <0002> <0003> [<00660069> <2026>] <0010> <0012> <0061> endbfrange`);
    const letters = stream("1 beginbfrange <61> <7a> <0061> endbfrange");
    const wide = new Map([["/Subtype", "/Type0"], ["/ToUnicode", map]]);
    const narrow = new Map([["/Subtype", "/TrueType"], ["/ToUnicode", letters]]);
    const meant = new Map([["/ActualText", fromHex("FEFF0448")]]);
    const resources = new Map([
        ["/Font", new Map([["/W", wide], ["/N", narrow]])],
        ["/XObject", new Map([["/X", stream("<001000110012> '", ["/Subtype", "/Form"])]])],
        ["/Properties", new Map([["/P", meant]])],
    ]);
    const printed = new PrintedText(new Pdf(new Uint8Array(), ""));
    const content = String.raw`
        BI /W 1 ID ( q BT EI BT /W 9 Tf [(\000\001) -20 <0002>] TJ (\0\3) Tj
        /N 9 Tf 1 2 (n\145xt) " /Span /P BDC (secret) Tj EMC
        /Span <</ActualText (a\(p\))>> BDC (secret) Tj EMC q /W 9 Tf /X Do Q (z) Tj ET`;
    await printed.read(content, { resources, saved: [], depth: 0 });
    return printed.text;
}"""


def shipped():
    layouts = [layout.name for layout in drawing.layouts()]
    for number, language in enumerate((*LANGUAGES, "en")):
        named = [(native, latin) for code, native, latin in NAMES if code == language]
        longest = max(named, key=lambda names: len(names[0]))
        yield facts_of(language, *longest, layout=layouts[number % len(layouts)])


class TestSavePage:
    def test_is_one_file_that_may_load_nothing(self, client):
        response = client.get(ADDRESS)

        page = response.text
        header = response.headers["Content-Security-Policy"]
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[1]
        assert header.startswith(policy.replace("&#39;", "'"))
        assert header.startswith("default-src 'none'")
        for name in ("script", "style"):
            (part,) = re.findall(rf"<{name}>(.*?)</{name}>", page, re.DOTALL)
            digest = base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
            assert f"{name}-src 'sha256-{digest}'" in header
        assert not re.search(r"\s(src|srcset)=|<link|url\(|@import", page)
        assert "Set-Cookie" not in response.headers
        assert "<noscript>" in page

    def test_speaks_the_readers_language(self, client):
        page = client.get(f"{ADDRESS}?lang=ru").text

        assert '<html lang="ru">' in page
