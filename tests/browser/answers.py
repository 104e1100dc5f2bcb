"""What a learner who has read the course would answer, looked up by the words of the question."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

from lms.config import ROOT
from lms.courses.folder import read
from lms.quizzes.items import TYPES, as_form


@cache
def forms(course: str) -> dict[str, dict[str, list[str]]]:
    """Map each prompt, in each language, to the right answer as its form would send it: field to values."""
    folder = read(ROOT / "courses" / course)
    found = {}
    for bank, items in folder.items.items():
        for item in items:
            for banks in folder.item_texts.values():
                prompt = banks[bank][item["id"]]["prompt"]
                found[" ".join(prompt.split())] = form(item)
    return found


def form(item) -> dict[str, list[str]]:
    right = TYPES[item["type"]].correct_response(item)
    return dict(as_form(right).lists()) or {"answer": []}


def answer(page, *, rightly: bool = True) -> None:
    """Answer the question on the page; what is neither right nor wrong is answered somehow."""
    prompt = " ".join(page.locator("legend h1").inner_text().split())
    course = urlsplit(page.url).path.split("/")[3]  # /learn/<cohort>/<course>/...
    for field, values in forms(course)[prompt].items():
        give(page.locator(f'[name="{field}"]'), values, rightly=rightly)


def give(inputs, values: list[str], *, rightly: bool) -> None:
    kind = inputs.first.evaluate("input => input.type")
    if kind == "select-one":
        offered = inputs.locator("option").evaluate_all("all => all.map(one => one.value)")
        inputs.select_option(chosen(offered[1:], values, rightly=rightly)[0])
    elif kind in {"radio", "checkbox"}:
        offered = inputs.evaluate_all("all => all.map(one => one.value)")
        for value in chosen(offered, values, rightly=rightly):
            inputs.nth(offered.index(value)).check()
    else:
        inputs.fill(values[0] if values and rightly else "0")


def chosen(offered: list[str], right: list[str], *, rightly: bool) -> list[str]:
    if rightly and right:
        return right
    return [one for one in offered if one not in right][:1]
