"""What a page with scripts makes a phone load."""

from __future__ import annotations

import re

import brotli

from lms.config import ROOT

SCRIPTS = ROOT / "lms" / "static" / "js"
MOST_BYTES = 8 * 1024


class TestScripts:
    def test_stay_small(self):
        sizes = {
            path.name: len(brotli.compress(path.read_bytes())) for path in SCRIPTS.glob("*.js")
        }

        assert sum(sizes.values()) <= MOST_BYTES, sizes

    def test_have_a_fingerprint_for_each_file_they_import(self):
        source = (ROOT / "templates" / "quizzes" / "_parts.html").read_text()
        mapped = re.search(r"for name in \(([^)]*)\)", source)[1]
        imported = {
            name
            for path in SCRIPTS.glob("*.js")
            for name in re.findall(r'^import .*"\./(\w+)\.js"', path.read_text(), re.MULTILINE)
        }

        assert imported == set(re.findall(r"\w+", mapped))
