import hashlib
from types import SimpleNamespace

import pytest

from lms.quizzes.items import BadResponse, BadResponseReason, Upload
from lms.quizzes.items.file_upload import FileUpload
from tests.quizzes.uploads import DOCX, HTML, KINDS, PDF, REFUSED

FILE = FileUpload()
STRUCTURE = {"id": "plan", "type": "file_upload", "rubric": {"clarity": 2}, "accepts": ["pdf"]}
TEXT = {
    "prompt": "Hand in your plan.",
    "feedback": "A plan names who does what.",
    "rubric": {"clarity": {"title": "Clear", "levels": ["No", "Partly", "Yes"]}},
}
RESPONSE = {
    "sha256": hashlib.sha256(PDF).hexdigest(),
    "name": "plan.pdf",
    "media_type": "application/pdf",
    "size_bytes": len(PDF),
}


def sent(*files):
    return {"answer": [Upload(name, content) for name, content in files]}


class TestCheck:
    @pytest.mark.parametrize(
        ("structure", "text", "field"),
        [
            ({"accepts": ["svg"]}, {}, "accepts.0"),
            ({"accepts": []}, {}, "accepts"),
            ({"accepts": ["pdf", "pdf"]}, {}, "accepts"),
            ({"max_size_kb": 1501}, {}, "max_size_kb"),
            ({"max_size_kb": 0}, {}, "max_size_kb"),
            ({"rubric": {}}, {}, "rubric"),
            ({"rubric": {"clarity": 0}}, {}, "rubric.clarity"),
            ({"rubric": {"clarity": 3}}, {}, "rubric.clarity.levels"),
            ({"rubric": {"clarity": 2, "order": 1}}, {}, "rubric.order"),
            ({}, {"rubric": {**TEXT["rubric"], "order": TEXT["rubric"]["clarity"]}}, "rubric.order"),
            ({}, {"rubric": {"clarity": {"title": " ", "levels": ["a", "b", "c"]}}}, "rubric.clarity.title"),
        ],
    )  # fmt: skip
    def test_names_what_is_wrong(self, structure, text, field):
        (fault,) = FILE.check({**STRUCTURE, **structure}, {**TEXT, **text})

        assert fault.field == field

    def test_finds_nothing_in_a_sound_item(self):
        assert FILE.check(STRUCTURE, TEXT) == []


class TestParse:
    def test_says_which_file_it_is(self):
        assert FILE.parse(STRUCTURE, sent(("plan.pdf", PDF))) == RESPONSE

    @pytest.mark.parametrize("kind", KINDS)
    def test_takes_each_kind_that_the_item_names(self, kind):
        structure = {**STRUCTURE, "accepts": [kind]}

        assert FILE.parse(structure, sent(("x.exe", KINDS[kind])))["name"].startswith("x.exe.")

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", BadResponseReason.FILE_EMPTY),
            (PDF + b" " * 1024, BadResponseReason.FILE_TOO_LARGE),
            (DOCX, BadResponseReason.FILE_OF_OTHER_KIND),
            (HTML, BadResponseReason.FILE_OF_OTHER_KIND),
        ],
    )
    def test_refuses_what_it_does_not_take(self, content, reason):
        with pytest.raises(BadResponse) as refusal:
            FILE.parse({**STRUCTURE, "max_size_kb": 1}, sent(("plan.pdf", content)))

        assert refusal.value.reason == reason

    @pytest.mark.parametrize("what", [one for one in REFUSED if one != "nothing"])
    def test_believes_no_name(self, what):
        with pytest.raises(BadResponse):
            FILE.parse({**STRUCTURE, "accepts": list(KINDS)}, sent(("plan.pdf", REFUSED[what])))

    def test_refuses_two_files(self):
        with pytest.raises(BadResponse):
            FILE.parse(STRUCTURE, sent(("a.pdf", PDF), ("b.pdf", PDF)))

    def test_reads_no_text_as_a_file(self):
        assert FILE.parse(STRUCTURE, {"answer": ["[object File]"]}) is None


class TestDescribe:
    @pytest.mark.parametrize(
        ("response", "words"),
        [(RESPONSE, ["plan.pdf (1 KB)"]), (None, []), ("plan.pdf", []), ({"gap": "x"}, [])],
    )
    def test_says_name_and_size(self, response, words):
        assert FILE.describe(STRUCTURE, TEXT, response) == words


class TestPage:
    def item(self, **facts):
        facts = {"response": None, "answer_words": [], **facts}
        return SimpleNamespace(type=FILE, structure=STRUCTURE, text=TEXT, **facts)

    def test_says_what_may_be_handed_in(self, page):
        html = page("file_upload", self.item())

        assert "One file of at most 1500 KB: PDF." in html
        assert 'accept=".pdf"' in html
        assert "Handed in" not in html

    def test_shows_what_is_there(self, page):
        item = self.item(response=RESPONSE, answer_words=["plan.pdf (1 KB)"])

        html = page("file_upload", item, file_url="/file")

        assert '<a href="/file">plan.pdf (1 KB)</a>' in html
        assert "Replace it with another file" in html
