"""What the public is told apart: each standing, what the holder hides, and who only guesses."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta
from statistics import NormalDist, mean
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from lms.accounts.models import Person
from lms.certificates.archives import archive_of
from lms.certificates.models import Certificate, RegisterEntry, StatusList, TreeHead
from lms.certificates.queries import checked, printed_certificates
from lms.extensions import db
from lms.lib.numbers import fault, new_number
from tests.certificates.conftest import end_on
from tests.factories import make_staff
from tests.pages import text_of

MOMENT = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
STANDINGS = {
    "valid": ({}, "This certificate is valid"),
    "replaced": ({"replaced_at": MOMENT}, "This certificate was replaced"),
    "suspended": ({"suspended_at": MOMENT}, "This certificate is suspended"),
    "expired": (
        {"expires_on": date(2026, 1, 12), "expires_at": MOMENT.replace(year=2026)},
        "This certificate has expired",
    ),
    "revoked": (
        {"revoked_at": MOMENT, "revocation_reason": "issued_in_error"},
        "This certificate was revoked",
    ),
}


@pytest.fixture
def certificate(finisher_in) -> Certificate:
    return finisher_in("KZ").certificate


def put(certificate: Certificate, changes, successor: Certificate) -> None:
    """Set what changes a standing; all else is as after the issue."""
    if "replaced_at" in changes:
        changes = {**changes, "replaced_by_id": successor.id}
    emptied = {"replaced_at": None, "replaced_by_id": None, "suspended_at": None}
    emptied |= {"expires_on": None, "expires_at": None, "revoked_at": None, "revocation_reason": ""}
    for name, value in {**emptied, **changes}.items():
        setattr(certificate, name, value)
    db.session.commit()


def publish(size: int) -> None:
    """Sign the register twice, and a list that the certificate is in."""
    db.session.add_all(
        [
            TreeHead(size=size, root=b"r" * 32, checkpoint="", signed_at=MOMENT),
            TreeHead(
                size=size + 1, root=b"s" * 32, checkpoint="", signed_at=MOMENT.replace(day=30)
            ),
            StatusList(purpose="revocation", number=0, credential="{}", signed_at=MOMENT),
        ]
    )
    db.session.commit()


def main_of(response) -> str:
    return response.text.partition("<main")[2].partition("</main>")[0]


class TestCheckStanding:
    def test_tells_each_apart_in_words_colour_title_and_json(
        self, client, certificate, finisher_in
    ):
        successor = finisher_in("KZ").certificate
        titles, looks = set(), set()
        for state, (changes, words) in STANDINGS.items():
            put(certificate, changes, successor)

            page = client.get(f"/v/{certificate.number}")
            body = client.get(f"/v/{certificate.number}.json").json

            assert page.status_code == 200
            assert text_of(page).startswith(words)
            assert body["status"] == state
            assert body["facts"] == certificate.facts
            assert certificate.facts["name_latin"] in text_of(page)
            titles.add(re.search(r"<title>(.*?)</title>", page.text)[1])
            look = re.search(r'class="note verdict (\w*">.*?)</svg>', page.text, re.DOTALL)
            looks.add(look[1])
            if state == "replaced":
                assert f'/en/verify/{successor.number}"' in main_of(page)
                assert body["replaced_by"] == successor.number
                assert body["replaced_at"] == "2027-01-12T09:30:00+00:00"
                assert "On 12 January 2027 it was replaced by" in text_of(page)
            elif state == "suspended":
                assert "Since 12 January 2027 it does not hold" in text_of(page)
                assert body["suspended_at"] == "2027-01-12T09:30:00+00:00"
            elif state == "expired":
                assert "It held until 12 January 2026." in text_of(page)
                assert body["valid_until"] == "2026-01-12"
            elif state == "revoked":
                assert "Reason: Issued in error." in text_of(page)
                assert body["reason"] == "issued_in_error"
        assert len(titles) == len(looks) == len(STANDINGS)

    def test_says_when_it_was_suspended_last(self, client, certificate):
        for month, words in (3, "March"), (5, "May"):
            put(certificate, {"suspended_at": MOMENT.replace(month=month)}, certificate)

            page = main_of(client.get(f"/v/{certificate.number}"))

            assert page.count(f"12 {words} 2027") == 2  # in the answer, and in what happened

    def test_lets_it_expire_on_every_page_at_midnight_where_its_cohort_is(
        self, certificate, client, client_of
    ):
        end_on(certificate, MOMENT.date())
        number, person = certificate.number, db.session.get_one(Person, certificate.person_id)
        db.session.commit()
        midnight = datetime(2027, 1, 13, tzinfo=ZoneInfo("Asia/Almaty"))
        told = {}
        for seconds in -1, 0:
            with time_machine.travel(midnight + timedelta(seconds=seconds), tick=False):
                holder, officer = client_of(person), client_of(make_staff("officer"))
                told[seconds] = [
                    client.get(f"/v/{number}.json").json["status"],
                    *(
                        re.search("held until|holds until", text_of(holder.get(page)))[0]
                        for page in (f"/certificates/mine/{number}",)
                    ),
                    "Expired" in text_of(holder.get("/certificates/mine")),
                    "Expired" in text_of(holder.get("/learn")),
                    number in text_of(officer.get("/certificates/register?standing=expired")),
                    number not in text_of(officer.get("/certificates/register?standing=valid")),
                    "Expired" in text_of(officer.get(f"/certificates/{number}")),
                    printed_certificates(person) == [],
                    archive_of(select(Certificate)).manifest.count(b"expired") == 1,
                ]

        assert told[-1] == ["valid", "holds until", *[False] * 7]
        assert told[0] == ["expired", "held until", *[True] * 7]

    def test_names_its_proofs_and_the_day_of_the_register(self, client, certificate):
        entry = db.session.scalars(select(RegisterEntry)).one()
        publish(size=entry.index + 1)

        page = client.get(f"/v/{certificate.number}")
        response = client.get(f"/v/{certificate.number}.json")

        day = f"{entry.at:%-d %B %Y}"
        words = f"Entered in the public register as no. {entry.index} on {day}."
        assert f"{words} Its signed head of 12 January 2027 covers it." in text_of(page)
        site, number = "http://localhost", certificate.number
        assert response.json["links"] == {
            "register_proof": f"{site}/v/{number}/proof.json",
            "revocation_list": f"{site}/status/revocation/0",
        }
        for address in response.json["links"].values():
            assert f'href="{address}"' in page.text
        assert response.json["register"] == {
            "index": entry.index,
            "entered_at": entry.at.isoformat(),
            "signed_at": "2027-01-12T09:30:00+00:00",
        }
        assert response.headers["Access-Control-Allow-Origin"] == "*"

    def test_shows_nothing_but_the_standing_of_what_the_holder_hides(
        self, client, certificate, finisher_in
    ):
        publish(size=1)
        successor = finisher_in("KZ").certificate
        certificate.are_details_hidden = True
        for changes, words in STANDINGS.values():
            put(certificate, changes, successor)

            page = client.get(f"/v/{certificate.number}")
            body = client.get(f"/v/{certificate.number}.json").json

            assert text_of(page).startswith(words)
            assert 'name="file"' in page.text
            assert body["details"] == "hidden"
            assert body.keys() <= {
                "number", "status", "checked_at", "details", "valid_until", "revoked_at", "reason",
                "suspended_at", "replaced_at",
            }  # fmt: skip
            for fact in ("name_latin", "name_native", "course_title", "cohort", "programme"):
                assert certificate.facts[fact] not in main_of(page)
            assert successor.number not in page.text


class TestGuessing:
    def test_locks_nobody_out_who_asks_for_what_there_is(self, client, certificate):
        tried = [client.get(f"/v/{new_number('KZ', 2026)}.json") for _ in range(61)]

        assert [answer.status_code for answer in tried] == [404] * 60 + [429]
        assert tried[60].headers["Retry-After"] == "60"
        assert client.get("/v/KZ").status_code == 429
        assert client.get(f"/v/{certificate.number}").status_code == 200
        assert client.get(f"/v/{certificate.number}.json").json["status"] == "valid"

    def test_learns_nothing_from_the_time_it_takes(self, certificate):
        """A number that shares all but its end with a real one takes as long as any other."""
        number = certificate.number
        near = [
            guess
            for end in "23456789ABCDEFGHJKMNPQRSTVWXYZ"
            for last in "23456789ABCDEFGHJKMNPQRSTVWXYZ"
            if fault(guess := number[:-2] + end + last) is None and guess != number
        ]
        assert len(near) > 10

        assert any(rank_test(near) > 0.01 for _round in range(4))


def rank_test(near: list[str]) -> float:
    """Return how probable it is that both kinds of guesses take equally long (Mann and Whitney)."""
    times: list[tuple[float, bool]] = []
    for turn in range(300):
        for is_near in (turn % 2 == 0, turn % 2 == 1):
            guess = near[turn % len(near)] if is_near else new_number("KZ", 2026)
            begun = time.perf_counter()
            assert checked(guess, MOMENT).state == "unknown"
            times.append((time.perf_counter() - begun, is_near))
    ranks = [rank for rank, (_took, is_near) in enumerate(sorted(times), 1) if is_near]
    count, total = len(ranks), len(times)
    spread = (count * (total - count) * (total + 1) / 12) ** 0.5 / count
    return 2 * (1 - NormalDist().cdf(abs(mean(ranks) - (total + 1) / 2) / spread))
