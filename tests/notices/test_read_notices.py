from __future__ import annotations

from datetime import UTC, datetime

from lms.extensions import db
from lms.notices import services
from lms.notices.queries import unread_count
from tests.factories import make_learner, make_person
from tests.pages import bytes_of, text_of

LIST = "/account/notices"


class TestListNotices:
    def test_shows_the_newest_first_and_counts_what_is_new(self, client_of, remind):
        person = make_person()
        remind(person)
        services.send_certificate_issued(person, number="N", course_title="X", page_path="/learn")
        db.session.commit()

        response = client_of(person).get(LIST)

        page = text_of(response)
        assert page.index("Your certificate") < page.index("Your course goes on")
        assert "2 new notices" in page
        assert "Notices (2)" in response.text

    def test_leaves_out_nothing_but_the_secret(self, client_of):
        person = make_person()
        services.send_sign_in_link(person, token="s3cret", minutes=30)
        db.session.commit()
        client = client_of(person)

        page = client.get(LIST).text

        assert "Your link to sign in" in page
        assert "Notices (" not in page  # nobody waits for being told here
        from tests.notices.conftest import newest

        shown = client.get(f"{LIST}/{newest().id}").text
        assert "s3cret" not in shown
        assert "Open the page" not in shown

    def test_is_empty_at_first(self, client_of):
        assert "Nothing yet" in text_of(client_of(make_person()).get(LIST))

    def test_costs_the_same_for_many(self, client_of, remind, count_queries):
        person = make_person()
        client = client_of(person)
        remind(person)
        with count_queries() as few:
            client.get(LIST)
        for _number in range(20):
            remind(person)

        with count_queries() as many:
            client.get(LIST)

        assert len(many) == len(few) <= 6


class TestOpenNotice:
    def test_marks_it_as_read_and_leads_to_its_page(self, client_of, remind):
        person = make_person()
        notice = remind(person)
        client = client_of(person)

        response = client.post(f"{LIST}/{notice.id}")

        assert response.headers["Location"] == f"{LIST}/{notice.id}"
        db.session.refresh(notice)
        assert notice.read_at is not None
        page = client.get(f"{LIST}/{notice.id}").text
        assert 'href="/learn"' in page
        assert "Everything you did so far is kept" in page

    def test_keeps_when_it_was_read_first(self, client_of, remind):
        person = make_person()
        notice = remind(person)
        notice.read_at = first = datetime(2026, 1, 1, tzinfo=UTC)
        db.session.commit()

        client_of(person).post(f"{LIST}/{notice.id}")

        db.session.refresh(notice)
        assert notice.read_at == first

    def test_changes_nothing_by_get(self, client_of, remind):
        person = make_person()
        notice = remind(person)

        client_of(person).get(f"{LIST}/{notice.id}")

        db.session.refresh(notice)
        assert notice.read_at is None

    def test_hides_the_notices_of_others(self, client_of, remind):
        notice = remind(make_person())
        client = client_of(make_person())

        foreign, missing = client.get(f"{LIST}/{notice.id}"), client.get(f"{LIST}/4711")

        assert foreign.status_code == missing.status_code == 404
        assert bytes_of(foreign) == bytes_of(missing)
        assert client.post(f"{LIST}/{notice.id}").status_code == 404
        db.session.refresh(notice)
        assert notice.read_at is None

    def test_says_why_no_email_came(self, client_of, remind):
        person = make_person()
        services.note_bounce(person.email, is_permanent=True, reason="550 unknown")
        notice = remind(person)

        page = text_of(client_of(person).get(f"{LIST}/{notice.id}"))

        assert "messages to your address come back" in page


class TestMarkAllRead:
    def test_marks_the_own_ones_only(self, client_of, remind):
        person, other = make_person(), make_person()
        for somebody in (person, person, other):
            remind(somebody)

        client_of(person).post(f"{LIST}/read")

        assert (unread_count(person), unread_count(other)) == (0, 1)


class TestUnreadCount:
    def test_is_not_asked_for_where_somebody_learns(self, client_of, remind, count_queries):
        person, seat = make_learner()
        remind(person)
        client = client_of(person)
        course = f"/learn/{seat.cohort_slug}/{seat.course_slug}"
        asked = {}
        for address in (f"{course}/who-says-so/number-and-card", course, "/learn"):
            with count_queries() as statements:
                client.get(address)
            asked[address] = sum("messages" in one for one in statements)

        assert list(asked.values()) == [0, 0, 1]
