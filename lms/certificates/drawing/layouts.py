"""Layouts: folders with words, fonts, sizes and places, read once a process.

What all layouts share stands in the folder ``common``, what a paper's layouts share beside it under
the paper's name; a layout may also be based on another one. What stands nearer to it counts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from lms.lib import fonts

_FOLDER = Path(__file__).parents[3] / "templates" / "certificates" / "layouts"
_COMMON = _FOLDER / "common"


class Step(TypedDict):
    """A font size and how many lines there is room for at that size."""

    mm: float
    lines: int


@dataclass(frozen=True)
class Layout:
    """A folder of the layouts, read and parsed."""

    name: str
    settings: Mapping[str, Any]
    page: Template
    css: str
    pictures: dict[str, bytes]

    @property
    def kind(self) -> str:
        """What its certificates say of their holders, see `lms.certificates.rules.Kind`."""
        return str(self.settings["kind"])

    @property
    def paper(self) -> str:
        """Which way the paper lies: landscape or portrait."""
        return str(self.settings["paper"])

    def title(self, language: str) -> str:
        """Return what its certificates are called in a language; in English where it has no words."""
        phrases = self.settings["phrases"]
        return str(phrases.get(language, phrases["en"])["title"])

    def missing_letters(self, lines: Mapping[str, str]) -> list[str]:
        """Compare each line with the fonts that it is printed in."""
        missing: dict[str, None] = {}
        for name, text in lines.items():
            missing |= dict.fromkeys(fonts.missing_letters(text, self._families(name)))
        return list(missing)

    def sizes(self, lines: Mapping[str, str]) -> dict[str, int]:
        """Return the step of each line that varies in size; 0 where it does not fit."""
        sizes = {}
        for name, size in self.settings["sizes"].items():
            if name not in lines:
                continue
            families = self._families(name)
            words = [fonts.width_em(word, families) for word in lines[name].split()]
            space = fonts.width_em(" ", families)
            sizes[name] = size_step(words, space, size["width_mm"], size["steps"])
        return sizes

    def _families(self, line: str) -> list[str]:
        """Return the fonts of a line, in the order of choice."""
        kind = "serif" if line in self.settings["lines"]["serif"] else "sans"
        families: list[str] = self.settings["fonts"][kind]
        return families


@cache
def layouts() -> tuple[Layout, ...]:
    """Read all layouts, by name."""
    return tuple(layout(path.parent.name) for path in sorted(_FOLDER.glob("*/layout.toml")))


def layouts_of(kind: str) -> list[Layout]:
    """List the layouts that a kind of certificate may be printed with."""
    return [found for found in layouts() if found.kind == kind]


@cache
def layout(name: str) -> Layout:
    """Read a layout once a process.

    Raises:
        LookupError: there is no folder of that name.
    """
    if name not in {path.parent.name for path in _FOLDER.glob("*/layout.toml")}:
        raise LookupError(f"There is no certificate layout {name!r}.")
    folders = _folders(name)
    settings = _settings(folders)
    styles = (
        _COMMON / "page.css",
        _COMMON / f"{settings['paper']}.css",
        *(one / "page.css" for one in folders[1:]),
    )
    environment = Environment(
        loader=FileSystemLoader(folders[::-1]), autoescape=True, undefined=StrictUndefined
    )
    return Layout(
        name=name,
        settings=settings,
        page=environment.get_template("page.html"),
        css=_complete_css(
            settings,
            "".join(style.read_text(encoding="utf-8") for style in styles if style.exists()),
        ),
        pictures={path.name: path.read_bytes() for one in folders for path in one.glob("*.svg")},
    )


def _folders(name: str) -> list[Path]:
    """Return the folders that make a layout up: what is common first, its own last."""
    own = _FOLDER / name
    base = _read(own / "layout.toml").get("based_on")
    return [*(_folders(base) if base else [_COMMON]), own]


def _settings(folders: Sequence[Path]) -> dict[str, Any]:
    own = [_read(folder / "layout.toml") for folder in folders[1:]]
    paper = next(settings["paper"] for settings in reversed(own) if "paper" in settings)
    settings = _read(_COMMON / "common.toml")
    for nearer in (_read(_COMMON / f"{paper}.toml"), *own):
        settings = _merged(settings, nearer)
    return settings


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _merged(settings: Mapping[str, Any], nearer: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one set of settings over another, table by table."""
    merged = dict(settings)
    for name, value in nearer.items():
        is_table = isinstance(value, dict) and isinstance(merged.get(name), dict)
        merged[name] = _merged(merged[name], value) if is_table else value
    return merged


def _complete_css(settings: Mapping[str, Any], written: str) -> str:
    """Give the stylesheets the fonts and sizes that are also used to measure the text.

    The fonts take the place of their variables: a variable is looked up anew for each line of each page.
    """
    for kind, names in settings["fonts"].items():
        written = written.replace(f"var(--{kind})", ", ".join(f'"{family}"' for family in names))
    sizes = ""
    for line, size in settings["sizes"].items():
        for number, step in enumerate(size["steps"], start=1):
            sizes += f".{line}.size-{number} {{font-size: {step['mm']}mm}}\n"
    return sizes + written


def size_step(words: Sequence[float], space: float, width_mm: float, steps: Sequence[Step]) -> int:
    """Choose the largest size at which a text fits.

    Args:
        words: widths of its words, in em.
        space: width of the space between two words, in em.
        width_mm: of the lines.
        steps: the sizes to choose from, largest first.

    Returns:
        The number of the step, from 1; 0 when the text fits at none.
    """
    for number, step in enumerate(steps, start=1):
        if _count_lines(words, space, width_mm / step["mm"]) <= step["lines"]:
            return number
    return 0


def _count_lines(words: Sequence[float], space: float, width: float) -> int:
    """Fill lines word by word; a word that is longer than a line is broken."""
    lines = 1
    filled = 0.0
    for word in words:
        if filled and filled + space + word > width:
            lines += 1
            filled = 0.0
        filled += word if not filled else space + word
        while filled > width:
            lines += 1
            filled -= width
    return lines
