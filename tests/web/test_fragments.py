from __future__ import annotations

from jinja2 import DictLoader, Environment

from lms.web.fragments import FragmentCache
from tests.factories import make_staff


def environment(**templates: str) -> Environment:
    return Environment(loader=DictLoader(templates), extensions=[FragmentCache], autoescape=True)


class TestCachedParts:
    def test_are_rendered_once_for_a_key(self):
        seen = []
        template = environment(page="{% cache key %}{{ note(key) }}{% endcache %}").get_template(
            "page"
        )

        first = template.render(key=1, note=lambda key: seen.append(key) or "<b>")
        again = template.render(key=1, note=lambda key: seen.append(key) or "other")
        other = template.render(key=2, note=lambda key: seen.append(key) or "two")

        assert (first, again, other) == ("&lt;b&gt;", "&lt;b&gt;", "two")
        assert seen == [1, 2]

    def test_are_not_shared_between_templates_that_extend_the_same_frame(self):
        frame = "{% cache 1 %}{% block inner %}{% endblock %}{% endcache %}"
        extended = '{% extends "frame" %}{% block inner %}'
        pages = environment(
            frame=frame, one=extended + "first{% endblock %}", two=extended + "second{% endblock %}"
        )

        assert pages.get_template("one").render() == "first"
        assert pages.get_template("two").render() == "second"

    def test_never_show_one_role_the_menu_of_another(self, app, client, client_of):
        administrator = client_of(make_staff("administrator"))
        officer = client_of(make_staff("officer"))

        pages = [someone.get("/help").text for someone in (administrator, officer, client)]

        assert ["/admin/users" in page for page in pages] == [True, False, False]
        assert ["/certificates/eligible" in page for page in pages] == [False, True, False]
