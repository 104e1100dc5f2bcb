import io
import tracemalloc
import zipfile
from datetime import UTC, datetime

from lms.lib.zips import zipped

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


class TestZipped:
    def test_holds_every_file_under_its_name(self):
        files = {"table.csv": "\ufeffname;Айгүл".encode(), "one.pdf": b"%PDF", "empty": b""}

        archive = zipfile.ZipFile(io.BytesIO(b"".join(zipped(files.items(), NOW))))

        assert archive.testzip() is None
        assert {one: archive.read(one) for one in archive.namelist()} == files
        assert archive.infolist()[0].date_time == (2026, 11, 26, 9, 30, 0)

    def test_keeps_no_more_than_one_file_in_memory(self):
        size = 100_000
        files = ((f"{number}.pdf", bytes(size)) for number in range(200))
        tracemalloc.start()

        sent = sum(len(part) for part in zipped(files, NOW))

        assert sent > 200 * size
        assert tracemalloc.get_traced_memory()[1] < 10 * size
        tracemalloc.stop()
