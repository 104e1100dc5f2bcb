from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lms.audit.models import AuditEvent
from lms.certificates.services import AlreadyDecided, decide_kept_pass
from lms.extensions import db
from lms.notices.models import Message
from lms.progress.models import Completion, DoneStep
from lms.quizzes.models import Attempt, KeyCorrection, ScoreChange
from lms.quizzes.services.oneself import AboutOneself
from tests.certificates.conftest import follow
from tests.factories import FINAL, FIRST_QUIZ, make_staff, take_quiz

LIST = "/certificates/kept-passes"
REASON = "The key was wrong through no fault of the learners."


def corrected(attempt, *, is_kept=True) -> ScoreChange:
    """Let a key have been corrected, so that the score no longer passes."""
    author = make_staff("instructor", "course", "digital-id")
    correction = KeyCorrection(
        version_id=attempt.version_id, item_key=attempt.item_keys[0], is_given_to_all=False, key={},
        reason="The second decree is in force.", corrected_by_id=author.id,
        corrected_at=datetime.now(UTC),
    )  # fmt: skip
    db.session.add(correction)
    db.session.flush()
    change = ScoreChange(
        correction_id=correction.id, attempt_id=attempt.id, before_percent=70, after_percent=60,
        was_passed=True, is_pass_kept=is_kept,
    )  # fmt: skip
    attempt.score_percent = 60
    db.session.add(change)
    db.session.commit()
    return change


def final_of(learner) -> Attempt:
    return (
        db.session.query(Attempt)
        .filter_by(enrolment_id=learner.seat.enrolment_id, quiz=FINAL)
        .one()
    )


def decide(client, change, decision="withdraw", reason=REASON):
    return client.post(f"{LIST}/{change.id}", data={"decision": decision, "reason": reason})


class TestListKeptPasses:
    def test_names_who_keeps_a_pass_and_why(self, officer, holder):
        corrected(final_of(holder))

        page = officer.get(LIST).text

        assert holder.person.name_latin in page
        assert "The second decree is in force." in page
        assert "70 % before, 60 % now" in page
        assert holder.certificate.number in page

    def test_leaves_out_what_a_later_correction_has_settled(self, officer, holder):
        attempt = final_of(holder)
        corrected(attempt)
        corrected(attempt, is_kept=False)

        assert "Nothing to decide" in officer.get(LIST).text

    def test_shows_only_the_officer_s_own_countries(self, stranger, holder):
        change = corrected(final_of(holder))

        assert holder.person.name_latin not in stranger.get(LIST).text
        assert stranger.get(f"{LIST}/{change.id}").status_code == 404
        assert decide(stranger, change).status_code == 404

    def test_asks_as_often_for_many_as_for_few(self, officer, learner_in, count_queries):
        def one_more():
            corrected(take_quiz(learner_in("KZ").seat))

        one_more()
        officer.get(LIST)
        with count_queries() as few:
            officer.get(LIST)
        for _more in range(3):
            one_more()

        with count_queries() as many:
            officer.get(LIST)

        assert len(many) == len(few) <= 10


class TestDecideKeptPass:
    def test_withdraws_the_pass_and_what_rested_on_it(self, officer, holder):
        change = corrected(final_of(holder))

        response = decide(officer, change)

        assert response.location.endswith(f"/certificates/{holder.certificate.number}")
        db.session.expire_all()
        assert not change.attempt.is_passed
        assert change.is_pass_withdrawn
        assert change.decision == REASON
        assert db.session.get(DoneStep, (holder.seat.enrolment_id, FINAL)) is None
        assert db.session.get(Completion, holder.seat.enrolment_id) is None
        assert not holder.certificate.is_revoked
        assert "Decide now about the certificate" in follow(officer, response).text

    def test_keeps_the_pass(self, officer, holder):
        change = corrected(final_of(holder))

        response = decide(officer, change, "keep")

        assert "The pass is kept." in follow(officer, response).text
        db.session.expire_all()
        assert change.attempt.is_passed
        assert change.decided_at is not None
        assert not change.is_pass_withdrawn
        assert db.session.get(Completion, holder.seat.enrolment_id)
        assert holder.person.name_latin not in officer.get(LIST).text

    @pytest.mark.parametrize(
        ("decision", "action", "says"),
        [
            ("withdraw", "withdraw_pass", "does not count as passed any more"),
            ("keep", "keep_pass", "you keep the pass"),
        ],
    )
    def test_tells_the_learner_and_the_log(self, officer, holder, decision, action, says):
        change = corrected(final_of(holder))

        decide(officer, change, decision)

        event = db.session.query(AuditEvent).filter_by(action=action).one()
        assert (event.object_id, event.reason) == (str(change.attempt_id), REASON)
        message = db.session.query(Message).filter_by(kind="pass_decided").one()
        assert message.person_id == holder.person.id
        assert says in message.body
        assert REASON in message.body

    def test_leaves_the_step_where_another_attempt_was_passed(self, officer, learner_in):
        seat = learner_in("KZ").seat
        change = corrected(take_quiz(seat))
        take_quiz(seat)

        decide(officer, change)

        db.session.expire_all()
        assert not change.attempt.is_passed
        assert db.session.get(DoneStep, (seat.enrolment_id, FIRST_QUIZ))

    def test_lets_the_learner_pass_again(self, officer, holder):
        decide(officer, corrected(final_of(holder)))

        take_quiz(holder.seat, FINAL)

        assert db.session.get(Completion, holder.seat.enrolment_id)

    def test_is_made_once(self, officer, holder):
        change = corrected(final_of(holder))
        decide(officer, change, "keep")

        assert decide(officer, change).status_code == 404
        with pytest.raises(AlreadyDecided):
            decide_kept_pass(
                make_staff("officer"), db.session.merge(change), is_withdrawn=True, reason=REASON
            )
        assert db.session.query(AuditEvent).filter_by(action="withdraw_pass").count() == 0

    def test_is_not_made_about_oneself(self, holder):
        change = corrected(final_of(holder))

        with pytest.raises(AboutOneself):
            decide_kept_pass(holder.person, change, is_withdrawn=False, reason=REASON)

    @pytest.mark.parametrize(
        ("decision", "reason"), [("", REASON), ("perhaps", REASON), ("withdraw", "short")]
    )
    def test_asks_for_a_decision_and_a_reason(self, officer, holder, decision, reason):
        change = corrected(final_of(holder))

        response = decide(officer, change, decision, reason)

        assert response.status_code == 422
        assert reason in response.text
        db.session.expire_all()
        assert change.decided_at is None
