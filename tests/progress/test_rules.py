from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.progress.rules import progress
from tests.progress.course import make_outline

COURSE = make_outline("rrq", "tq")
PATHS = [step.path for step in COURSE.steps]  # m1/s1 m1/s2 m1/s3 m2/s1 m2/s2


@pytest.mark.parametrize(
    ("done", "goes_on_at"),
    [
        ([], "m1/s1"),
        (["m1/s1"], "m1/s2"),
        (["m1/s1", "m1/s2", "m1/s3"], "m2/s1"),  # over the end of a module
        (["m1/s2"], "m1/s3"),  # after the last finished one, not back to the gap
        (["m2/s1"], "m2/s2"),
        (["m2/s2"], "m1/s1"),  # nothing is after it: the first gap
        (["m1/s1", "m2/s2"], "m1/s2"),
        (["m1/s1", "m1/s2", "m1/s3", "m2/s2"], "m2/s1"),
        (PATHS, None),
    ],
)
def test_next_step(done, goes_on_at):
    step = progress(COURSE, done).next_step

    assert (step.path if step else None) == goes_on_at


@pytest.mark.parametrize(
    ("done", "is_complete"),
    [
        ([], False),
        (PATHS[:-1], False),  # 4 of 5 is not complete, and no rounding makes it so
        (PATHS[1:], False),
        (PATHS, True),
        ([*PATHS, *PATHS, "m9/s9"], True),
        (["m9/s9"] * 5, False),  # as many steps, but of another version
    ],
)
def test_is_complete(done, is_complete):
    assert progress(COURSE, done).is_complete is is_complete


def test_missing_is_told_by_who_can_change_it():
    reached = progress(COURSE, ["m1/s1", "m1/s3"])

    assert [step.path for step in reached.missing_texts()] == ["m1/s2", "m2/s1"]
    assert [step.path for step in reached.missing_quizzes()] == ["m2/s2"]


outlines = st.lists(st.text("rtq", min_size=1, max_size=4), min_size=1, max_size=4).map(
    lambda modules: make_outline(*modules)
)


@st.composite
def learners(draw):
    """Draw a course and what somebody has done, other versions' steps and repetitions among it."""
    outline = draw(outlines)
    known = st.sampled_from(sorted(outline.paths))
    return outline, draw(st.lists(known | st.sampled_from(["m9/s1", "old/step", ""])))


class TestProgress:
    @given(learners())
    def test_divides_the_course_into_done_and_missing(self, learner):
        outline, done = learner
        reached = progress(outline, done)

        missing = {step.path for step in reached.missing}

        assert reached.done | missing == outline.paths
        assert not reached.done & missing
        assert [step.number for step in reached.missing] == sorted(
            step.number for step in reached.missing
        )

    @given(learners())
    def test_does_not_count_steps_of_other_versions(self, learner):
        outline, done = learner

        assert progress(outline, done) == progress(outline, set(done) & outline.paths)
        assert progress(outline, done).done_count <= len(outline.steps)

    @given(learners(), st.randoms())
    def test_depends_on_neither_order_nor_repetition(self, learner, random):
        outline, done = learner
        shuffled = [*done, *done]
        random.shuffle(shuffled)

        assert progress(outline, shuffled) == progress(outline, done)

    @given(learners())
    def test_is_complete_exactly_when_there_is_no_next_step(self, learner):
        reached = progress(*learner)

        assert reached.is_complete is (reached.next_step is None) is (not reached.missing)

    @given(learners())
    def test_leads_to_a_missing_step_and_never_passes_one_over_for_a_later_one(self, learner):
        reached = progress(*learner)
        step = reached.next_step
        if step is None:
            return

        last = max((reached.outline.by_path[path].number for path in reached.done), default=0)
        later = [one.number for one in reached.missing if one.number > last]

        assert step in reached.missing
        assert step.number == (later or [one.number for one in reached.missing])[0]

    @given(learners())
    def test_reaches_the_end_by_following_the_next_step(self, learner):
        outline, done = learner
        followed = 0
        while (step := progress(outline, done).next_step) is not None:
            done = [*done, step.path]
            followed += 1

        assert followed <= len(outline.steps)
        assert progress(outline, done).is_complete

    @given(learners())
    def test_counts_each_step_in_its_module(self, learner):
        reached = progress(*learner)

        counts = [reached.done_in(module) for module in reached.outline.modules]

        assert sum(counts) == reached.done_count
        assert len(reached.missing_texts()) + len(reached.missing_quizzes()) == len(reached.missing)
