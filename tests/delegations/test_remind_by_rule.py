from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from lms.accounts import services as accounts
from lms.audit.models import AuditEvent
from lms.cohorts.models import CohortCourse, Enrolment
from lms.delegations import services
from lms.delegations.queries import facts_of, plan
from lms.delegations.rules import LeftOut, Rule
from lms.extensions import db
from lms.jobs import services as jobs
from lms.jobs.models import Job
from lms.notices import services as notices
from lms.notices.models import Message, ReminderRule
from lms.notices.rules import Topic
from lms.quizzes.models import QuizWindow
from tests.factories import (
    FIRST_QUIZ,
    complete,
    enrolment_of,
    make_cohort,
    make_learner,
    make_staff,
    take_quiz,
)
from tests.pages import bytes_of, text_of

LONG_AGO = timedelta(days=9)


def reminders() -> list[Message]:
    db.session.rollback()
    query = select(Message).where(Message.kind == "reminder").order_by(Message.id)
    return list(db.session.scalars(query))


def away(cohort, **facts):
    """Make a learner who has signed in, and done nothing for nine days."""
    person, seat = make_learner(cohort, **facts)
    enrolment_of(seat).enrolled_at = datetime.now(UTC) - LONG_AGO
    person.signed_in_at = datetime.now(UTC) - LONG_AGO
    db.session.commit()
    return person, seat


def planned(cohort, rule=Rule.AWAY):
    db.session.rollback()
    now = datetime.now(UTC)
    recipients, others = plan(facts_of(cohort, now), rule, now)
    return [one.person_id for one in recipients], {
        reason: [one.person.id for one in people] for reason, people in others.items()
    }


@pytest.fixture
def new(dashboard):
    return f"{dashboard}/reminders/new?rule=away"


class TestPlan:
    def test_names_who_never_signed_in(self, cohort):
        waiting, seat = make_learner(cohort)
        enrolment_of(seat).enrolled_at = datetime.now(UTC) - LONG_AGO
        make_learner(cohort)  # came today
        away(cohort)
        db.session.commit()

        assert planned(cohort, Rule.NOT_OPENED)[0] == [waiting.id]

    def test_names_who_is_away(self, cohort):
        person, _seat = away(cohort)
        make_learner(cohort)

        assert planned(cohort)[0] == [person.id]

    def test_names_who_has_little_time(self, cohort):
        person, _seat = make_learner(cohort)
        assert planned(cohort, Rule.DUE)[0] == []

        link = db.session.scalars(select(CohortCourse).filter_by(cohort_id=cohort.id)).one()
        link.closes_at = datetime.now(UTC) + timedelta(days=2)
        db.session.commit()

        assert planned(cohort, Rule.DUE)[0] == [person.id]

    def test_names_whose_quiz_closes_unless_it_is_passed(self, cohort):
        person, seat = make_learner(cohort)
        _passed, other = make_learner(cohort)
        take_quiz(other)
        db.session.add(
            QuizWindow(
                cohort_id=cohort.id,
                course_id=enrolment_of(seat).course_id,
                quiz=FIRST_QUIZ,
                closes_at=datetime.now(UTC) + timedelta(days=1),
            )
        )
        db.session.commit()

        assert planned(cohort, Rule.DUE)[0] == [person.id]

    def test_names_whose_name_a_certificate_waits_for(self, cohort):
        person, seat = make_learner(cohort, is_confirmed=False)
        complete(seat)
        make_learner(cohort, is_confirmed=False)

        assert planned(cohort, Rule.NAME)[0] == [person.id]

    def test_leaves_out_for_a_reason(self, cohort, have_been_away):
        left, finished, suspended, reminded, refusing, closed = (away(cohort) for _n in range(6))
        complete(finished[1])
        have_been_away(finished[1], finished[0], 9)
        db.session.execute(
            db.update(Enrolment)
            .where(Enrolment.id == left[1].enrolment_id)
            .values(withdrawn_at=datetime.now(UTC))
        )
        suspended[0].active = False
        notices.send_reminder(reminded[0], course_title="", cohort_title="", page_path="/learn")
        notices.stop(refusing[0], Topic.REMINDERS)
        notices.note_bounce(closed[0].email, is_permanent=True, reason="unknown")
        db.session.commit()

        recipients, others = planned(cohort)

        assert recipients == []
        assert others == {
            LeftOut.WITHDRAWN: [left[0].id],
            LeftOut.SUSPENDED: [suspended[0].id],
            LeftOut.REMINDED: [reminded[0].id],
            LeftOut.UNWANTED: [refusing[0].id],
            LeftOut.BOUNCED: [closed[0].id],
            LeftOut.FINISHED: [finished[0].id],
        }

    def test_asks_the_same_for_many(self, cohort, count_queries):
        away(cohort)
        db.session.commit()
        with count_queries() as few:
            facts_of(cohort, datetime.now(UTC))
        for _number in range(20):
            away(cohort)

        with count_queries() as many:
            facts_of(cohort, datetime.now(UTC))

        assert len([one for one in many if one.startswith("SELECT")]) <= 6
        assert len(many) <= len(few) + 1  # one reads the cohort again


class TestShowReminder:
    def test_shows_who_gets_it_who_does_not_and_each_letter(
        self, client_of, coordinator, cohort, new
    ):
        russian, _seat = away(cohort, language="kk")
        english, _seat = away(cohort, language="en")
        suspended, _seat = away(cohort)
        suspended.active = False
        db.session.commit()

        response = client_of(coordinator).get(new)

        page = text_of(response)
        assert "2 people get it" in page
        assert russian.name_latin in page
        assert "Account suspended: 1" in page
        assert "Send to 2 people" in page
        assert "Your course goes on" in page
        assert f"Dear {english.name_native}," in page
        assert '<div class="lines small" lang="ru">' in response.text
        assert not reminders()

    def test_shows_the_own_words_and_sends_nothing(self, client_of, coordinator, cohort, new):
        away(cohort)

        response = client_of(coordinator).post(
            new, data={"key": "k", "preview": "1", "note_en": "The {{ fair }} begins on Monday."}
        )

        assert response.status_code == 200
        assert text_of(response).count("The {{ fair }} begins on Monday.") == 2
        assert not db.session.scalars(select(Job)).all()

    def test_keeps_what_is_too_long(self, client_of, coordinator, cohort, new):
        away(cohort)

        response = client_of(coordinator).post(new, data={"key": "k", "note_en": "x" * 1001})

        assert response.status_code == 422
        assert "x" * 1001 in response.text
        assert not db.session.scalars(select(Job)).all()

    def test_hides_other_countries(self, client_of, coordinator):
        other = make_cohort("GE")
        client = client_of(coordinator)
        address = "/delegations/ge/{}/reminders/new?rule=away"

        foreign, missing = client.get(address.format(other.slug)), client.get(address.format("no"))

        assert foreign.status_code == missing.status_code == 404
        assert bytes_of(foreign).replace(other.slug.encode(), b"no") == bytes_of(missing)

    def test_knows_its_rules_only(self, client_of, coordinator, dashboard):
        client = client_of(coordinator)

        assert client.get(f"{dashboard}/reminders/new?rule=all").status_code == 404
        assert client.post(f"{dashboard}/reminders/all/standing").status_code == 404


class TestSendReminder:
    def test_reaches_each_in_the_own_language_with_the_coordinators_words(
        self, client_of, coordinator, cohort, new, outbox
    ):
        away(cohort, language="ru")
        away(cohort, language="en")

        response = client_of(coordinator).post(
            new, data={"key": "k", "note_en": "Hello", "note_ru": "Здравствуйте"}
        )
        mails = {mail.body.count("Здравствуйте"): mail for mail in outbox()}

        assert response.status_code == 303
        assert len(mails) == 2
        assert "Hello" in mails[0].body
        assert all(mail.reply_to == [coordinator.email] for mail in mails.values())

    def test_sends_once_however_often_the_button_is_pressed(
        self, client_of, coordinator, cohort, new, outbox
    ):
        away(cohort)
        client = client_of(coordinator)

        for _time in range(2):
            assert client.post(new, data={"key": "k"}).status_code == 303
        client_of(make_staff("coordinator", "country", "KZ")).post(new, data={"key": "other"})

        assert len(outbox()) == 1
        actions = db.session.scalars(select(AuditEvent.action)).all()
        assert actions.count("remind_by_rule") == 2  # two forms
        assert actions.count("remind") == 1

    def test_reminds_each_once_when_two_send_at_once(self, app, cohort, coordinator):
        people = [away(cohort)[0].id for _number in range(3)]
        arguments = (cohort.id, "away", coordinator.id, people, {})
        db.session.commit()
        together = Barrier(2)

        def send() -> None:
            with app.app_context():
                together.wait()
                services.send_reminders(*arguments)
                db.session.commit()

        with ThreadPoolExecutor(2) as workers:
            for one in [workers.submit(send) for _number in range(2)]:
                one.result()

        assert sorted(one.person_id for one in reminders()) == people

    def test_goes_in_pieces(self, client_of, coordinator, cohort, new, monkeypatch, outbox):
        monkeypatch.setattr("lms.delegations.services.reminders.CHUNK", 2)
        for _number in range(5):
            away(cohort)

        client_of(coordinator).post(new, data={"key": "k"})

        assert db.session.scalars(select(Job.handler)).all() == ["send_reminders"] * 3
        assert len(outbox()) == 5

    def test_asks_again_before_each_is_sent(self, client_of, coordinator, cohort, new, outbox):
        person, seat = away(cohort)
        client_of(coordinator).post(new, data={"key": "k"})
        complete(seat)

        outbox()

        assert not [one for one in reminders() if one.person_id == person.id]

    @pytest.mark.parametrize("loss", ["suspended", "without the role"])
    def test_ends_with_the_rights_of_the_sender(
        self, client_of, coordinator, cohort, new, outbox, loss
    ):
        away(cohort)
        client_of(coordinator).post(new, data={"key": "k"})
        if loss == "suspended":
            coordinator.active = False
        else:
            coordinator.grants.clear()
        db.session.commit()

        assert outbox() == []
        assert not reminders()

    def test_says_when_nobody_needs_one(self, client_of, coordinator, cohort, new):
        client = client_of(coordinator)

        response = client.post(new, data={"key": "k"})

        assert "Nobody needs this reminder now" in text_of(client.get(response.headers["Location"]))


class TestStandingRule:
    def switch(self, client, dashboard, is_on: bool):
        return client.post(f"{dashboard}/reminders/away/standing", data={"on": str(int(is_on))})

    def test_sends_each_morning_until_it_is_switched_off(
        self, client_of, coordinator, cohort, dashboard, outbox
    ):
        away(cohort)
        client = client_of(coordinator)
        self.switch(client, dashboard, is_on=True)
        for _day in range(2):
            jobs.enqueue("apply_reminder_rules")
            db.session.commit()
            assert len(outbox()) == 1  # not twice in three days
        db.session.execute(db.update(Message).values(created_at=datetime.now(UTC) - LONG_AGO))
        db.session.commit()

        self.switch(client, dashboard, is_on=False)
        jobs.enqueue("apply_reminder_rules")
        db.session.commit()

        assert len(outbox()) == 1

    def test_is_noted_once(self, client_of, coordinator, cohort, dashboard):
        client = client_of(coordinator)

        for _time in range(2):
            self.switch(client, dashboard, is_on=True)

        assert db.session.scalars(select(ReminderRule.switched_on_by_id)).all() == [coordinator.id]
        actions = db.session.scalars(select(AuditEvent.action)).all()
        assert actions.count("set_reminder_rule") == 1
        assert "Switch off" in text_of(client.get(f"{dashboard}/reminders"))

    def test_rests_when_the_cohort_is_over_or_nobody_answers_for_it(
        self, client_of, coordinator, cohort, dashboard, outbox
    ):
        away(cohort)
        self.switch(client_of(coordinator), dashboard, is_on=True)
        cohort.ends_on = datetime.now(UTC).date() - timedelta(days=2)
        jobs.enqueue("apply_reminder_rules")
        db.session.commit()
        assert outbox() == []

        cohort.ends_on = datetime.now(UTC).date() + timedelta(days=2)
        accounts.set_active(coordinator, is_active=False, reason="left")
        jobs.enqueue("apply_reminder_rules")
        db.session.commit()
        assert outbox() == []


class TestRemindOne:
    def test_says_when_no_mail_reaches_them(self, client_of, coordinator, cohort, dashboard):
        refusing, closed = away(cohort)[0], away(cohort)[0]
        notices.stop(refusing, Topic.REMINDERS)
        notices.note_bounce(closed.email, is_permanent=True, reason="unknown")
        db.session.commit()
        client = client_of(coordinator)

        answers = [
            client.post(f"{dashboard}/people/{person.id}/remind") for person in (refusing, closed)
        ]

        assert [answer.status_code for answer in answers] == [409, 409]
        assert "wants no reminders" in text_of(answers[0])
        assert "comes back" in text_of(answers[1])
        page = client.get(f"{dashboard}/people/{closed.id}")
        assert "Mail to this address comes back" in text_of(page)
        assert not reminders()
