"""A place on a figure. The list of its regions by name is as good a way to answer, and is marked the same."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from lms.quizzes.items.choices import Choice, ChoiceText, KeyedStructure
from lms.quizzes.items.contract import Id, NoKey, NonBlank, Response, Table, Words
from lms.quizzes.items.faults import Fault
from lms.quizzes.items.submitted import Submitted, chosen_option

MARGIN = 10  # between a region's edge and its word
VIEW_BOX = re.compile(r'<svg[^>]*\sviewBox="([^"]*)"')
Length = Annotated[float, Field(allow_inf_nan=False)]
Region = Annotated[list[Length], Field(min_length=4, max_length=4)]


class HotspotStructure(KeyedStructure):
    """Regions as x, y, width and height in units of the figure's viewBox. Any of the right ones earns the mark."""

    type: Literal["hotspot"]
    figure: Annotated[str, Field(pattern=r"^[a-z0-9-]+\.svg$")]
    regions: Annotated[dict[Id, Region], Field(min_length=2)]

    @property
    def option_ids(self) -> list[str]:
        return list(self.regions)


class HotspotText(ChoiceText):
    """The names of the regions are its options."""

    alt: NonBlank  # what the figure shows
    # The figure itself, sanitised: put here when the course is read, so that it stays with the version.
    drawing: SkipJsonSchema[str] = ""


@dataclass(frozen=True)
class Spot:
    """A region as the page draws it over the figure."""

    x: float
    y: float
    width: float
    height: float
    box: str  # the figure's viewBox, and so that of what lies over it
    is_left: bool  # it lies in the left half, so its word begins at its left edge

    @property
    def word_x(self) -> float:
        return self.x + MARGIN if self.is_left else self.x + self.width - MARGIN

    @property
    def word_y(self) -> float:
        return self.y + self.height - MARGIN

    @property
    def anchor(self) -> str:
        return "start" if self.is_left else "end"


class Hotspot(Choice[HotspotStructure, HotspotText]):
    """The response is the id of the region."""

    structure_model = HotspotStructure
    text_model = HotspotText

    def text_faults(self, structure: HotspotStructure, text: HotspotText) -> Iterable[Fault]:
        yield from super().text_faults(structure, text)
        box = view_box(text.drawing)
        if not text.drawing:
            what = f"This language has no figure {structure.figure}."
            yield Fault("text", "", what, "Add it to the language's figures, or correct its name.")
        elif box is None:
            what = f"The figure {structure.figure} has no viewBox."
            yield Fault("text", "", what, 'Write viewBox="0 0 420 300" in its first tag.')
        else:
            yield from _outside(structure, box)

    def parse(self, structure: Table, submitted: Submitted) -> str | None:
        return chosen_option(submitted, self.read_structure(structure).option_ids)

    def mark(
        self, structure: Table, response: Response | None, texts: Sequence[Table] = ()
    ) -> float:
        return float(response in self.read_structure(structure).correct)

    def correct_response(self, structure: Table) -> str:
        return self.read_structure(structure).correct[0]

    def with_key(self, structure: Table, response: Response) -> Table:
        if response not in self.read_structure(structure).option_ids:
            raise NoKey
        return {**structure, "correct": [response]}

    def describe_correct(self, structure: Table, text: Table) -> list[Words]:
        """Name every region that earns the mark."""
        return self.describe(structure, text, self.read_structure(structure).correct)

    def spots(self, structure: Table, text: Table) -> dict[str, Spot]:
        """Return where each region is, without anything of the key."""
        box = view_box(self.read_text(text).drawing) or (0, 0, 0, 0)
        units, middle = " ".join(f"{unit:g}" for unit in box), box[0] + box[2] / 2
        return {
            name: Spot(x, y, width, height, units, is_left=x + width <= middle)
            for name, (x, y, width, height) in self.read_structure(structure).regions.items()
        }


def view_box(drawing: str) -> tuple[float, float, float, float] | None:
    """Read where a drawing's own units begin and how far they go; None where it does not say."""
    found = VIEW_BOX.search(drawing)
    try:
        x, y, width, height = map(float, re.split(r"[\s,]+", found[1].strip()) if found else ())
    except ValueError:
        return None
    return x, y, width, height


def _outside(
    structure: HotspotStructure, box: tuple[float, float, float, float]
) -> Iterable[Fault]:
    left, top, box_width, box_height = box
    for name, (x, y, width, height) in structure.regions.items():
        fits_across = left <= x and width > 0 and x + width <= left + box_width
        fits_down = top <= y and height > 0 and y + height <= top + box_height
        if not (fits_across and fits_down):
            what = f"The region does not lie within the figure, {box_width:g} by {box_height:g}."
            repair = "Write x, y, width and height in units of the figure's viewBox."
            yield Fault("structure", f"regions.{name}", what, repair)
