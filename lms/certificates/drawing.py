"""The printed page of a certificate: its words, its sizes, its pictures, and the PDF of them.

Knows no request and no database. Each layout is a folder of ``templates/certificates/layouts``:
words and fonts in ``layout.toml``, places in ``page.html``, looks in ``page.css``, fixed pictures
beside them.
"""

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, TypedDict

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from lms.lib import fonts, lattice, pdf, pictures

_LAYOUTS = Path(__file__).parents[2] / "templates" / "certificates" / "layouts"

# Any mask can be read; choosing the best one for each code takes longer than all the rest of it.
_QR_MASK = 2
_QR_PIXELS_PER_MODULE = 8


class LinesTooLong(ValueError):
    """The layout has no room for these lines; their names are in ``lines``."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("No room for " + ", ".join(lines))
        self.lines = tuple(lines)


class LettersMissing(ValueError):
    """No font of the layout has these letters; they are in ``letters``, each once."""

    def __init__(self, letters: Sequence[str]) -> None:
        super().__init__("No font has " + ", ".join(map(fonts.letter_name, letters)))
        self.letters = tuple(letters)


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintedFacts:
    """All that one certificate says. Texts are NFC, and empty where there is nothing to say.

    Attributes:
        number: as `lms.lib.numbers` writes it.
        name_latin: as in the passport.
        name_native: in the person's own script; not printed twice when it is the same.
        native_language: code of the language of ``name_native``, for screen readers.
        course_title: in English.
        course_title_native: in the second language.
        steps: how many the course has; all are completed.
        hours: of study, in whole hours.
        country: in English; it stands before the cohort.
        cohort: in English, such as "autumn 2026".
        cohort_native: country and cohort in the second language.
        issued_on: printed in both languages.
        second_language: code of the cohort's language; ``en`` prints English alone.
        signatory_role: such as "Programme director".
        programme: whose programme it is.
        verify_url: the whole address of this certificate's page, in the QR code.
        verify_page: where to type the number, as people write it: without ``https://``.
        funders: names of those who pay, in the programme's order.
        partners: names of those who carry it with them.
        credit_line: the programme's sentence about both.
        logos: fingerprint and name of each logo, in their order.
    """

    number: str
    name_latin: str
    name_native: str = ""
    native_language: str = ""
    course_title: str
    course_title_native: str = ""
    steps: int
    hours: int
    country: str = ""
    cohort: str
    cohort_native: str = ""
    issued_on: date
    second_language: str
    signatory_role: str
    programme: str
    verify_url: str
    verify_page: str
    funders: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    credit_line: str = ""
    logos: tuple[tuple[str, str], ...] = ()


def draw(
    facts: PrintedFacts, *, logos: Mapping[str, bytes] | None = None, layout: str = "completion"
) -> bytes:
    """Return a certificate as PDF; the same facts give the same bytes.

    Args:
        facts: what it says.
        logos: the PNG of each of its logos, by fingerprint.
        layout: name of the folder.

    Raises:
        LettersMissing: a letter would be printed as an empty box.
        LinesTooLong: a line does not fit even at its smallest size.
        KeyError: the layout has no words in the second language.
    """
    design = _layout(layout)
    lines = printed_lines(facts, layout=layout)
    if missing := design.missing_letters(lines):
        raise LettersMissing(missing)
    sizes = design.sizes(lines)
    if overlong := [name for name, size in sizes.items() if not size]:
        raise LinesTooLong(overlong)
    html = design.page.render(facts=facts, line=lines, language=_languages(facts), size=sizes)
    panel = design.settings["panel"]
    changing = {
        "panel.svg": lattice.panel(facts.number, panel["width"], panel["height"]).encode(),
        "qr.png": _qr_code(facts.verify_url),
        **{f"{sha256}.jpg": pictures.for_print(png) for sha256, png in (logos or {}).items()},
    }
    return pdf.render(html, design.css, assets=design.pictures | changing)


def missing_letters_of(facts: PrintedFacts, *, layout: str = "completion") -> list[str]:
    """Return the letters of all printed text that the layout's fonts do not have, each once."""
    return _layout(layout).missing_letters(printed_lines(facts, layout=layout))


def overlong_lines_of(facts: PrintedFacts, *, layout: str = "completion") -> list[str]:
    """Return the names of the lines that the layout has no room for."""
    sizes = _layout(layout).sizes(printed_lines(facts, layout=layout))
    return [name for name, size in sizes.items() if not size]


def second_languages(*, layout: str = "completion") -> list[str]:
    """Return the languages that the layout has words in; English stands on every certificate."""
    return list(_layout(layout).settings["phrases"])


def credit_lines(
    funders: Sequence[str],
    partners: Sequence[str],
    credit_line: str,
    *,
    layout: str = "completion",
) -> dict[str, str]:
    """Return the lines that name who pays for a programme and who carries it."""
    english = _layout(layout).settings["phrases"]["en"]
    named = (_listed(english, "funded_by", funders), _listed(english, "with", partners))
    return {"funding": _joined(*named), "credit": credit_line}


def faults_of_credits(
    lines: Mapping[str, str], *, layout: str = "completion"
) -> tuple[list[str], bool]:
    """Return the letters of ``credit_lines`` that no font has, and whether there is no room for them."""
    design = _layout(layout)
    return design.missing_letters(lines), not all(design.sizes(lines).values())


def missing_letters(name: str, *, layout: str = "completion") -> list[str]:
    """Return the letters of a name that the layout's fonts do not have, each once."""
    return _layout(layout).missing_letters({"name": unicodedata.normalize("NFC", name)})


def to_json(facts: PrintedFacts) -> dict[str, Any]:
    """Return the facts as the register keeps them; the day is ISO 8601."""
    return {**asdict(facts), "issued_on": facts.issued_on.isoformat()}


def from_json(kept: Mapping[str, Any]) -> PrintedFacts:
    """Return the facts that the register kept."""
    lists = {name: tuple(kept.get(name, ())) for name in ("funders", "partners")}
    logos = tuple((sha256, name) for sha256, name in kept.get("logos", ()))
    issued_on = date.fromisoformat(kept["issued_on"])
    return PrintedFacts(**{**kept, **lists, "logos": logos, "issued_on": issued_on})


def printed_lines(facts: PrintedFacts, *, layout: str = "completion") -> dict[str, str]:
    """Return every line of the page by name, in reading order; a line that is not printed is "".

    Raises:
        KeyError: the layout has no words in the second language.
    """
    phrases = _layout(layout).settings["phrases"]
    english = phrases["en"]
    second = {} if facts.second_language == "en" else phrases[facts.second_language]
    has_native_name = facts.name_native != facts.name_latin
    return {
        "brand": english["brand"],
        "tagline": english["tagline"],
        "title": english["title"],
        "title_native": second.get("title", ""),
        "name": facts.name_latin,
        "name_native": facts.name_native if has_native_name else "",
        "completed": _counted(english, "completed", steps=facts.steps),
        "completed_native": _counted(second, "completed", steps=facts.steps),
        "course": facts.course_title,
        "course_native": facts.course_title_native if second else "",
        "study": _joined(
            _counted(english, "hours", hours=facts.hours),
            ", ".join(filter(None, (facts.country, facts.cohort))),
        ),
        "study_native": _joined(_counted(second, "hours", hours=facts.hours), facts.cohort_native)
        if second
        else "",
        "number": facts.number,
        "check_at": english["check_at"],
        "check_at_native": second.get("check_at", ""),
        "verify_page": facts.verify_page,
        "issued": _issued(english, facts.issued_on),
        "issued_native": _issued(second, facts.issued_on),
        "role": facts.signatory_role,
        "programme": facts.programme,
        **credit_lines(facts.funders, facts.partners, facts.credit_line, layout=layout),
        "qr": english["qr"].format(url=facts.verify_url),
    }


class Step(TypedDict):
    """A font size and how many lines there is room for at that size."""

    mm: float
    lines: int


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


@dataclass(frozen=True)
class _Layout:
    """A folder of the layouts, read and parsed."""

    settings: Mapping[str, Any]
    page: Template
    css: str
    pictures: dict[str, bytes]

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
def _layout(name: str) -> _Layout:
    """Read a layout once a process.

    Raises:
        LookupError: there is no folder of that name.
    """
    if name not in {folder.name for folder in _LAYOUTS.iterdir()}:
        raise LookupError(f"There is no certificate layout {name!r}.")
    folder = _LAYOUTS / name
    settings = tomllib.loads((folder / "layout.toml").read_text(encoding="utf-8"))
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined
    )
    return _Layout(
        settings=settings,
        page=environment.get_template("page.html"),
        css=_generated_css(settings) + (folder / "page.css").read_text(encoding="utf-8"),
        pictures={path.name: path.read_bytes() for path in folder.glob("*.svg")},
    )


def _generated_css(settings: Mapping[str, Any]) -> str:
    """Give page.css the fonts and sizes that are also used to measure the text."""
    variables = ""
    for kind, names in settings["fonts"].items():
        quoted = ", ".join(f'"{family}"' for family in names)
        variables += f"--{kind}: {quoted};"
    css = f":root {{{variables}}}\n"
    for line, size in settings["sizes"].items():
        for number, step in enumerate(size["steps"], start=1):
            css += f".{line}.size-{number} {{font-size: {step['mm']}mm}}\n"
    return css


def _languages(facts: PrintedFacts) -> dict[str, str]:
    """Return the language of each line that is not English."""
    names = ("title", "completed", "course", "study", "check_at", "issued")
    second = {f"{name}_native": facts.second_language for name in names}
    return {**second, "name_native": facts.native_language or facts.second_language}


def _counted(phrases: Mapping[str, Any], name: str, **number: int) -> str:
    """Fill a number into a phrase; some have a form of their own for one."""
    form = name
    if 1 in number.values() and f"{name}_one" in phrases:
        form = f"{name}_one"
    return str(phrases.get(form, "")).format(**number)


def _listed(phrases: Mapping[str, Any], name: str, names: Sequence[str]) -> str:
    return str(phrases[name]).format(names=", ".join(names)) if names else ""


def _issued(phrases: Mapping[str, Any], day: date) -> str:
    if not phrases:
        return ""
    month = phrases["months"][day.month - 1]
    written = phrases["date"].format(day=day.day, month=month, year=day.year)
    return str(phrases["issued"].format(date=written))


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def _qr_code(url: str) -> bytes:
    """Return a QR code as PNG, without a margin: the page is white around it."""
    import segno

    code = segno.make_qr(url, error="m", boost_error=False, mask=_QR_MASK)
    png = BytesIO()
    code.save(png, kind="png", scale=_QR_PIXELS_PER_MODULE, border=0, dark="#0f252b")
    return png.getvalue()
