"""The badge: a picture that carries the credential."""

import json
import re
from io import BytesIO
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from lms.accounts.services.personal_data import erase
from lms.certificates.badges import picture
from lms.certificates.models import BadgeImage
from lms.extensions import db
from lms.lib import credentials
from lms.lib.badges import unbaked
from tests.certificates.published import credential_key, published

UNKNOWN = "KZ-2026-2222-2222-2222-2222"
FORMATS = {"png": "image/png", "svg": "image/svg+xml", "json": "application/json"}


def without_request(page):
    return re.sub(r"[0-9a-f]{16}", "", page)


def answers(client, holder):
    address = f"/badges/{holder.certificate.number}"
    return {name: client.get(f"{address}.{name}") for name in FORMATS}


class TestBadge:
    def test_gives_anybody_the_signed_credential_in_a_picture(self, holder, client):
        credential = published(holder.certificate)

        badges = answers(client, holder)

        for name, answer in badges.items():
            assert answer.status_code == 200
            assert answer.mimetype == FORMATS[name]
            assert answer.headers["Cache-Control"] == "no-store"
            assert f"{holder.certificate.number}.{name}" in answer.headers["Content-Disposition"]
            assert "Set-Cookie" not in answer.headers
            text = answer.data.decode() if name == "json" else unbaked(answer.data)
            assert json.loads(text) == credential
            credentials.check(json.loads(text), credential_key())
        assert Image.open(BytesIO(badges["png"].data)).size == (640, 640)
        assert len(badges["png"].data) < 60_000
        assert holder.certificate.facts["course_title"] in badges["svg"].text
        address = credential["credentialSubject"]["achievement"]["image"]["id"]
        bare = client.get(urlsplit(address).path)
        assert bare.status_code == 200
        assert "immutable" in bare.headers["Cache-Control"]
        assert holder.person.name_latin.encode() not in bare.data
        assert db.session.query(BadgeImage).count() == 1

    def test_is_the_holders_alone_where_the_details_are_hidden(self, holder, client, officer):
        published(holder.certificate)
        holder.certificate.are_details_hidden = True
        db.session.commit()
        unknown = client.get(f"/badges/{UNKNOWN}.json").text

        for other in (client, officer):
            assert {answer.status_code for answer in answers(other, holder).values()} == {404}
        seen = answers(client, holder)["json"].text.replace(holder.certificate.number, UNKNOWN)
        assert without_request(seen) == without_request(unknown)
        assert {answer.status_code for answer in answers(holder.client, holder).values()} == {200}

    def test_is_gone_with_the_holder(self, holder, client):
        published(holder.certificate)
        number = holder.certificate.number

        erase(holder.person)
        db.session.commit()

        for name in FORMATS:
            assert client.get(f"/badges/{number}.{name}").status_code == 404

    def test_is_not_there_before_it_is_made(self, holder, client):
        assert {answer.status_code for answer in answers(client, holder).values()} == {404}


class TestPicture:
    @pytest.mark.parametrize(
        "title",
        [
            "Digital identity: from a number to a phone",
            "Цифровая идентификация: от номера к телефону",
            '<script>alert(1)</script> & "]]>',
            "file:///etc/passwd " * 30,
            "\u202e" + "W" * 400,
            "",
        ],
    )
    def test_holds_any_title(self, app, title):
        with app.app_context():
            svg = picture(title, "Academy of <Digital> Government & others" * 9, has_seal=True)

        root = ET.fromstring(svg)  # noqa: S314
        texts = root.findall(".//{http://www.w3.org/2000/svg}text")
        assert not root.findall(".//{http://www.w3.org/2000/svg}script")
        assert all(0 < float(text.get("y")) < 350 for text in texts)
        shown = " ".join(text.text or "" for text in texts)
        if title[:12]:
            assert title[:8] in shown
