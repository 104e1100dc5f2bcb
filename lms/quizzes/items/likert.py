"""How far somebody agrees, or how often something happens: one step of a scale, never scored."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from lms.quizzes.items.contract import ItemStructure, ItemText, NonBlank, Response, Table, Words
from lms.quizzes.items.faults import Fault, repeated
from lms.quizzes.items.submitted import Submitted, chosen_option
from lms.quizzes.items.unscored import Unscored


class LikertStructure(ItemStructure):
    type: Literal["likert"]
    levels: Annotated[int, Field(ge=2, le=7)]


class LikertText(ItemText):
    labels: list[NonBlank]  # one for each level, in their order


class Likert(Unscored[LikertStructure, LikertText]):
    """The response is the number of the level, written as text: "1" for the first."""

    structure_model = LikertStructure
    text_model = LikertText
    is_choice = True

    def text_faults(self, structure: LikertStructure, text: LikertText) -> Iterable[Fault]:
        if len(text.labels) != structure.levels:
            what = f"It has {len(text.labels)} labels for {structure.levels} levels."
            yield Fault("text", "labels", what, "Write one label for each level, in their order.")
        yield from repeated("labels", text.labels, "text")

    def options(self, structure: Table, text: Table) -> list[tuple[str, Words]]:
        labels = self.read_text(text).labels
        levels = range(1, self.read_structure(structure).levels + 1)
        return [(str(level), label) for level, label in zip(levels, labels, strict=True)]

    def parse(self, structure: Table, submitted: Submitted) -> str | None:
        levels = range(1, self.read_structure(structure).levels + 1)
        return chosen_option(submitted, [str(level) for level in levels])

    def describe(self, structure: Table, text: Table, response: Response | None) -> list[Words]:
        return [label for level, label in self.options(structure, text) if level == response]
