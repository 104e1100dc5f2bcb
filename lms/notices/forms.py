from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectChoice

from lms.accounts.models import Person
from lms.notices import queries, rules
from lms.notices.rules import Frequency, Topic


class ChoicesForm(FlaskForm):
    """Which e-mails somebody wants; a field has the name of its topic."""

    digest_frequency = RadioField(
        _l("Digest"),
        choices=[
            SelectChoice(Frequency.WEEKLY, _l("Each week, on Monday morning")),
            SelectChoice(Frequency.DAILY, _l("Each morning")),
            SelectChoice(Frequency.OFF, _l("Never")),
        ],
        description=_l(
            "What is next, what is due and what is new, in one e-mail. It is left out when there is nothing to tell."
        ),
    )
    reminders = BooleanField(
        _l("Reminders"), description=_l("When a course waits for you, or closes soon.")
    )
    results = BooleanField(
        _l("Results"), description=_l("When your answers were marked, or a score was corrected.")
    )
    questions = BooleanField(
        _l("Questions and answers"),
        description=_l("When somebody asks you about a step, or answers your question."),
    )

    @classmethod
    def of(cls, person: Person) -> ChoicesForm:
        """Return the form with what holds now, or with what was sent."""
        chosen = queries.choices_of(person)
        now = {topic.value: chosen.get(topic, True) for topic in Topic}
        return cls(data={**now, "digest_frequency": rules.frequency(chosen)})

    def wanted(self) -> dict[str, bool]:
        return {
            Topic.REMINDERS: self.reminders.data,
            Topic.RESULTS: self.results.data,
            Topic.QUESTIONS: self.questions.data,
            **rules.choices_for(Frequency(self.digest_frequency.data)),
        }
