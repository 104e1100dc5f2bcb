"""When a cohort may take each of its quizzes."""

from __future__ import annotations

from dataclasses import dataclass

from lms.cohorts.models import Cohort, CohortCourse
from lms.cohorts.queries import courses_of, newest_version_id
from lms.courses.contents import Contents
from lms.courses.queries import contents_of, outline_of
from lms.errors import NotFound
from lms.quizzes.models import QuizWindow
from lms.quizzes.queries import windows_of_cohort


@dataclass(frozen=True)
class QuizTimes:
    """One quiz of a course that the cohort takes."""

    cohort_course: CohortCourse
    path: str  # module/step
    contents: Contents
    window: QuizWindow | None

    @property
    def title(self) -> str:
        module, line = self.contents.by_path[self.path]
        return f"{module.number}. {module.title} – {line.title}"

    @property
    def address(self) -> dict[str, str]:
        module, _slash, step = self.path.partition("/")
        return {"course": self.cohort_course.course.slug, "module": module, "step": step}


def quiz_times(cohort: Cohort, language: str) -> list[QuizTimes]:
    """List the quizzes that a cohort takes, in the newest version of each course."""
    windows = windows_of_cohort(cohort.id)
    found = []
    for link in courses_of(cohort):
        version_id = newest_version_id(link.course_id)
        contents = contents_of(version_id, language)
        found += [
            QuizTimes(link, step.path, contents, windows.get((link.course_id, step.path)))
            for step in outline_of(version_id).steps
            if step.kind == "quiz"
        ]
    return found


def times_of_quiz(cohort: Cohort, language: str, course: str, path: str) -> QuizTimes:
    """Return one quiz of a cohort, else 404."""
    for one in quiz_times(cohort, language):
        if (one.cohort_course.course.slug, one.path) == (course, path):
            return one
    raise NotFound
