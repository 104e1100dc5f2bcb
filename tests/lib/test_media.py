import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.lib.media import MEDIA, MOST_ENTRIES, clean_name, media_of
from tests.quizzes.uploads import DOCX, KINDS, OFFICE, REFUSED, archive


class TestMediaOf:
    @pytest.mark.parametrize("kind", MEDIA)
    def test_knows_a_file_by_its_content(self, kind):
        assert media_of(KINDS[kind]) == MEDIA[kind]

    @pytest.mark.parametrize("what", REFUSED)
    def test_refuses_what_is_nothing_known_or_two_things_at_once(self, what):
        assert media_of(REFUSED[what]) is None

    def test_refuses_an_archive_of_very_many_files(self):
        many = {f"{number}": "" for number in range(MOST_ENTRIES)}
        types = f'<Override ContentType="{OFFICE}wordprocessingml.document.main+xml"/>'

        assert media_of(archive({"[Content_Types].xml": types, **many})) is None

    def test_refuses_an_archive_that_would_unpack_to_very_much(self):
        bomb = {f"word/{number}.xml": "0" * 30_000_000 for number in range(7)}
        types = f'<Override ContentType="{OFFICE}wordprocessingml.document.main+xml"/>'

        made = archive({"[Content_Types].xml": types, **bomb})

        assert len(made) < 400_000
        assert media_of(made) is None

    def test_refuses_an_archive_packed_in_a_rare_way(self):
        types = f'<Override ContentType="{OFFICE}wordprocessingml.document.main+xml"/>'

        assert media_of(archive({"[Content_Types].xml": types}, zipfile.ZIP_LZMA)) is None

    @given(st.integers(0, len(DOCX) - 1), st.integers(0, 255))
    def test_survives_an_archive_with_a_broken_byte(self, place, value):
        broken = bytearray(DOCX)
        broken[place] = value

        assert media_of(bytes(broken)) in {None, MEDIA["docx"]}

    @given(st.sampled_from(list(KINDS.values())), st.integers(0, 400), st.binary(max_size=60))
    def test_survives_what_is_cut_and_mended(self, content, place, other):
        media = media_of(content[:place] + other)

        assert media is None or media in MEDIA.values()

    def test_reads_what_common_programs_write(self):
        import openpyxl

        made = io.BytesIO()
        openpyxl.Workbook().save(made)

        assert media_of(made.getvalue()) == MEDIA["xlsx"]


class TestCleanName:
    @pytest.mark.parametrize(
        ("name", "kind", "clean"),
        [
            ("Отчёт.PDF", "pdf", "Отчёт.pdf"),
            ("C:\\Users\\a\\report.docx", "docx", "report.docx"),
            ("../../etc/passwd", "pdf", "passwd.pdf"),
            ("page.html", "pdf", "page.html.pdf"),
            ("photo.jpeg", "jpeg", "photo.jpeg"),
            ("photo", "jpeg", "photo.jpg"),
            ("a\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe", "pdf", "afdp.exe.pdf"),
            ('a"b\r\nc: d?.png', "png", "a_bc_ d_.png"),
            ("a\x00b\ud800.png", "png", "ab.png"),
            ("", "odt", "file.odt"),
            ("..", "png", "file.png"),
            ("о" * 300 + ".pdf", "pdf", "о" * 100 + ".pdf"),
        ],
    )
    def test_keeps_what_every_system_can_keep(self, name, kind, clean):
        assert clean_name(name, MEDIA[kind]) == clean

    @given(st.text(st.characters(), max_size=400))
    def test_is_never_a_path_and_always_short(self, name):
        clean = clean_name(name, MEDIA["pdf"])

        assert clean.endswith(".pdf")
        assert not set('/\\<>:"|?*\x00\n') & set(clean)
        assert 5 <= len(clean) <= 110
