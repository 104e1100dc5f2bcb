"""Banks whose key shows: by the length of the right options, or by where they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from lms.courses.folder import CourseFolder, Fault

LONGEST_PERCENT = 35
POSITION_PERCENT = 40
FEWEST_ITEMS = 8  # of fewer, chance alone would show more


def guessing_faults(folder: CourseFolder, language: str) -> Iterator[Fault]:
    """Find the banks in which whoever knows nothing is right too often by a rule."""
    for bank, items in folder.items.items():
        asked = [item for item in items if _has_one_right(item)]
        if len(asked) < FEWEST_ITEMS:
            continue
        file = f"{language}/items/{bank}.toml"
        longest = [
            str(item["id"])
            for item in asked
            if _is_longest(item, folder.item_texts[language].get(bank, {}).get(item["id"]))
        ]
        if 100 * len(longest) > LONGEST_PERCENT * len(asked):
            what = f"The longest option is right in {len(longest)} of {len(asked)} items"
            repair = f"Shorten it, or lengthen others: {', '.join(longest)}."
            yield Fault(file, 0, f"{what}, so it can be guessed.", repair)
        places = Counter(item["options"].index(item["correct"][0]) + 1 for item in asked)
        place, count = places.most_common(1)[0]
        if language == folder.source_language and 100 * count > POSITION_PERCENT * len(asked):
            what = (
                f"Option {place} is right in {count} of {len(asked)} items, so it can be guessed."
            )
            yield Fault(f"items/{bank}.toml", 0, what, "Put some of them elsewhere.")


def _has_one_right(item: dict[str, Any]) -> bool:
    options, correct = item.get("options"), item.get("correct")
    return (
        isinstance(options, list)
        and isinstance(correct, list)
        and len(options) > 2
        and len(correct) == 1
        and correct[0] in options
    )


def _is_longest(item: dict[str, Any], text: Any) -> bool:
    """Tell whether the right option has more letters than every other."""
    options = text.get("options", {}) if isinstance(text, dict) else {}
    right = item["correct"][0]
    lengths = {option: len(str(options.get(option, ""))) for option in item["options"]}
    return all(lengths[right] > length for option, length in lengths.items() if option != right)
