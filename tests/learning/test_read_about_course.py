"""What a module teaches, its key terms, who translated it, and what the course rests on."""

from __future__ import annotations

import pytest

from lms.courses.queries import forget_cached
from lms.courses.services import publish
from lms.extensions import db
from tests.courses.small_course import add_language, change, put, write_course
from tests.factories import make_cohort
from tests.pages import text_of

TERMS = '[plant]\nterm = "{}"\nmeans = "{}"\n'


@pytest.fixture
def root(app, tmp_path):
    root = write_course(tmp_path)
    change(root, "modules/one.toml", "[[steps]]", 'terms = ["plant"]\n\n[[steps]]')
    put(root, "en/terms.toml", TERMS.format("plant", "A place where something is made."))
    add_language(root, "ru", title="Малый курс")
    put(root, "ru/terms.toml", TERMS.format("завод", "Место, где что-то делают."))
    change(root, "ru/course.toml", '"person"', '"machine"')
    put(root, "ru/facts.toml", 'f-1 = "Завод открыт в 2021 году."\nf-2 = "В нём 40 столов."\n')
    return root


@pytest.fixture
def published(root):
    publish(root)
    db.session.commit()
    forget_cached()


@pytest.mark.usefixtures("published")
class TestReadAboutCourse:
    def test_explains_the_key_terms_in_the_readers_language(self, client):
        page = text_of(client.get("/ru/courses/small/terms"))

        assert "завод" in page
        assert "Место, где что-то делают." in page
        assert "A place where something is made." in text_of(client.get("/en/courses/small/terms"))

    def test_names_each_source_with_the_facts_and_steps_that_rest_on_it(self, client):
        page = text_of(client.get("/en/courses/small/sources"))

        assert "The plant in Daejeon The plant (Module 1)" in page
        herald = page[page.index("A plant opens") : page.index("Our plant")]
        assert "The Herald, 4 March 2021" in herald
        assert "The plant opened in 2021. The plant (Module 1)" in herald
        supplier = page[page.index("Our plant") :]
        assert "Weak source" in supplier
        assert "It has 40 desks." in supplier
        assert "В нём 40 столов." in text_of(client.get("/ru/courses/small/sources"))

    def test_begins_a_module_with_what_it_teaches_and_says_who_translated_it(self, learner_in):
        learner = learner_in(make_cohort(courses=("small",)))
        step = f"{learner.course_url}/one/text"

        page = text_of(learner.client.get(f"{step}?lang=ru"))

        assert "Know the plant." in page
        assert "завод" in page
        assert "Машинный перевод" in page
        assert "В нём 40 столов." in page
        original = text_of(learner.client.get(f"{step}?lang=en"))
        assert "After this module you can Know the plant." in original
        assert "Machine translation" not in original
        later = text_of(learner.client.get(f"{learner.course_url}/one/think?lang=en"))
        assert "After this module" not in later

    def test_shows_no_warning_once_a_person_has_read_the_translation(self, root, learner_in):
        change(root, "ru/course.toml", "made =", 'reviewed = { "one/text" = 2026-11-25 }\nmade =')
        publish(root)
        db.session.commit()
        forget_cached()
        learner = learner_in(make_cohort(courses=("small",)))

        read = text_of(learner.client.get(f"{learner.course_url}/one/text?lang=ru"))
        unread = text_of(learner.client.get(f"{learner.course_url}/one/think?lang=ru"))
        quiz = text_of(learner.client.get(f"{learner.course_url}/one/check/start?lang=ru"))

        assert "Машинный перевод" not in read
        assert "Машинный перевод" in unread
        assert "Машинный перевод" in quiz

    def test_leads_a_learner_from_terms_and_sources_back_to_the_steps(self, learner_in):
        learner = learner_in(make_cohort(courses=("small",)))

        terms = learner.client.get(f"{learner.course_url}/terms?lang=en")
        sources = learner.client.get(f"{learner.course_url}/sources?lang=en")

        assert "A place where something is made." in text_of(terms)
        assert f'href="{learner.course_url}/one/text"' in sources.text

    def test_shows_nothing_of_a_course_that_is_not_there(self, client):
        assert client.get("/en/courses/none/terms").status_code == 404
        assert client.get("/en/courses/none/sources").status_code == 404
