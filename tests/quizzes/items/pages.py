"""Renders the template of an item type as a page in some language would."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask
from flask_babel import Babel

from lms.quizzes.items import TYPES

TEMPLATES = Path(__file__).parents[3] / "templates"


def render_item(name: str, item: object, language: str = "en", **context: object) -> str:
    """Render templates/quizzes/items/<name>.html."""
    app = Flask("page", template_folder=str(TEMPLATES))
    Babel(app, locale_selector=lambda: language)
    with app.test_request_context():
        template = app.jinja_env.get_template(f"quizzes/items/{name}.html")
        return template.render(item=item, **context)


def asked_item(
    name: str, structure: dict[str, Any], text: dict[str, Any], response: Any = None
) -> SimpleNamespace:
    """Return what a template of an item gets, for a response."""
    return SimpleNamespace(
        type=TYPES[name],
        structure=structure,
        text=text,
        options=TYPES[name].options(structure, text),
        response=response,
        unit=None,
        in_order=lambda things, **_order: things,
    )
