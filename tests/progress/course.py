"""Outlines for the rules of progress: modules and steps without any text."""

from __future__ import annotations

from lms.courses.outline import Module, Outline, Step


def make_outline(*modules: str) -> Outline:
    """Make a course from one word a module, one letter a step: r reading, t reflection, q quiz.

    ``make_outline("rrq", "rq")`` has the steps m1/s1 to m1/s3, m2/s1 and m2/s2; the last one is the final quiz.
    """
    kinds = {"r": "reading", "t": "reflection", "q": "quiz"}
    made, number = [], 0
    for index, letters in enumerate(modules, 1):
        steps = []
        for place, letter in enumerate(letters, 1):
            number += 1
            steps.append(
                Step(
                    path=f"m{index}/s{place}",
                    kind=kinds[letter],
                    minutes=5,
                    number=number,
                    titles={"en": f"Step {number}"},
                    site="",
                    reviewed="",
                    quiz={"pass_percent": 70} if letter == "q" else None,
                    video=None,
                )
            )
        made.append(
            Module(
                slug=f"m{index}",
                number=index,
                titles={"en": f"Module {index}"},
                objectives={},
                steps=tuple(steps),
            )
        )
    return Outline(
        slug="course",
        hours=1,
        subject="tests",
        source_language="en",
        languages=("en",),
        texts={"en": {"title": "Course", "sites": {}}},
        modules=tuple(made),
        certificate={"final": made[-1].steps[-1].path, "kind": "completion", "issue": "automatic"},
        facts={},
        sources={},
    )
