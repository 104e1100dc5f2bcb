"""Inviting and nominating people, and deciding about nominations."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.accounts.forms import EMAIL, plain_email
from lms.cohorts.rules import Nominee
from lms.config import LANGUAGES
from lms.lib.names import clean_name

MOST_LETTERS = 20_000  # of a pasted list: some 300 people
LANGUAGE_CHOICES = [SelectChoice(one.code, one.own_name) for one in LANGUAGES.values()]


class InvitePeopleForm(FlaskForm):
    addresses = TextAreaField(
        _l("E-mail addresses"),
        [
            InputRequired(_l("Write or paste at least one e-mail address.")),
            Length(max=MOST_LETTERS),
        ],
        description=_l(
            "One or several on a line, as your mail program gives them. A code at the end of a line,"
            " such as kk or ru, is the language of those people."
        ),
        render_kw={"rows": 6, "spellcheck": "false", "autocomplete": "off"},
    )
    language = SelectField(_l("Language of all others"), choices=LANGUAGE_CHOICES)


class HandOverForm(FlaskForm):
    """A link for one person, to send by messenger or to give on paper."""

    note = StringField(
        _l("A word to know this link by"),
        [Length(max=100)],
        description=_l("For your list of links only, such as “Ministry of Health, second place”."),
    )
    language = SelectField(_l("Language of the page"), choices=LANGUAGE_CHOICES, id="link-language")


class NominateForm(FlaskForm):
    given_name = StringField(
        _l("Given name"), [InputRequired(_l("Write the name.")), Length(max=100)]
    )
    family_name = StringField(
        _l("Family name"),
        [Length(max=100)],
        description=_l("Leave it empty if the person has a single name."),
    )
    email = EmailField(_l("E-mail address"), [*EMAIL, plain_email])
    institution = StringField(_l("Institution"), [Length(max=200)])
    post = StringField(_l("Post"), [Length(max=200)])
    language = SelectField(_l("Language of the messages"), choices=LANGUAGE_CHOICES)

    @property
    def nominee(self) -> Nominee:
        return Nominee(
            email=self.email.data or "",
            given_name=clean_name(self.given_name.data or ""),
            family_name=clean_name(self.family_name.data or ""),
            language=self.language.data,
            institution=(self.institution.data or "").strip(),
            post=(self.post.data or "").strip(),
        )


class PasteForm(FlaskForm):
    lines = TextAreaField(
        _l("One person on a line"),
        [InputRequired(_l("Paste at least one line.")), Length(max=MOST_LETTERS)],
        description=_l(
            "Name, e-mail, institution, post, language; set apart by tabs, semicolons or commas."
            " What stands after the e-mail may be left out."
        ),
        render_kw={"rows": 6, "spellcheck": "false", "autocomplete": "off"},
    )
    language = SelectField(
        _l("Language of whoever names none"), choices=LANGUAGE_CHOICES, id="paste-language"
    )


class ReasonField(TextAreaField):
    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        limits = [*(validators or ()), Length(max=500)]
        super().__init__(label, limits, render_kw={"rows": 2}, **options)


class DeclineForm(FlaskForm):
    reason = ReasonField(
        _l("Reason for declining"),
        description=_l("The nominee and the focal point read it. Not needed to approve."),
    )


class WithdrawForm(FlaskForm):
    reason = ReasonField(_l("Reason"), description=_l("The nominee reads it. It may stay empty."))
