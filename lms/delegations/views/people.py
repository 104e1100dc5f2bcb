"""One person of a delegation."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from lms.cohorts.models import Cohort
from lms.cohorts.queries import coordinated_cohort, country_name
from lms.delegations import queries, services
from lms.delegations.forms import MessageForm
from lms.delegations.views import bp
from lms.delegations.views.addresses import address_of, place_of
from lms.extensions import db
from lms.notices.queries import is_closed
from lms.quizzes.forms import ExtraTimeForm
from lms.quizzes.queries import extra_time_of
from lms.quizzes.services import grant_extra_time
from lms.web.access import Role, allow
from lms.web.languages import chosen_language


@bp.get("/<country>/<cohort>/people/<int:person_id>")
@allow(Role.COORDINATOR)
def person(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    return _person_page(found, queries.member_of(found, person_id, also_withdrawn=True))


def _person_page(
    cohort: Cohort,
    members: list[queries.Member],
    form: ExtraTimeForm | None = None,
    message_form: MessageForm | None = None,
) -> ResponseReturnValue:
    language = chosen_language()
    happened = queries.timeline(cohort, members, language)
    page = render_template(
        "delegations/person.html",
        cohort=cohort,
        place=place_of(cohort),
        country=country_name(cohort.country_code, str(get_locale())),
        member=_to_remind(members),
        records=[queries.course_record(member, language) for member in members],
        events=happened[: queries.SHOWN],
        earlier_count=max(0, len(happened) - queries.SHOWN),
        attempts=queries.attempts_by_enrolment(cohort, members[0].person.id),
        extra_time_form=form or ExtraTimeForm(formdata=None),
        message_form=message_form or MessageForm(formdata=None),
        extra_time=extra_time_of(members[0].person),
        cohort_extra_time=extra_time_of(cohort),
        is_unreachable=is_closed(members[0].person.email),
        now=datetime.now(UTC),
    )
    return page, 422 if form or message_form else 200


def _to_remind(members: list[queries.Member]) -> queries.Member:
    """Return the course that a reminder is about: the first one that is not finished."""
    return next((one for one in members if not one.progress.is_complete), members[0])


@bp.post("/<country>/<cohort>/people/<int:person_id>/remind")
@allow(Role.COORDINATOR)
def remind(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    member = _to_remind(queries.member_of(found, person_id))
    services.remind(current_user, found, member)
    db.session.commit()
    flash(_("The reminder is on its way to %(name)s.", name=member.name), "success")
    return redirect(address_of(found), 303)


@bp.post("/<country>/<cohort>/people/<int:person_id>/extra-time")
@allow(Role.COORDINATOR, step_up=True)
def give_person_extra_time(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    members = queries.member_of(found, person_id)
    form = ExtraTimeForm()
    if not form.validate_on_submit():
        return _person_page(found, members, form)
    holder = members[0].person
    grant_extra_time(current_user, holder, form.factor, form.reason.data or "")
    db.session.commit()
    flash(_("The extra time of %(name)s is saved.", name=members[0].name), "success")
    return redirect(f"{address_of(found)}/people/{person_id}", 303)


@bp.post("/<country>/<cohort>/people/<int:person_id>/message")
@allow(Role.COORDINATOR)
def write_to_person(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    members = queries.member_of(found, person_id)
    form = MessageForm()
    if not form.validate_on_submit():
        return _person_page(found, members, message_form=form)
    services.write_to(
        current_user, found, members[0], form.subject.data or "", form.text.data or ""
    )
    db.session.commit()
    flash(_("The message is on its way to %(name)s.", name=members[0].name), "success")
    return redirect(f"{address_of(found)}/people/{person_id}", 303)
