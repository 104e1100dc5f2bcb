from __future__ import annotations

import io
import zipfile

import pytest
from sqlalchemy import func, select

from lms.audit.models import AuditEvent
from lms.cohorts.models import Enrolment
from lms.courses.models import Course, CourseArchive, CourseItem, CourseVersion, StepText
from lms.courses.queries import newest_version, outline_of
from lms.courses.services import FaultyCourse, course_files, publish
from lms.extensions import db
from tests.courses.small_course import add_language, change, write_course
from tests.factories import enrolled, make_cohort, make_learner, make_person


def versions() -> list[int]:
    query = select(CourseVersion.number).join(CourseVersion.course).where(Course.slug == "small")
    return list(db.session.scalars(query.order_by(CourseVersion.number)))


class TestPublishCourses:
    def test_makes_one_version_of_the_same_files(self, run):
        assert run("publish") == ("small: version 1\n", 0)
        assert run("publish", "small") == ("small: version 1 stands already\n", 0)

        assert versions() == [1]

    def test_makes_the_next_version_of_changed_files(self, run, folder):
        run("publish")
        change(folder, "en/one/text.md", "Plain words", "Other words")

        assert run("publish") == ("small: version 2\n", 0)

        assert versions() == [1, 2]
        query = select(StepText.html).where(StepText.path == "one/text").order_by(StepText.id)
        old, new = list(db.session.scalars(query))
        assert "Plain words fill the page so that it is neither" in old
        assert "Other words fill" in new

    def test_stores_nothing_of_any_course_when_one_is_faulty(self, run, folder):
        write_course(folder.parent, "another")
        change(folder, "en/one/text.md", "# The plant\n", "")

        output, exit_code = run("publish")

        db.session.rollback()  # as the end of the command does
        assert exit_code == 1
        assert "en/one/text.md:1: The step has no title." in output
        assert db.session.scalar(select(func.count(CourseVersion.id))) == 1  # the one we ship


class TestPublishCourse:
    def test_keeps_the_files_it_was_made_from(self, app, folder):
        version, is_new = publish(folder)

        archive = db.session.get_one(CourseArchive, version.id)
        with zipfile.ZipFile(io.BytesIO(archive.content)) as kept:
            found = {name: kept.read(name) for name in kept.namelist()}
        assert is_new
        assert found == course_files(folder)

    def test_stores_text_and_items_of_every_language(self, app, folder):
        add_language(folder, "kk")

        version, _is_new = publish(folder)

        texts = select(StepText.language, func.count()).where(StepText.version_id == version.id)
        counted = db.session.execute(texts.group_by(StepText.language)).all()
        assert sorted(counted) == [("en", 4), ("kk", 4)]
        items = db.session.scalars(select(CourseItem).where(CourseItem.version_id == version.id))
        assert {item.item_id: sorted(item.texts) for item in items} == {
            "when": ["en", "kk"],
            "open": ["en", "kk"],
        }
        assert outline_of(version.id).languages == ("en", "kk")

    def test_writes_it_into_the_log(self, app, folder):
        publisher = make_person()

        version, _is_new = publish(folder, publisher)

        event = db.session.scalars(
            select(AuditEvent).where(
                AuditEvent.action == "publish_course", AuditEvent.object_id == "small"
            )
        ).one()
        assert event.details == {"number": 1, "content_hash": version.content_hash}
        assert version.published_by_id == publisher.id

    def test_refuses_a_faulty_course(self, app, folder):
        change(folder, "modules/one.toml", 'site = "plant"', 'site = "palace"')

        with pytest.raises(FaultyCourse) as refusal:
            publish(folder)

        assert "modules/one.toml:2: text: the site 'palace' is unknown." in refusal.value.message
        assert versions() == []


class TestPublishUnderWay:
    @pytest.fixture
    def cohort(self, app, folder):
        publish(folder)
        return make_cohort(courses=("small",))

    def test_leaves_learners_in_their_version_and_gives_newcomers_the_new_one(
        self, cohort, folder, client_of
    ):
        person, seat = make_learner(cohort)
        change(folder, "en/one/text.md", "# The plant", "# The plant, seen again")
        publish(folder)
        newcomer = make_person()
        new_seat = enrolled(newcomer, cohort)

        old_page = client_of(person).get(f"/learn/{cohort.slug}/small/one/text").text
        new_page = client_of(newcomer).get(f"/learn/{cohort.slug}/small/one/text").text

        assert '<h1 lang="en">The plant</h1>' in old_page
        assert '<h1 lang="en">The plant, seen again</h1>' in new_page
        numbers = select(CourseVersion.number).join(Enrolment)
        assert [
            db.session.scalars(numbers.where(Enrolment.id == one.enrolment_id)).one()
            for one in (seat, new_seat)
        ] == [1, 2]

    def test_keeps_what_was_done_when_steps_come_and_go(self, cohort, folder, client_of):
        person, _seat = make_learner(cohort)
        client = client_of(person)
        client.post(f"/learn/{cohort.slug}/small/one/text")
        change(
            folder, "modules/two.toml", '[[steps]]\nid = "goodbye"', '[[steps]]\nid = "farewell"'
        )
        (folder / "en/two/goodbye.md").rename(folder / "en/two/farewell.md")
        publish(folder)

        page = client.get(f"/learn/{cohort.slug}/small")

        assert "1 of 6 steps done" in page.text
        assert "goodbye" in page.text
        assert "farewell" in outline_of(newest_version("small").id).by_path["two/farewell"].path
