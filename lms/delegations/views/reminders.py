"""Reminders by rule: who would get one, with which words, and which go out by themselves."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_login import current_user

from lms.cohorts.models import Cohort
from lms.cohorts.queries import coordinated_cohort, country_name
from lms.delegations import queries, services
from lms.delegations.forms import ReminderForm, reminder_form
from lms.delegations.rules import Rule
from lms.delegations.views import bp
from lms.delegations.views.addresses import place_of
from lms.delegations.words import LEFT_OUT, RULE_NAMES, RULE_WORDS
from lms.errors import NotFound
from lms.extensions import db
from lms.notices import services as notices
from lms.web.access import Role, allow
from lms.web.pages import page_of

SHOWN = 20  # names of those who are left out for one reason


@bp.get("/<country>/<cohort>/reminders")
@allow(Role.COORDINATOR)
def reminders(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    now = datetime.now(UTC)
    candidates = queries.facts_of(found, now)
    counts = {rule: len(queries.plan(candidates, rule, now)[0]) for rule in Rule}
    return _page(found, "reminders.html", counts=counts, standing=queries.standing_rules(found))


def _page(cohort: Cohort, template: str, **values: Any) -> str:
    return render_template(
        f"delegations/{template}",
        cohort=cohort,
        place=place_of(cohort),
        country=country_name(cohort.country_code, str(get_locale())),
        rule_names=RULE_NAMES,
        rule_words=RULE_WORDS,
        **values,
    )


def _rule(text: str) -> Rule:
    if text not in set(Rule):
        raise NotFound
    return Rule(text)


@bp.get("/<country>/<cohort>/reminders/new")
@allow(Role.COORDINATOR)
def new_reminder(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    rule = _rule(request.args.get("rule", Rule.AWAY))
    return _new_page(found, rule, None)


def _new_page(
    cohort: Cohort, rule: Rule, form: ReminderForm | None, status: int = 200
) -> ResponseReturnValue:
    now = datetime.now(UTC)
    recipients, others = queries.plan(queries.facts_of(cohort, now), rule, now)
    languages = sorted({one.written_language for one in recipients})
    form = form or reminder_form(languages, formdata=None, key=secrets.token_urlsafe(16))
    page = _page(
        cohort,
        "new_reminder.html",
        rule=rule,
        page=page_of(recipients),
        others=[(LEFT_OUT[reason], people) for reason, people in others.items()],
        shown=SHOWN,
        form=form,
        previews=[
            (language, _preview(cohort, recipients, language, form)) for language in languages
        ],
    )
    return page, status


def _preview(
    cohort: Cohort, recipients: list[queries.Recipient], language: str, form: ReminderForm
) -> tuple[str, str]:
    """Write the message as the first reader of a language gets it."""
    first = next(one for one in recipients if one.written_language == language)
    return notices.preview_reminder(
        language,
        name=first.candidate.own_name,
        time_zone=cohort.time_zone,
        note=form.notes().get(language, ""),
        **first.words(cohort),
    )


@bp.post("/<country>/<cohort>/reminders/new")
@allow(Role.COORDINATOR)
def send_reminder(country: str, cohort: str) -> ResponseReturnValue:
    """Show the messages with what was written, or send them."""
    found = coordinated_cohort(current_user, country, cohort)
    rule = _rule(request.args.get("rule", Rule.AWAY))
    now = datetime.now(UTC)
    recipients, _others = queries.plan(queries.facts_of(found, now), rule, now)
    form = reminder_form(sorted({one.written_language for one in recipients}))
    if not form.validate_on_submit():
        return _new_page(found, rule, form, 422)
    if "preview" in request.form:
        return _new_page(found, rule, form)
    services.begin_reminders(
        current_user, found, rule, people=recipients, notes=form.notes(), key=form.key.data
    )
    db.session.commit()
    flash(_sent_words(len(recipients)), "success" if recipients else "info")
    return redirect(url_for(".reminders", country=country, cohort=cohort), 303)


def _sent_words(count: int) -> str:
    if not count:
        return _("Nobody needs this reminder now, so none was sent.")
    return ngettext(
        "The reminder is on its way to %(num)d person.",
        "The reminder is on its way to %(num)d people.",
        count,
    )


@bp.post("/<country>/<cohort>/reminders/<rule>/standing")
@allow(Role.COORDINATOR)
def set_standing_reminder(country: str, cohort: str, rule: str) -> ResponseReturnValue:
    """Let a rule be applied each morning, or no more."""
    found = coordinated_cohort(current_user, country, cohort)
    is_on = request.form.get("on") == "1"
    services.set_standing_rule(current_user, found, _rule(rule), is_on=is_on)
    db.session.commit()
    flash(
        _("These reminders go out by themselves each morning.")
        if is_on
        else _("These reminders no longer go out by themselves."),
        "success",
    )
    return redirect(url_for(".reminders", country=country, cohort=cohort), 303)
