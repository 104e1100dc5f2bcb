"""How certificates will look, before any is issued: drawn as they are drawn then, and not kept."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.certificates import drawing, queries
from lms.certificates.drawing import LettersMissing, LinesTooLong
from lms.certificates.forms import ChoicesForm
from lms.certificates.queries import Example
from lms.certificates.rules import Kind
from lms.certificates.views import bp
from lms.cohorts.models import Programme
from lms.errors import LmsError, NotFound
from lms.extensions import limiter
from lms.lib import pdf_text
from lms.lib.pdf import RenderingFailed
from lms.web.access import Role, allow

LIMIT = "10 per minute"  # for each person: a preview draws several pages
WIDTH = 900  # pixels of a picture
MOST = 1000  # people, as in one batch


def whoever_asks() -> str:
    return f"preview {current_user.get_id()}"


class DrawingFailed(LmsError):
    status = 503
    message = _l("The page could not be drawn in time. Try again in a minute.")


@dataclass(frozen=True)
class Page:
    """One page as it is shown; without a picture where something cannot be printed."""

    example: Example
    picture: str = ""  # PNG in base64
    letters: tuple[str, ...] = ()  # that no font has
    overlong: tuple[str, ...] = ()  # lines that there is no room for


@bp.get("/certificates/preview")
@allow(Role.ADMINISTRATOR, Role.OFFICER)
@limiter.limit(LIMIT, key_func=whoever_asks)
def preview() -> ResponseReturnValue:
    form, examples = _asked()
    return render_template(
        "certificates/preview.html",
        form=form,
        pages=[_drawn(example) for example in examples],
        kept=[(name, value) for name, value in _address() if name not in form],
        address=_address(),
    )


@bp.get("/certificates/preview.pdf")
@allow(Role.ADMINISTRATOR, Role.OFFICER)
@limiter.limit(LIMIT, key_func=whoever_asks)
def preview_pdf() -> ResponseReturnValue:
    """Answer with one page of the preview, the first being 1."""
    _form, examples = _asked()
    number = request.args.get("page", 1, int)
    if not 1 <= number <= len(examples):
        raise NotFound
    return Response(_pdf_of(examples[number - 1]), mimetype="application/pdf")


def _asked() -> tuple[ChoicesForm, list[Example]]:
    """Read whom and what the address asks for; 404 where somebody may not see one of them."""
    occasions = queries.occasions_of(current_user, request.args.getlist("occasion")[:MOST])
    programme = _programme()
    programmes = [one.cohort.programme for one in occasions]
    if programme is not None:
        programmes.append(programme)
    today = datetime.now(UTC).date()
    offered = queries.signatories_offered(programmes, today)
    form = ChoicesForm.offering(_kinds(), str(get_locale()), offered)
    return form, queries.examples(occasions, programme, form.choices(), today)


def _kinds() -> list[Kind]:
    """Return the kind that is to be issued, else all."""
    asked = request.args.get("kind", "")
    return [Kind(asked)] if asked in list(Kind) else list(Kind)


def _programme() -> Programme | None:
    slug = request.args.get("programme", "")
    return queries.signing_programme(current_user, slug) if slug else None


def _address() -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.args.lists()
        for value in values[:MOST]
        if name != "page"
    ]


def _pdf_of(example: Example) -> bytes:
    """Draw a page and read it back, as every certificate is.

    Raises:
        DrawingFailed: it took too long.
    """
    try:
        pdf = drawing.draw(example.facts, pictures=queries.pictures_of(example.facts))
    except RenderingFailed as error:
        raise DrawingFailed from error
    drawing.read_back(example.facts, pdf)
    return pdf


def _drawn(example: Example) -> Page:
    try:
        pdf = _pdf_of(example)
    except LettersMissing as refusal:
        return Page(example, letters=refusal.letters)
    except LinesTooLong as refusal:
        return Page(example, overlong=refusal.lines)
    png = pdf_text.page_picture(pdf, WIDTH)
    return Page(example, base64.b64encode(png).decode())
