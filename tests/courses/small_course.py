"""Writes a small course that passes every check, for tests that then break or change it.

Two modules: a reading from a study visit, a reflection and a quiz; a film, the final quiz, and a reading after it.
"""

from __future__ import annotations

from pathlib import Path

COURSE = """\
id = "small"
source_language = "en"
hours = 2
modules = ["one", "two"]
subject = "tests"

[certificate]
final = "two/final"
"""
SOURCES = """\
[sites.plant]
country = "KR"

[sources.herald]
title = "A plant opens"
publisher = "The Herald"
date = "2021-03-04"
url = "https://herald.example/plant"

[sources.supplier]
title = "Our plant"
publisher = "The supplier"
weak = true

[facts.f-1]
says = "The plant opened in 2021."
sources = ["herald", "supplier"]

[facts.f-2]
says = "It has 40 desks."
sources = ["supplier"]
"""
ONE = """\
[[steps]]
id = "text"
kind = "reading"
minutes = 5
site = "plant"
reviewed = 2026-11-22

[[steps]]
id = "think"
kind = "reflection"
minutes = 10

[[steps]]
id = "check"
kind = "quiz"
minutes = 3

[steps.quiz]
pass_percent = 50
draw = [{ bank = "one", count = 2 }]
"""
TWO = """\
[[steps]]
id = "film"
kind = "video"
minutes = 4

[steps.video]
src = "https://media.example/film.mp4"
size_bytes = 18_000_000

[[steps]]
id = "final"
kind = "quiz"
minutes = 6

[steps.quiz]
pass_percent = 70
max_attempts = 3
draw = [{ bank = "one", count = 2 }]

[[steps]]
id = "goodbye"
kind = "reading"
minutes = 2
"""
ITEMS = """\
[[items]]
id = "when"
type = "single_choice"
options = ["a", "b"]
correct = ["b"]
fact = "f-1"
step = "one/text"

[[items]]
id = "open"
type = "true_false"
correct = true
fact = "f-1"
step = "one/text"
"""
TEXT = """\
title = "A small course"
summary = "What one plant teaches."
audience = "Everybody who tests."
outcomes = ["Say when the plant opened."]

[modules.one]
title = "The first module"
objectives = ["Know the plant."]

[modules.two]
title = "The second module"

[quizzes]
"one/check" = "A short check"
"two/final" = "The final assessment"

[sites]
plant = "The plant in Daejeon"
"""
ITEM_TEXTS = """\
[when]
prompt = "When did the plant open?"
feedback = "It opened in 2021."

[when.options]
a = "In 2001"
b = "In 2021"

[open]
prompt = "The plant is open."
feedback = "It has been open since 2021."
"""
FIGURE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 60">
<title>A plant</title>
<rect x="1" y="1" width="40" height="40" fill="var(--wash)"/>
</svg>
"""
TRANSLATION = """
[translation]
by = "person"
made = 2026-11-23
"""
FACTS = """\
f-1 = "The plant opened in 2021."
f-2 = "It has 40 desks."
"""
FILLING = "Plain words fill the page so that it is neither too short nor too long to read. " * 20
PAGES = {
    "one/text": f"""\
# The plant

{{#p1}}
The plant opened in 2021.[^f-1] It has 40 desks,[^f-2] and it opened on time.[^f-1]

{{#f1}}
![A plant with one door.](figures/plant.svg "The plant[^f-1]")

{{#p2}}
{FILLING}
""",
    "one/think": f"""\
# Your own plant

{{#p1}}
{FILLING}

{{#p2}}
And in your country: where would the plant stand?
""",
    "two/film": f"""\
# The film

{{#p1}}
{FILLING}
""",
    "two/goodbye": f"""\
# Goodbye

{{#p1}}
{FILLING}
""",
}


def write_course(base: Path, slug: str = "small") -> Path:
    """Write the course as ``base/slug``; return its folder."""
    root = base / slug
    files = {
        "course.toml": COURSE.replace('"small"', f'"{slug}"'),
        "sources.toml": SOURCES,
        "modules/one.toml": ONE,
        "modules/two.toml": TWO,
        "items/one.toml": ITEMS,
    }
    for name, content in files.items():
        put(root, name, content)
    add_language(root, "en")
    return root


def add_language(root: Path, code: str, title: str = "A small course") -> None:
    """Add a language; its words stay English, only the course's title is its own."""
    text = TEXT.replace("A small course", title)
    if code != "en":
        text += TRANSLATION
        put(root, f"{code}/facts.toml", FACTS)
    put(root, f"{code}/course.toml", text)
    put(root, f"{code}/items/one.toml", ITEM_TEXTS)
    put(root, f"{code}/figures/plant.svg", FIGURE)
    for path, page in PAGES.items():
        put(root, f"{code}/{path}.md", page)


def put(root: Path, name: str, content: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(content, encoding="utf-8")


def change(root: Path, name: str, old: str, new: str) -> None:
    """Replace a part of a file; the part must be there."""
    content = (root / name).read_text(encoding="utf-8")
    assert old in content
    put(root, name, content.replace(old, new, 1))
