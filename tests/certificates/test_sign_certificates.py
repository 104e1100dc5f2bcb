from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.certificates.models import Signatory, Signature
from lms.extensions import db
from tests.certificates.conftest import follow
from tests.factories import make_cohort, make_signatory, make_staff
from tests.pages import text_of

TODAY = datetime.now(UTC).date()
FACTS = {
    "name": "Kim Min-jung",
    "role": "Head of the study visits",
    "office_from": TODAY.isoformat(),
    "office_until": "",
    "row_version": "1",
}


def scan(colour="navy", kind="JPEG"):
    """Draw a stroke in the middle of a sheet of paper."""
    paper = Image.new("RGB", (1200, 1600), "white")
    ImageDraw.Draw(paper).line([(500, 820), (640, 760), (800, 840)], fill=colour, width=8)
    written = BytesIO()
    paper.save(written, kind)
    return written.getvalue()


def signatories() -> list[Signatory]:
    db.session.expire_all()
    return list(db.session.scalars(select(Signatory).order_by(Signatory.id)))


@pytest.fixture
def cohort(app):
    return make_cohort("KZ")


@pytest.fixture
def address(cohort):
    return f"/programmes/{cohort.programme.slug}/signatories"


@pytest.fixture
def client(client_of):
    return client_of(make_staff("administrator"))


class TestSignatory:
    def test_is_handed_over_without_touching_what_was_issued(
        self, client, address, cohort, finisher_in
    ):
        unsigned = finisher_in("KZ", cohort=cohort).certificate.facts
        old = make_signatory(cohort.programme)
        before = finisher_in("KZ", cohort=cohort).certificate.facts

        sent = {**FACTS, "hands_over": "y", "scan": (BytesIO(scan()), "scan.jpg")}
        page = text_of(follow(client, client.post(f"{address}/new", data=sent)))

        assert "Kim Min-jung Head of the study visits" in page
        assert "Left office" in page
        new = signatories()[-1]
        assert signatories()[0].office_until == TODAY - timedelta(days=1)
        after = finisher_in("KZ", cohort=cohort).certificate.facts
        assert [
            (facts["signatory_role"], facts["signatory_name"], facts["signature"])
            for facts in (unsigned, before, after)
        ] == [
            ("Programme director", "", ""),
            ("Director", "Lee Seo-yeon", old.signature_sha256),
            (new.role, new.name, new.signature_sha256),
        ]
        events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(9))
        kept = {event.action: str(event.details) for event in events}
        assert {"add_signatory", "change_signatory"} <= kept.keys()
        assert "Min-jung" not in kept["add_signatory"]

    def test_is_the_newest_of_those_in_office(self, client, address, cohort, finisher_in):
        make_signatory(cohort.programme, "Later", office_from=TODAY - timedelta(days=3))
        make_signatory(cohort.programme, "Sooner")
        make_signatory(cohort.programme, "To come", office_from=TODAY + timedelta(days=3))

        facts = finisher_in("KZ", cohort=cohort).certificate.facts

        assert facts["signatory_name"] == "Later"
        page = text_of(client.get(address))
        assert "In office" in page
        assert "Not yet in office" in page

    def test_has_a_scan_without_the_paper_around_it(self, client, address):
        sent = {**FACTS, "scan": (BytesIO(scan()), "scan.jpg")}
        client.post(f"{address}/new", data=sent)
        (one,) = signatories()
        kept = Image.open(BytesIO(db.session.get_one(Signature, one.signature_sha256).png))

        assert kept.format == "PNG"
        assert kept.width < 320
        assert kept.height < 120
        form = {**FACTS, "removes_scan": "y"}
        follow(client, client.post(f"{address}/{one.id}", data=form))
        assert signatories()[0].signature_sha256 is None

    def test_is_not_overwritten_by_who_saw_an_older_version(self, client, address, cohort):
        one = make_signatory(cohort.programme)
        client.post(f"{address}/{one.id}", data=FACTS)

        response = client.post(f"{address}/{one.id}", data={**FACTS, "name": "Park Ji-ho"})

        assert response.status_code == 409
        assert "Kim Min-jung Park Ji-ho" in text_of(response)
        assert signatories()[0].name == "Kim Min-jung"
        again = {**FACTS, "name": "Park Ji-ho", "row_version": "2"}
        assert client.post(f"{address}/{one.id}", data=again).status_code == 303
        assert signatories()[0].name == "Park Ji-ho"

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"name": ""}, "Write the name"),
            ({"name": "አበበ"}, "Certificates cannot print: አ በ"),
            ({"role": "W" * 100}, "no room for so long a line"),
            ({"office_until": "2020-01-01"}, "before the first one"),
            ({"office_from": "0026-01-01"}, "four digits"),
            ({"scan": (b"<svg/>", "scan.svg")}, "no PNG, JPEG or WebP"),
            ({"scan": (scan("white"), "scan.jpg")}, "No signature is to be seen"),
            ({"name": "", "scan": (scan(), "scan.jpg")}, "Choose the picture again"),
        ],
    )
    def test_is_refused_in_words_beside_the_field(self, client, address, changes, words):
        if "scan" in changes:
            content, name = changes["scan"]
            changes = {**changes, "scan": (BytesIO(content), name)}

        response = client.post(f"{address}/new", data={**FACTS, **changes})

        assert response.status_code == 422
        assert words in text_of(response)
        assert 'value="Head of the study visits"' in response.text or "role" in changes
        assert signatories() == []
        assert db.session.scalars(select(Signature)).all() == []


class TestSignature:
    def test_is_shown_to_those_alone_who_issue_with_it(
        self, client, client_of, officer, stranger, address, cohort, app
    ):
        one = make_signatory(cohort.programme)
        picture = f"{address}/{one.id}/signature.png"

        for insider in (client, officer):
            shown = insider.get(picture)
            assert shown.data.startswith(b"\x89PNG")
            assert shown.headers["Cache-Control"] == "no-store"
            assert picture in insider.get(address).text
        assert stranger.get(picture).status_code == 404
        assert client_of(make_staff("coordinator", "country", "KZ")).get(picture).status_code == 403
        assert app.test_client().get(picture).status_code == 303
        other = make_cohort("KZ").programme.slug
        foreign = f"/programmes/{other}/signatories/{one.id}/signature.png"
        assert officer.get(foreign).status_code == 404
        logo = f"/programmes/logos/{one.signature_sha256}.png"
        assert app.test_client().get(logo).status_code == 404
