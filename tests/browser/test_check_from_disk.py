"""The page for checking without the internet, as somebody keeps it: a file that is opened from a disk."""

from __future__ import annotations

import base64
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from lms.certificates import keys
from lms.certificates.models import CertificateFile
from lms.extensions import db
from lms.jobs.services import run_due
from lms.lib import pdf as pdfs
from lms.lib import signing
from tests.factories import complete, make_cohort, make_learner

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

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(draw).result()


def signed_by(key, html):
    def sign():
        plain = pdfs.render(html, "", assets={})
        return signing.sign(
            plain, key.private, key.certificate, [key.root], reason="", signed_at=datetime.now(UTC)
        )

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(sign).result()


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
        page = disk.page
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert [url for url in disk.asked if not url.startswith(("file:", "blob:"))] == []
        assert disk.said == []

    def test_refuses_every_other_file(self, app, disk, drawn, monkeypatch, tmp_path):
        begin, end = map(int, signing._RANGES.search(drawn).group(1, 2))
        in_page, in_time = bytearray(drawn), bytearray(drawn)
        in_page[begin // 2] ^= 1
        in_time[drawn.index(b"/M (D", end) + 12] ^= 1
        hidden = bytearray(drawn)
        hidden[end - 20] = ord("7")  # behind the signature, where zeros fill the room
        document = keys.current("document")
        monkeypatch.setitem(app.config, "SIGNING_KEYS_DIR", tmp_path / "others")
        db.session.execute(db.delete(keys.SigningKey))
        other = keys.current("document")
        stolen = keys.Key(document.id, other.private, document.certificate, document.root)

        for pdf in (in_page, in_time, hidden, drawn + b"\n", signed_by(stolen, T)):
            assert "This file is not what was signed" in disk.answer(pdf)
        for pdf in (signed_by(other, T), b"no PDF"):
            assert "This file was not signed by this issuer" in disk.answer(pdf)

        # whoever trusts the other issuer says so
        root = other.root.public_bytes(Encoding.PEM).decode()
        disk.page.click("summary")
        disk.page.fill("#root", root)
        assert "This PDF is genuine" in disk.answer(signed_by(other, T))
        assert "This file was not signed by this issuer" in disk.answer(drawn)
        disk.page.fill("#root", "nothing")
        assert "cannot be read" in disk.answer(drawn)
        assert disk.said == []


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
