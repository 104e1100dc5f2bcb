"""Everybody is told about their data before they begin, and accepts one version of one text."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.accounts.models import Consent, PrivacyNotice
from lms.accounts.services import privacy
from lms.extensions import db
from tests.factories import FIRST_QUIZ, PASSWORD, make_learner, make_person, start

TEXTS = """
[general]
en = "We keep **little**."
ru = "Мы храним мало."

[KZ]
en = "In Kazakhstan we keep little."
kk = "Аз сақтаймыз."
"""


@pytest.fixture
def notices(app, tmp_path):
    path = tmp_path / "privacy.toml"
    path.write_text(TEXTS, encoding="utf-8")
    privacy.publish_notices(path)
    db.session.commit()
    return path


def signed_in(client, person):
    answer = client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    assert answer.status_code == 303
    return answer


class TestAcceptPrivacyNotice:
    def test_comes_before_any_page_of_the_own_learning(self, client, notices):
        person = make_person("GE", password=PASSWORD)
        signed_in(client, person)

        answer = client.get("/learn?page=2")

        assert answer.status_code == 303
        assert answer.headers["Location"] == "/welcome/privacy?next=/learn?page%3D2"
        assert "<strong>little</strong>" in client.get("/welcome/privacy").text

    def test_is_kept_with_the_version_and_the_language_and_leads_on(self, client, notices):
        person = make_person("GE", password=PASSWORD, language="ru")
        signed_in(client, person)
        notice = privacy.notice_for("GE")

        answer = client.post(
            "/welcome/privacy", data={"notice": str(notice.id), "next": "/account"}
        )

        consent = db.session.scalars(select(Consent)).one()
        assert (consent.person_id, consent.notice_id, consent.language) == (
            person.id,
            notice.id,
            "ru",
        )
        assert answer.headers["Location"] == "/account"
        assert client.get("/learn").status_code == 200

    def test_is_about_the_text_of_the_own_country(self, client, notices):
        person = make_person("KZ", password=PASSWORD, language="kk")
        signed_in(client, person)

        assert "Аз сақтаймыз." in client.get("/welcome/privacy").text

    def test_is_not_taken_for_a_version_that_was_not_shown(self, client, notices):
        person = make_person("GE", password=PASSWORD)
        signed_in(client, person)
        shown = privacy.notice_for("GE").id
        notices.write_text(TEXTS.replace("**little**", "**less**"), encoding="utf-8")
        privacy.publish_notices(notices)

        client.post("/welcome/privacy", data={"notice": str(shown)})

        assert db.session.scalars(select(Consent)).all() == []
        assert client.get("/learn").status_code == 303

    def test_is_asked_again_for_a_new_version_at_the_next_sign_in(self, client, notices):
        person = make_person("GE", password=PASSWORD)
        signed_in(client, person)
        client.post("/welcome/privacy", data={"notice": str(privacy.notice_for("GE").id)})
        notices.write_text(TEXTS.replace("**little**", "**less**"), encoding="utf-8")
        privacy.publish_notices(notices)
        db.session.commit()
        assert client.get("/learn").status_code == 200  # nobody is interrupted in the middle

        client.post("/sign-out")
        signed_in(client, person)

        assert client.get("/learn").status_code == 303
        assert "<strong>less</strong>" in client.get("/welcome/privacy").text

    def test_leaves_a_way_out_to_whoever_does_not_agree(self, client, notices):
        signed_in(client, make_person("GE", password=PASSWORD))

        assert client.get("/account/data").status_code == 200
        assert client.post("/account/data/download").status_code == 200
        assert client.get("/account/close").status_code == 200

    def test_never_stops_an_answer_that_is_on_its_way(self, app, client, notices):
        person, seat = make_learner(password=PASSWORD)
        signed_in(client, person)

        answer = client.post(f"/learn/{seat.cohort_slug}/{seat.course_slug}/who-says-so/welcome")

        assert answer.status_code != 303 or "/welcome/privacy" not in answer.headers["Location"]

    def test_never_stops_the_script_of_a_quiz_that_is_open(self, client, notices):
        person, seat = make_learner(password=PASSWORD)
        start(seat)
        signed_in(client, person)
        address = f"/learn/{seat.cohort_slug}/{seat.course_slug}/{FIRST_QUIZ}/attempt/1/clock"

        answer = client.get(address, headers={"Accept": "application/json"})

        assert answer.status_code == 200
        assert answer.json["csrf_token"]

    def test_is_not_asked_where_there_is_no_notice(self, client, app):
        signed_in(client, make_person("GE", password=PASSWORD))

        assert client.get("/learn").status_code == 200


class TestPublishNotices:
    def test_makes_a_version_only_where_a_text_changed(self, notices):
        notices.write_text(TEXTS.replace("Мы храним мало.", "Мы храним ещё меньше."), "utf-8")

        made = privacy.publish_notices(notices)

        assert [(one.country_code, one.version) for one in made] == [("", 2)]
        assert privacy.publish_notices(notices) == []
        first = db.session.scalars(select(PrivacyNotice).filter_by(country_code="", version=1))
        assert first.one().texts["ru"] == "Мы храним мало."  # what was accepted stays readable

    def test_refuses_a_notice_without_english(self, app, tmp_path):
        path = tmp_path / "privacy.toml"
        path.write_text('[general]\nru = "Мало."\n', encoding="utf-8")

        with pytest.raises(KeyError):
            privacy.publish_notices(path)

    def test_ships_a_text_in_both_languages_of_the_pages(self, app):
        (made,) = privacy.publish_notices()

        assert {"en", "ru"} <= made.texts.keys()
