"""One question as it is while an answer to it is saved: found, allowed and held by one statement."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import JSON, String, bindparam, cast, func, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Person
from lms.cohorts.models import Enrolment
from lms.cohorts.queries import SEAT_OF, Seat
from lms.errors import NotFound
from lms.extensions import db
from lms.quizzes.models import LONGEST_CLIENT_ID, Answer, Attempt
from lms.quizzes.queries.quiz import quiz_of_attempt
from lms.quizzes.queries.sitting import Question, Sitting

MOST_ITEMS = 1000  # of an attempt; an address may name any number


@dataclass(frozen=True)
class Slot:
    """Where one answer goes. Others who would change the attempt wait until the transaction ends."""

    sitting: Sitting  # knows the answer to this question only: no page can be made of it
    question: Question
    known: Answer | None  # what the log has already under the id of the answer that is saved


_counting, _known, _other = aliased(Answer), aliased(Answer), aliased(Answer)
_item_key = Attempt.item_keys[bindparam("index", type_=JSON.JSONIntIndexType())].as_string()
_newest_id = (
    select(func.max(_other.id))
    .where(_other.attempt_id == Attempt.id, _other.item_key == _item_key, ~_other.is_stale)
    .correlate(Attempt)
    .scalar_subquery()
)
_client_id = func.substr(
    cast(Attempt.id, String) + ":" + bindparam("client_id", type_=String), 1, LONGEST_CLIENT_ID
)
# Built once, because building it anew would take longer than asking.
SLOT = (
    SEAT_OF.add_columns(Attempt, _counting, _known)
    .join(Attempt, Attempt.enrolment_id == Enrolment.id)
    .outerjoin(_counting, _counting.id == _newest_id)
    .outerjoin(_known, _known.client_id == _client_id)
    .where(Attempt.quiz == bindparam("quiz"), Attempt.number == bindparam("number"))
    .with_for_update(of=Attempt)
)


def slot_of(
    person: Person, cohort: str, course: str, path: str, number: int, question: int,
    *, client_id: str, language: str,
) -> Slot:  # fmt: skip
    """Return the place for an answer in one of a learner's own attempts, else 404.

    Args:
        person: the learner.
        cohort: the slug.
        course: the slug.
        path: module/step of the quiz.
        number: of the attempt, 1 for the first.
        question: its number in the attempt, 1 for the first.
        client_id: what the page calls the answer.
        language: of the page.
    """
    values = {
        "person_id": person.id, "cohort": cohort, "course": course, "quiz": path,
        "number": number, "index": min(max(question, 1), MOST_ITEMS) - 1, "client_id": client_id,
    }  # fmt: skip
    row = db.session.execute(SLOT, values).one_or_none()
    if row is None:
        raise NotFound
    *seat, attempt, counting, known = row
    answers = {counting.item_key: counting} if counting else {}
    sitting = Sitting(attempt, quiz_of_attempt(attempt), Seat(*seat), answers, language)
    return Slot(sitting, sitting.question(question), known)
