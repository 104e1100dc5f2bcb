"""The shape of the TOML files of a course. ``docs/course-format.md`` explains it to authors."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=80)]
StepPath = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*$")]
Words = Annotated[str, Field(min_length=1)]


class Table(BaseModel):
    """A table of a TOML file; a key that the format does not know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CertificateRule(Table):
    final: StepPath  # the quiz that must be passed
    kind: Literal["completion"] = "completion"
    issue: Literal["automatic", "officer"] = "automatic"
    valid_months: int | None = Field(
        default=None, ge=3, le=600
    )  # None: for ever; renewed from 60 days before on


class CourseFile(Table):
    """The file course.toml."""

    id: Slug
    source_language: str
    hours: int = Field(gt=0)
    modules: list[Slug] = Field(min_length=1)
    subject: Slug
    certificate: CertificateRule


class Draw(Table):
    """Items of a bank: so many by chance among those that fit, or just these in this order."""

    bank: Slug
    count: int = Field(default=0, ge=0)
    tags: list[Slug] = []
    difficulty: Literal[1, 2, 3] | None = None
    items: list[Slug] = []

    @model_validator(mode="before")
    @classmethod
    def count_named_items(cls, values: Any) -> Any:
        """Items that are named need no count."""
        if isinstance(values, dict) and values.get("items") and "count" not in values:
            return {**values, "count": len(values["items"])}
        return values

    @model_validator(mode="after")
    def draw_one_way(self) -> Self:
        if not self.count:
            raise ValueError("says neither how many items to draw (count) nor which (items)")
        if self.items and (self.tags or self.difficulty or self.count != len(self.items)):
            raise ValueError("names its items, so it takes no tags, difficulty or other count")
        return self


class Marking(Table):
    """How people mark what no rule can."""

    anonymous: bool = False  # whoever marks does not see whose answer it is
    # A result this close to the pass mark is marked by a second person too; 0: never.
    second_marker_percent: int = Field(default=0, ge=0, le=50)


class Gain(Table):
    """This quiz is a pre-test: what was learnt shows in the post-test, objective by objective."""

    post: StepPath
    objectives: list[Slug] = Field(min_length=1)  # tags of items that both quizzes ask


class Quiz(Table):
    pass_percent: int = Field(ge=0, le=100)
    max_attempts: int | None = Field(default=None, gt=0)
    wait_hours: float = Field(default=0, ge=0)  # from the end of one attempt to the next
    counts: Literal["best", "last", "first"] = "best"
    limit_minutes: int | None = Field(default=None, gt=0)
    essential: str = ""  # why nobody can lengthen the limit; empty: a learner can (WCAG 2.2.1)
    show: Literal["after_each", "after_submission", "after_close", "never"] = "after_submission"
    draw: list[Draw] = Field(min_length=1)
    shuffle: bool = True
    marking: Marking = Marking()
    gain: Gain | None = None

    @model_validator(mode="after")
    def settings_fit(self) -> Self:
        if self.essential and self.limit_minutes is None:
            raise ValueError("says why a limit is essential, but has no limit_minutes")
        return self


class Video(Table):
    src: str = Field(pattern=r"^https://")
    size_bytes: int = Field(gt=0)


class StepEntry(Table):
    id: Slug
    kind: Literal["reading", "case", "video", "reflection", "quiz"]
    minutes: int = Field(gt=0)
    site: Slug | None = None
    reviewed: date | None = None
    quiz: Quiz | None = None
    video: Video | None = None


class ModuleFile(Table):
    """The file modules/<module>.toml."""

    terms: list[Slug] = []  # key terms, explained in <language>/terms.toml
    steps: list[StepEntry] = Field(min_length=1)


class Site(Table):
    country: str = Field(pattern=r"^[A-Z]{2}$")


class Source(Table):
    title: Words
    publisher: str = ""
    date: str = ""
    url: str | None = Field(default=None, pattern=r"^https?://")
    weak: bool = False


class Fact(Table):
    says: Words
    sources: list[Slug] = Field(min_length=1)


class SourcesFile(Table):
    """The file sources.toml."""

    sites: dict[Slug, Site] = {}
    sources: dict[Slug, Source] = {}
    facts: dict[Slug, Fact] = {}


class ModuleText(Table):
    title: Words
    objectives: list[Words] = []


class Translation(Table):
    """Who made the words of a language that the course was not written in, and who has read them since."""

    by: Literal["machine", "person"]
    made: date
    reviewed: dict[StepPath, date] = {}  # the steps that a person has read against the original


class CourseText(Table):
    """The file <language>/course.toml."""

    title: Words
    summary: Words
    audience: str = ""
    outcomes: list[Words] = []
    modules: dict[Slug, ModuleText]
    quizzes: dict[StepPath, Words] = {}
    sites: dict[Slug, Words] = {}
    translation: Translation | None = None  # None: the original


class Term(Table):
    """A key term as people say it, and what it means."""

    term: Words
    means: Words


class TermsFile(RootModel[dict[Slug, Term]]):
    """The file <language>/terms.toml."""


class FactsFile(RootModel[dict[Slug, Words]]):
    """The file <language>/facts.toml: what each fact says, in a language the course was not written in."""


class ItemsFile(Table):
    """The file items/<bank>.toml; what one item holds depends on its type."""

    items: list[dict[str, Any]]


FILES: dict[str, type[BaseModel]] = {
    "course.toml": CourseFile,
    "modules/*.toml": ModuleFile,
    "sources.toml": SourcesFile,
    "items/*.toml": ItemsFile,
    "<language>/course.toml": CourseText,
    "<language>/terms.toml": TermsFile,
    "<language>/facts.toml": FactsFile,
}
