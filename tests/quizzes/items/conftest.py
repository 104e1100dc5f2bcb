from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask_babel import Babel

from lms.quizzes.items import TYPES

TEMPLATES = Path(__file__).parents[3] / "templates"


@pytest.fixture
def page():
    """Render templates/quizzes/items/<name>.html as a page in the given language would."""

    def render(name, item, language="en", **context):
        app = Flask("page", template_folder=str(TEMPLATES))
        Babel(app, locale_selector=lambda: language)
        with app.test_request_context():
            template = app.jinja_env.get_template(f"quizzes/items/{name}.html")
            return template.render(item=item, **context)

    return render


@pytest.fixture
def say():
    """Print words as a page in the given language would."""

    def say(words, language="en"):
        app = Flask("page")
        Babel(app, locale_selector=lambda: language)
        with app.test_request_context():
            return [str(word) for word in words]

    return say


@pytest.fixture
def app_words():
    """Ask for words as a page in English would."""

    def ask(question):
        app = Flask("page")
        Babel(app)
        with app.test_request_context():
            return question()

    return ask


@pytest.fixture
def asked():
    """Return what a template of an item gets, for a response."""

    def make(name, structure, text, response=None):
        return SimpleNamespace(
            type=TYPES[name],
            structure=structure,
            text=text,
            options=TYPES[name].options(structure, text),
            response=response,
            unit=None,
            in_order=lambda things, **_order: things,
        )

    return make
