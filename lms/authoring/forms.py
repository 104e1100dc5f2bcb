from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from lms.authoring.queries import Takers
from lms.quizzes.forms import ExtraTimeForm


class GiveExtraTimeForm(ExtraTimeForm):
    holder = SelectField(_l("For"))

    def offer(self, takers: Takers) -> None:
        whole = str(_l("Everybody in this cohort"))
        self.holder.choices = {
            cohort.title: [
                (f"cohort-{cohort.id}", whole),
                *(
                    (f"person-{person.id}", person.name_latin or person.name)
                    for person in takers.people.get(cohort.id, [])
                ),
            ]
            for cohort in takers.cohorts
        }
