"""A quiz with items that people mark, made out of the first quiz of the course."""

from __future__ import annotations

from tests.quizzes.asking import ask

LEVELS = ["None of it", "Some of it", "Most of it", "All of it"]
WORDS = {
    "prompt": "What would you change?",
    "feedback": "A good answer names one thing.",
    "rubric": {
        "clarity": {"title": "Clear", "levels": LEVELS},
        "evidence": {"title": "Rests on facts", "levels": LEVELS[:2]},
    },
}
ESSAY = {"type": "essay", "rubric": {"clarity": 3, "evidence": 1}}
FILE = {"type": "file_upload", "rubric": {"clarity": 3, "evidence": 1}, "accepts": ["pdf", "docx"]}
TRUE = {"type": "true_false", "correct": True}


def make_quiz(*structures: dict, **settings) -> list[str]:
    """Let the quiz ask just these items, in this order; return their keys."""
    others = {name: words for name, words in WORDS.items() if name != "rubric"}
    return ask(*((one, WORDS if "rubric" in one else others) for one in structures), **settings)
