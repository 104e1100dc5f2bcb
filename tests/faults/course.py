"""A course of one quiz whose answers are typed, so that each answer that is sent can be told from every other."""

from __future__ import annotations

from pathlib import Path

QUESTIONS = 5
QUIZ = "one/check"
RIGHT = "right"

COURSE = """\
id = "faults"
source_language = "en"
hours = 1
modules = ["one"]
subject = "tests"

[certificate]
final = "one/check"
"""
MODULE = f"""\
[[steps]]
id = "text"
kind = "reading"
minutes = 5

[[steps]]
id = "check"
kind = "quiz"
minutes = 5

[steps.quiz]
pass_percent = 50
draw = [{{ bank = "typed", count = {QUESTIONS} }}]
"""
SOURCES = """\
[sources.herald]
title = "A test"

[facts.f-1]
says = "Answers are kept."
sources = ["herald"]
"""
TEXT = """\
title = "Nothing is lost"
summary = "Answers that were acknowledged are there."

[modules.one]
title = "The only module"

[quizzes]
"one/check" = "The quiz"
"""


def write_course(folder: Path) -> Path:
    """Write the course below ``folder``; return its own folder."""
    root = folder / "faults"
    numbers = range(1, QUESTIONS + 1)
    files = {
        "course.toml": COURSE,
        "sources.toml": SOURCES,
        "modules/one.toml": MODULE,
        "items/typed.toml": "\n".join(map(_item, numbers)),
        "en/course.toml": TEXT,
        "en/items/typed.toml": "\n".join(map(_words, numbers)),
        "en/one/text.md": f"# Why\n\n{{#p1}}\n{'Every word counts here. ' * 80}\n",
    }
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


def _item(number: int) -> str:
    return f"""\
[[items]]
id = "q{number}"
type = "short_text"
correct = ["{RIGHT} {number}"]
fact = "f-1"
step = "one/text"
"""


def _words(number: int) -> str:
    return f"""\
[q{number}]
prompt = "What is the answer to question {number}?"
feedback = "The right one."
"""
