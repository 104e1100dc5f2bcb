"""The shape of the TOML files of a course. ``docs/course-format.md`` explains it to authors."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

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


class CourseFile(Table):
    """The file course.toml."""

    id: Slug
    source_language: str
    hours: int = Field(gt=0)
    modules: list[Slug] = Field(min_length=1)
    subject: Slug
    certificate: CertificateRule


class Draw(Table):
    bank: Slug
    count: int = Field(gt=0)
    tags: list[Slug] = []
    difficulty: Literal[1, 2, 3] | None = None


class Quiz(Table):
    pass_percent: int = Field(ge=0, le=100)
    max_attempts: int | None = Field(default=None, gt=0)
    limit_minutes: int | None = Field(default=None, gt=0)
    draw: list[Draw] = Field(min_length=1)
    shuffle: bool = True


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


class CourseText(Table):
    """The file <language>/course.toml."""

    title: Words
    summary: Words
    audience: str = ""
    outcomes: list[Words] = []
    modules: dict[Slug, ModuleText]
    quizzes: dict[StepPath, Words] = {}
    sites: dict[Slug, Words] = {}


class ItemsFile(Table):
    """The file items/<bank>.toml; what one item holds depends on its type.."""

    items: list[dict[str, Any]]


FILES: dict[str, type[Table]] = {
    "course.toml": CourseFile,
    "modules/*.toml": ModuleFile,
    "sources.toml": SourcesFile,
    "items/*.toml": ItemsFile,
    "<language>/course.toml": CourseText,
}
