"""An item whose key is wrong: in which versions it stands, and what another key would do."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from lms.accounts.models import Person
from lms.certificates.models import Certificate
from lms.cohorts.models import Enrolment
from lms.courses.models import CourseItem, CourseVersion
from lms.courses.queries import items_of, outline_of
from lms.errors import NotFound
from lms.extensions import db
from lms.jobs.models import Job
from lms.progress.queries import progress_of_many
from lms.quizzes.items import TYPES, NoKey
from lms.quizzes.models import Attempt, KeyCorrection, ScoreChange
from lms.quizzes.queries import Question, Script, corrections_of
from lms.quizzes.queries.regrading import Regrade

HANDLER = "regrade"


@dataclass(frozen=True)
class VersionLine:
    """A version of the course with the item in it."""

    id: int
    number: int
    revision: int
    attempt_count: int  # handed in, and with this item


@dataclass(frozen=True)
class Correctable:
    """An item that rules mark, so that its key can be corrected; shown as in one version."""

    version: CourseVersion
    key: str
    question: Question  # filled with the answer that is right today
    has_key: bool  # False: only the whole mark for everybody can be given
    same: list[VersionLine]  # with the very same item, the newest first
    others: list[VersionLine]  # in which it was worded otherwise, or had another key

    @property
    def default_ids(self) -> list[int]:
        """The versions to correct unless somebody chooses others: those that were attempted."""
        attempted = [line.id for line in self.same if line.attempt_count]
        return attempted or [self.version.id]

    def with_response(self, response: Any) -> Correctable:
        return replace(self, question=replace(self.question, response=response))


def correctable_item(
    course_id: int, key: str, language: str, number: int | None = None
) -> Correctable:
    """Return an item as it stands in a version, the newest that has it if none is named, else 404."""
    lines = _lines(course_id, key)
    shown = next((one for one in lines if number in (None, one.number)), None)
    if shown is None:
        raise NotFound
    version, item = db.session.get_one(CourseVersion, shown.id), items_of(shown.id)[key]
    kind = TYPES[item.structure["type"]]
    if kind.is_marked_by_person or not kind.is_scored:
        raise NotFound
    question = _question(item, key, version.id, language)
    return Correctable(
        version=version,
        key=key,
        question=question,
        has_key=_has_key(question),
        same=[one for one in lines if one.revision == shown.revision],
        others=[one for one in lines if one.revision != shown.revision],
    )


def _lines(course_id: int, key: str) -> list[VersionLine]:
    bank, _slash, item_id = key.partition("/")
    rows = db.session.execute(
        select(CourseVersion.id, CourseVersion.number, CourseItem.revision)
        .join(CourseItem, CourseItem.version_id == CourseVersion.id)
        .where(
            CourseVersion.course_id == course_id,
            CourseItem.bank == bank,
            CourseItem.item_id == item_id,
        )
        .order_by(CourseVersion.number.desc())
    ).all()
    counts = _attempt_counts([row.id for row in rows], key)
    return [VersionLine(row.id, row.number, row.revision, counts[row.id]) for row in rows]


def _attempt_counts(version_ids: list[int], key: str) -> Counter[int]:
    query = select(Attempt.version_id, Attempt.item_keys).where(
        Attempt.version_id.in_(version_ids), Attempt.submitted_at.is_not(None)
    )
    return Counter(version_id for version_id, keys in db.session.execute(query) if key in keys)


def _question(item: CourseItem, key: str, version_id: int, language: str) -> Question:
    correction = corrections_of(version_id).get(key)
    structure = Script(key, item, None, correction).structure
    source = outline_of(version_id).source_language
    return Question(
        key=key,
        number=1,
        item=item,
        structure=structure,
        response=TYPES[item.structure["type"]].correct_response(structure),
        sequence=0,
        overtaken=None,
        saved_at=None,
        is_flagged=False,
        is_checked=False,
        mark=None,
        language=language if language in item.texts else source,
        seed=0,
        is_shuffled=False,
    )


def _has_key(question: Question) -> bool:
    if question.response is None:
        return False
    try:
        question.type.with_key(question.structure, question.response)
    except NoKey:
        return False
    return True


def certificates_affected(found: Regrade) -> int:
    """Count the certificates that rest on a pass the new score would not give, and those to come."""
    kept = {one.attempt.enrolment_id for one in found.kept}
    resting = db.session.scalar(
        select(func.count(Certificate.enrolment_id.distinct())).where(
            Certificate.enrolment_id.in_(kept), Certificate.is_current()
        )
    )
    return (resting or 0) + _to_come(found)


def _to_come(found: Regrade) -> int:
    """Count the learners whose course is complete with what they pass now."""
    passed: dict[int, set[str]] = defaultdict(set)
    for one in found.newly_passed:
        passed[one.attempt.enrolment_id].add(one.attempt.quiz)
    seats = db.session.execute(
        select(Enrolment.id, Enrolment.version_id).where(
            Enrolment.id.in_(passed), Enrolment.withdrawn_at.is_(None)
        )
    )
    progress = progress_of_many((row.id, row.version_id) for row in seats)
    return sum(
        not one.is_complete and {step.path for step in one.missing} <= passed[enrolment_id]
        for enrolment_id, one in progress.items()
    )


@dataclass(frozen=True)
class CorrectionLine:
    """A correction that was applied, in all the versions it was applied to at once."""

    at: datetime
    by: str
    reason: str
    versions: list[int]
    change_count: int


def corrections_made(course_id: int, key: str) -> list[CorrectionLine]:
    """List what was corrected in an item, the newest first."""
    rows = db.session.execute(
        select(KeyCorrection, CourseVersion.number, Person, func.count(ScoreChange.id))
        .join(CourseVersion, CourseVersion.id == KeyCorrection.version_id)
        .join(Person, Person.id == KeyCorrection.corrected_by_id)
        .outerjoin(ScoreChange, ScoreChange.correction_id == KeyCorrection.id)
        .options(lazyload(Person.grants))
        .where(CourseVersion.course_id == course_id, KeyCorrection.item_key == key)
        .group_by(KeyCorrection.id, CourseVersion.number, Person.id)
        .order_by(KeyCorrection.id.desc())
    )
    together: dict[tuple[datetime, str], CorrectionLine] = {}
    for correction, number, person, count in rows:
        at, by = correction.corrected_at, person.name_latin or person.name
        before = together.get((at, by))
        versions = [*(before.versions if before else []), number]
        total = (before.change_count if before else 0) + count
        together[at, by] = CorrectionLine(at, by, correction.reason, versions, total)
    return list(together.values())


@dataclass(frozen=True)
class Running:
    """Where a correction stands that a job applies."""

    is_waiting: bool = False
    is_stopped: bool = False  # what would have happened was no longer what had been shown


def running_regrade(version_ids: list[int], key: str) -> Running:
    """Look at the newest job for an item: at work, stopped, or done."""
    query = select(Job).where(Job.handler == HANDLER).order_by(Job.id.desc()).limit(100)
    for job in db.session.scalars(query):
        arguments = job.arguments
        if arguments["item_key"] == key and set(arguments["version_ids"]) <= set(version_ids):
            is_over = job.finished_at is not None or job.dead_at is not None
            return Running(not is_over, is_over and not _was_applied(job))
    return Running()


def _was_applied(job: Job) -> bool:
    """Tell whether this item was corrected since the job was asked for."""
    query = select(KeyCorrection.id).where(
        KeyCorrection.item_key == job.arguments["item_key"],
        KeyCorrection.version_id.in_(job.arguments["version_ids"]),
        KeyCorrection.corrected_at >= job.created_at,
    )
    return db.session.scalar(query.limit(1)) is not None
