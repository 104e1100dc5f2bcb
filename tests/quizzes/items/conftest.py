import pytest
from flask import Flask
from flask_babel import Babel

from tests.quizzes.items.pages import asked_item, render_item


@pytest.fixture
def page():
    """Render templates/quizzes/items/<name>.html as a page in the given language would."""
    return render_item


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
    return asked_item
