import hashlib
from io import BytesIO

import pytest
from sqlalchemy import select

from lms.extensions import db
from lms.quizzes.models import Answer, AnswerFile
from tests.quizzes.marked_by_people import FILE, make_quiz
from tests.quizzes.reading import words_of
from tests.quizzes.uploads import DOCX, HTML, PDF


@pytest.fixture
def asked(app, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 100_000)
    make_quiz({**FILE, "max_size_kb": 20})


@pytest.fixture
def attempt(asked, learner):
    return learner.start()


def hand_in(learner, name="plan.pdf", content=PDF, **form):
    return learner.post("attempt/1/1", answer=(BytesIO(content), name), then="next", **form)


def files() -> list[AnswerFile]:
    return list(db.session.scalars(select(AnswerFile).order_by(AnswerFile.id)))


def answers() -> list[Answer]:
    return list(db.session.scalars(select(Answer).order_by(Answer.id)))


class TestHandInFile:
    def test_asks_for_it_with_a_form_that_can_carry_it(self, learner, attempt):
        page = learner.get("attempt/1/1").text

        assert 'enctype="multipart/form-data"' in page
        assert 'type="file"' in page

    def test_keeps_the_bytes_beside_the_answer(self, learner, attempt):
        response = hand_in(learner)

        assert response.location == learner.url("attempt/1/review")
        (file,) = files()
        (answer,) = answers()
        sha256 = hashlib.sha256(PDF).hexdigest()
        assert answer.response == {
            "sha256": sha256, "name": "plan.pdf", "media_type": "application/pdf", "size_bytes": len(PDF),
        }  # fmt: skip
        assert (file.attempt_id, file.sha256, file.content) == (attempt.id, sha256, PDF)

    def test_shows_name_size_and_a_link_to_it(self, learner, attempt):
        hand_in(learner)

        response = learner.get("attempt/1/1")

        assert "Handed in: plan.pdf (1 KB)" in words_of(response)
        assert "Replace it with another file" in words_of(response)
        assert f'href="{learner.url("attempt/1/1/file")}"' in response.text

    def test_replaces_one_with_another_and_keeps_both(self, learner, attempt):
        hand_in(learner)
        hand_in(learner, "better.docx", DOCX)

        assert [one.response["name"] for one in answers()] == ["plan.pdf", "better.docx"]
        assert [one.content for one in files()] == [PDF, DOCX]
        assert learner.get("attempt/1/1/file").data == DOCX

    def test_keeps_the_same_bytes_once_under_the_newest_name(self, learner, attempt):
        hand_in(learner, "old.pdf")
        hand_in(learner, "new.pdf")

        assert len(files()) == 1
        download = learner.get("attempt/1/1/file")
        assert download.headers["Content-Disposition"] == "attachment; filename=new.pdf"

    def test_leaves_what_is_there_when_no_file_is_chosen(self, learner, attempt):
        hand_in(learner)

        learner.post(
            "attempt/1/1", answer=(BytesIO(b""), ""), then="next", flagged="on", flagged_shown="1"
        )
        learner.post("attempt/1/1", quiet=True, answer="[object File]")

        assert len(answers()) == 1
        assert "Handed in: plan.pdf" in words_of(learner.get("attempt/1/1"))
        assert "marked for later" in words_of(learner.get("attempt/1/1"))

    def test_asks_for_a_file_where_there_is_none(self, learner, attempt):
        response = learner.post("attempt/1/1", answer=(BytesIO(b""), ""), then="next")

        assert response.status_code == 422
        assert "Choose a file" in words_of(response)
        assert answers() == []

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("plan.pdf", b"", "This file is empty. Choose another one."),
            ("plan.pdf", HTML, "This file is not of a kind that is taken here: PDF, DOCX."),
            ("plan.pdf", PDF + b" " * 30_000, "This file is larger than 20 KB."),
            ("plan.pdf", PDF + b" " * 150_000, "This file is larger than 20 KB."),
        ],
    )
    def test_says_beside_the_field_what_is_wrong_and_changes_nothing(
        self, learner, attempt, name, content, said
    ):
        hand_in(learner, "good.pdf")

        response = hand_in(learner, name, content)

        assert response.status_code in {413, 422}
        page = words_of(response)
        assert f"Error: {said}" in page
        assert "Handed in: good.pdf (1 KB)" in page
        assert 'aria-describedby="answer-hint answer-error"' in response.text
        assert [one.response["name"] for one in answers()] == ["good.pdf"]
        assert len(files()) == 1

    def test_takes_nothing_after_the_attempt_was_handed_in(self, learner, attempt):
        hand_in(learner)
        learner.post("attempt/1/submit")

        hand_in(learner, "late.docx", DOCX)

        assert [one.response["name"] for one in answers()] == ["plan.pdf"]
        assert len(files()) == 1

    def test_takes_no_file_where_the_item_asks_for_none(self, learner_in):
        learner = learner_in()
        learner.start()

        response = hand_in(learner)

        assert "You have not answered yet" in words_of(response)
        assert files() == []


class TestTooLargeARequest:
    def test_tells_a_script_in_json(self, learner, attempt):
        answer = (BytesIO(b" " * 150_000), "a.pdf")

        response = learner.post("attempt/1/1", quiet=True, answer=answer)

        assert (response.status_code, response.is_json) == (413, True)

    def test_tells_others_nothing_of_the_attempt(
        self, client, client_of, learner, attempt, learner_in
    ):
        form = {"answer": (BytesIO(b" " * 150_000), "a.pdf")}

        assert client.post(learner.url("attempt/1/1"), data=form).status_code == 413
        form = {"answer": (BytesIO(b" " * 150_000), "a.pdf")}
        stranger = learner_in().client.post(learner.url("attempt/1/1"), data=form)
        assert stranger.status_code in {404, 413}
        assert "attempt" not in words_of(stranger)


class TestDownload:
    def test_gives_the_file_so_that_no_browser_shows_it(self, learner, attempt):
        hand_in(learner, "Отчёт 1.pdf")

        response = learner.get("attempt/1/1/file")

        assert response.data == PDF
        assert response.mimetype == "application/pdf"
        assert response.headers["Content-Disposition"].startswith("attachment; ")
        assert "filename*=UTF-8''%D0%9E" in response.headers["Content-Disposition"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response.headers["Cache-Control"] == "no-store"

    def test_stays_open_to_the_learner_after_handing_in(self, learner, attempt):
        hand_in(learner)
        learner.post("attempt/1/submit")

        assert learner.get("attempt/1/1/file").data == PDF

    def test_hides_it_from_everybody_else(self, client, learner, learner_in, attempt):
        hand_in(learner)

        assert learner_in().client.get(learner.url("attempt/1/1/file")).status_code == 404
        assert client.get(learner.url("attempt/1/1/file")).status_code == 303

    def test_is_not_there_without_a_file(self, learner, attempt):
        for page in ("attempt/1/1/file", "attempt/1/2/file", "attempt/2/1/file"):
            assert learner.get(page).status_code == 404
