"""A country's nominations: proposing people, seeing where each stands, taking one back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_login import current_user

from lms.cohorts import queries as cohort_queries
from lms.cohorts import services as cohorts
from lms.cohorts.models import Cohort, Country, Nomination
from lms.cohorts.queries import coordinated_cohort, country_name
from lms.cohorts.rules import LineProblem, NominationState, PastedNominee, pasted_nominees
from lms.config import LANGUAGES
from lms.delegations.forms import DeclineForm, NominateForm, PasteForm, WithdrawForm
from lms.delegations.views import bp
from lms.delegations.views.addresses import page_of, place_of
from lms.errors import LmsError
from lms.extensions import db
from lms.web.access import Role, allow
from lms.web.languages import chosen_language
from lms.web.pages import paged


def chosen_state() -> NominationState:
    """Return the tab of a list of nominations; an unknown one is the first."""
    wanted = request.args.get("tab", "")
    known = {str(state) for state in NominationState}
    return NominationState(wanted) if wanted in known else NominationState.UNDECIDED


@bp.get("/<country>/<cohort>/nominations")
@allow(Role.COORDINATOR)
def nominations(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    state = chosen_state()
    return render_template(
        "delegations/nominations.html",
        cohort=found,
        place=place_of(found),
        country=country_name(found.country_code, str(get_locale())),
        state=state,
        counts=cohort_queries.nomination_counts([found.id]),
        page=paged(cohort_queries.nominations_in([found.id], state)),
        queue_places=cohort_queries.queue_places([found.id]),
        quota=cohort_queries.quota_of(found),
        is_open=cohorts.are_nominations_open(found),
    )


@bp.get("/<country>/<cohort>/nominations/new")
@allow(Role.COORDINATOR)
def new_nominations(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    return _new_page(found)


def _new_page(
    cohort: Cohort,
    *,
    form: NominateForm | None = None,
    paste_form: PasteForm | None = None,
    problems: list[tuple[PastedNominee, str]] | None = None,
) -> ResponseReturnValue:
    language = chosen_language()
    page = render_template(
        "delegations/nominate.html",
        cohort=cohort,
        place=place_of(cohort),
        country=country_name(cohort.country_code, str(get_locale())),
        form=form or NominateForm(formdata=None, language=language),
        paste_form=paste_form or PasteForm(formdata=None, language=language),
        problems=problems or [],
        is_open=cohorts.are_nominations_open(cohort),
    )
    return page, 422 if form or paste_form else 200


@bp.post("/<country>/<cohort>/nominations/new")
@allow(Role.COORDINATOR)
def nominate(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    form = NominateForm()
    if not form.validate_on_submit():
        return _new_page(found, form=form)
    try:
        nomination = cohorts.nominate(current_user, found, form.nominee)
    except (cohorts.AlreadyEnrolled, cohorts.AlreadyNominated, cohorts.DeclinedBefore) as refusal:
        form.email.errors = [str(refusal.message)]
        return _new_page(found, form=form)
    db.session.commit()
    flash(_("%(name)s is nominated, and was told by e-mail.", name=nomination.name), "success")
    return redirect(page_of(found, ".nominations"), 303)


@bp.post("/<country>/<cohort>/nominations/paste")
@allow(Role.COORDINATOR)
def paste_nominations(country: str, cohort: str) -> ResponseReturnValue:
    """Nominate everybody of a pasted list, or nobody: a list with a fault comes back with its faults."""
    found = coordinated_cohort(current_user, country, cohort)
    form = PasteForm()
    if not form.validate_on_submit():
        return _new_page(found, paste_form=form)
    home = db.session.get_one(Country, found.country_code)
    lines = pasted_nominees(
        form.lines.data or "",
        form.language.data,
        LANGUAGES,
        is_family_name_first=home.is_family_name_first,
    )
    problems = [(line, _nominate_line(found, line)) for line in lines]
    problems = [(line, words) for line, words in problems if words]
    if problems:
        db.session.rollback()
        form.lines.errors = [
            ngettext(
                "%(num)d line cannot be taken; nobody was nominated yet.",
                "%(num)d lines cannot be taken; nobody was nominated yet.",
                len(problems),
            )
        ]
        return _new_page(found, paste_form=form, problems=problems)
    db.session.commit()
    flash(
        ngettext("%(num)d person is nominated.", "%(num)d people are nominated.", len(lines)),
        "success",
    )
    return redirect(page_of(found, ".nominations"), 303)


def _nominate_line(cohort: Cohort, line: PastedNominee) -> str:
    """Nominate whom one line means; return why not, or nothing."""
    if line.nominee is None:
        return problem_words(line.problem)
    try:
        cohorts.nominate(current_user, cohort, line.nominee)
    except LmsError as refusal:
        return str(refusal.message)
    return ""


def problem_words(problem: LineProblem | None) -> str:
    """Say what is wrong with a pasted line, and what to do."""
    words = {
        LineProblem.NO_ADDRESS: _("There is no e-mail address in it."),
        LineProblem.BAD_ADDRESS: _(
            "The e-mail address has to be the second part, and look like name@ministry.example."
        ),
        LineProblem.TWO_ADDRESSES: _("There are two e-mail addresses in it. Make two lines of it."),
        LineProblem.TOO_MANY_PARTS: _(
            "It has more than five parts. Use tabs or semicolons where an institution has a comma in its name."
        ),
        LineProblem.NO_NAME: _("The name has to stand first."),
        LineProblem.TOO_LONG: _("One of its parts is too long."),
        LineProblem.BAD_LANGUAGE: _("The last part is no language code, such as en, ru or kk."),
        LineProblem.REPEATED: _("This address stands in an earlier line already."),
    }
    return words[problem] if problem is not None else ""


@bp.get("/<country>/<cohort>/nominations/<int:nomination_id>")
@allow(Role.COORDINATOR)
def nomination(country: str, cohort: str, nomination_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    return _nomination_page(
        found, cohort_queries.nomination_of(found, nomination_id), WithdrawForm(formdata=None)
    )


def _nomination_page(
    cohort: Cohort, nomination: Nomination, form: WithdrawForm, status: int = 200
) -> ResponseReturnValue:
    standing = cohort_queries.standing_of(nomination)
    page = render_template(
        "delegations/nomination.html",
        cohort=cohort,
        place=place_of(cohort),
        standing=standing,
        may_decide=current_user in standing.deciders,
        form=form,
        decline_form=DeclineForm(formdata=None),
    )
    return page, status


@bp.post("/<country>/<cohort>/nominations/<int:nomination_id>/withdraw")
@allow(Role.COORDINATOR)
def withdraw_nomination(country: str, cohort: str, nomination_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    withdrawn = cohort_queries.nomination_of(found, nomination_id)
    form = WithdrawForm()
    if not form.validate_on_submit():
        return _nomination_page(found, withdrawn, form, 422)
    promoted = cohorts.withdraw_nomination(withdrawn, form.reason.data or "", is_by_oneself=False)
    db.session.commit()
    flash(withdrawal_words(withdrawn.name, [one.name for one in promoted]), "success")
    return redirect(page_of(found, ".nomination", nomination_id=nomination_id), 303)


def withdrawal_words(name: str, promoted: list[str]) -> str:
    """Say who has withdrawn, and who has got the place."""
    if not promoted:
        return _("%(name)s is withdrawn.", name=name)
    return _(
        "%(name)s is withdrawn. The place went to %(next)s.", name=name, next=", ".join(promoted)
    )
