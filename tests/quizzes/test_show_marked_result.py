from tests.authoring.marking import form, hand_in
from tests.factories import FIRST_QUIZ, make_learner, make_staff
from tests.quizzes.reading import words_of


class TestWaiting:
    def test_says_that_a_person_marks_and_an_e_mail_comes(self, client_of):
        paper = hand_in(client_of)

        page = words_of(paper.result())

        assert "Handed in, not marked yet" in page
        assert "you get an e-mail" in page
        assert "Not marked yet" in page
        assert "ot yet passed" not in page

    def test_is_told_on_the_start_page_and_never_called_a_failure(self, client_of):
        paper = hand_in(client_of)
        root = f"/learn/{paper.seat.cohort_slug}/digital-id"

        for page in (f"{root}/{FIRST_QUIZ}/start", f"{root}/progress", root, "/learn"):
            said = words_of(paper.client.get(page)).lower()
            assert "not yet passed" not in said
            assert "not passed" not in said

    def test_needs_nobody_for_what_was_not_answered(self, client_of):
        paper = hand_in(client_of)
        other, seat = make_learner()
        client = client_of(other)
        root = f"/learn/{seat.cohort_slug}/digital-id/{FIRST_QUIZ}"
        client.post(f"{root}/start")
        client.post(f"{root}/attempt/1/submit")

        page = words_of(client.get(f"{root}/attempt/1/result"))

        assert "Not yet passed: 0 of 2 correct" in page
        assert paper.refresh().marked_at is None


class TestMarked:
    def marker(self, client_of):
        return client_of(make_staff("instructor", "course", "digital-id", given_name="Nurlan"))

    def test_says_which_levels_were_reached_and_what_was_written(self, client_of):
        paper = hand_in(client_of)
        paper.result()
        self.marker(client_of).post(paper.url(), data=form(2, 1, comment="Name the <law>."))

        response = paper.result()

        page = words_of(response)
        assert "Marked by a person Clear: Most of it Rests on facts: All of it"[:40] in page
        assert "Clear: Most of it" in page
        assert "Rests on facts: Some of it" in page
        assert "Name the &lt;law&gt;." in response.text
        assert "Nurlan" not in page
        assert "Right answer" not in page

    def test_says_when_two_people_have_marked(self, client_of):
        paper = hand_in(client_of, marking={"second_marker_percent": 20})
        self.marker(client_of).post(paper.url(), data=form(2, 0, comment="One."))
        self.marker(client_of).post(paper.url(), data=form(3, 0, comment="Two.", place=2))

        page = words_of(paper.result())

        assert "Two people marked this; the mean counts." in page
        assert page.index("One.") < page.index("Two.")

    def test_shows_the_newest_mark_only(self, client_of):
        paper = hand_in(client_of)
        marker = self.marker(client_of)
        marker.post(paper.url(), data=form(2, 1, comment="Old words"))
        assert "Old words" in words_of(paper.result())
        marker.post(paper.url(), data=form(2, 1, comment="New words", seen_id=1, reason="Kinder"))

        page = words_of(paper.result())

        assert "New words" in page
        assert "Old words" not in page
        assert "Kinder" not in page

    def test_leads_to_the_file(self, client_of):
        paper = hand_in(client_of, with_file=True)
        marker = self.marker(client_of)
        marker.post(paper.url(1), data=form())
        marker.post(paper.url(3), data=form(0, 0))

        response = paper.result()

        assert f"{FIRST_QUIZ}/attempt/1/3/file" in response.text
        assert "Aigul plan.pdf" in words_of(response)
