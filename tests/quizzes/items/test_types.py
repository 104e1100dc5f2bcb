import importlib
import inspect
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict

from lms.quizzes import items
from lms.quizzes.items import TYPES, BadResponse, ItemType, Upload, as_form, check

ROOT = Path(__file__).parents[3]
COMMON = {"id": "one", "tags": ["law"], "difficulty": 2}
TEXT = {"prompt": "Which?", "feedback": "Because."}
OPTIONS = {"options": ["a", "b", "c"], "correct": ["a"]}
CHOICES = TEXT | {"options": {"a": "One", "b": "Two", "c": "Three"}}
RUBRIC = {"rubric": {"clarity": 2}}
CRITERIA = TEXT | {"rubric": {"clarity": {"title": "Clear", "levels": ["No", "Partly", "Yes"]}}}
EXAMPLES = {
    "single_choice": (OPTIONS, CHOICES),
    "multiple_response": (OPTIONS | {"correct": ["a", "c"], "partial": True}, CHOICES),
    "true_false": ({"correct": True}, TEXT),
    "numeric": ({"correct": 12.5, "tolerance": 0.5}, TEXT | {"unit": "%"}),
    "short_text": ({"correct": ["once only"]}, TEXT | {"accepted": ["one time"]}),
    "matching": (
        {
            "stems": ["a", "b"],
            "options": ["x", "y", "z"],
            "correct": {"a": "x", "b": "y"},
            "partial": True,
        },
        TEXT
        | {
            "stems": {"a": "Number", "b": "Card"},
            "options": {"x": "1962", "y": "1968", "z": "1999"},
        },
    ),
    "ordering": (
        {"options": ["a", "b", "c"], "correct": ["c", "a", "b"], "partial": True},
        CHOICES,
    ),
    "categorise": (
        {
            "options": ["a", "b", "c"],
            "categories": ["x", "y"],
            "correct": {"a": "x", "b": "y", "c": "x"},
            "partial": True,
        },
        CHOICES | {"categories": {"x": "On the phone", "y": "In the register"}},
    ),
    "essay": (RUBRIC | {"min_words": 2, "max_words": 3}, CRITERIA),
    "file_upload": (RUBRIC, CRITERIA),
    "cloze": (
        {
            "partial": True,
            "gaps": {
                "year": {"kind": "text", "correct": ["1968"]},
                "paper": {"kind": "choice", "options": ["a", "b"], "correct": "a"},
            },
        },
        TEXT
        | {
            "body": "Numbers came in [[year]], on [[paper]].",
            "gaps": {"paper": {"a": "coated paper", "b": "plastic"}},
        },
    ),
    "hotspot": (
        {
            "figure": "layers.svg",
            "regions": {"a": [0, 0, 60, 40], "b": [60, 0, 60, 40], "c": [0, 40, 120, 40]},
            "correct": ["a", "c"],
        },
        CHOICES | {"alt": "Three boxes.", "drawing": '<svg viewBox="0 0 120 80"></svg>'},
    ),
    "likert": ({"levels": 3}, TEXT | {"labels": ["Never", "Sometimes", "Always"]}),
    "reflection": ({}, TEXT),
}


def example(name):
    structure, text = EXAMPLES[name]
    return COMMON | {"type": name} | structure, text


def subclasses(cls):
    for one in cls.__subclasses__():
        yield one
        yield from subclasses(one)


every_type = pytest.mark.parametrize("name", TYPES)
answers = st.one_of(
    st.text(),
    st.text(alphabet=st.characters()),  # lone surrogates too
    st.builds(Upload, st.text(), st.binary()),
    st.sampled_from(["a", "b", "c", "x", "1", "3", "true", "false", "12,5 %", "Once only."]),
)
fields = st.one_of(
    st.sampled_from(["answer", "answer.a", "answer.b", "answer.year", "answer.paper", "answer."]),
    st.text(alphabet=st.characters()).map("answer.{}".format),
)
part_names = st.one_of(st.sampled_from(["a", "b", "c", "year", "paper"]), st.text())
words = st.one_of(st.text(), st.sampled_from(["a", "b", "c", "x", "y", "1", "2", "3", "1968"]))
responses = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words),
    lambda inner: st.one_of(
        st.lists(st.one_of(inner, words), max_size=5),
        st.dictionaries(part_names, st.one_of(words, inner)),
    ),
    max_leaves=8,
)
forms = st.dictionaries(fields, st.lists(answers, max_size=4))


class TestEveryType:
    @every_type
    def test_has_its_file_template_and_test(self, name):
        assert inspect.getfile(type(TYPES[name])) == str(ROOT / f"lms/quizzes/items/{name}.py")
        assert (ROOT / f"templates/quizzes/items/{name}.html").is_file()
        assert (ROOT / f"tests/quizzes/items/test_{name}.py").is_file()

    def test_has_its_line(self):
        for path in (ROOT / "lms/quizzes/items").glob("[a-z]*.py"):
            importlib.import_module(f"lms.quizzes.items.{path.stem}")

        written = {one for one in subclasses(ItemType) if not inspect.isabstract(one)}
        assert written == {type(item_type) for item_type in TYPES.values()}

    @every_type
    def test_is_called_the_same_in_a_course(self, name):
        schema = TYPES[name].structure_model.model_json_schema()

        assert schema["properties"]["type"]["const"] == name
        assert schema["additionalProperties"] is False

    @every_type
    def test_has_an_item_without_faults(self, name):
        assert check(*example(name)) == []

    @every_type
    @given(form=forms)
    def test_reads_describes_and_marks_whatever_is_sent(self, name, form):
        structure, text = example(name)
        item_type = TYPES[name]

        json.dumps(item_type.as_typed(form))
        try:
            response = item_type.parse(structure, form)
        except BadResponse:
            return  # nothing else may be raised, and nothing was changed

        if response is not None:
            kept = json.dumps(response, ensure_ascii=False).encode()
            assert b"\\u0000" not in kept
            assert json.loads(kept) == response
        assert len(item_type.describe(structure, text, response)) <= 3
        assert item_type.feedback(structure, text, response).why == "Because."
        assert 0.0 <= item_type.mark(structure, response, [text]) <= 1.0
        assert isinstance(item_type.mark(structure, response), float)

    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("single_choice", ["b"]),
            ("multiple_response", ["b", "c"]),
            ("true_false", ["false"]),
            ("numeric", ["12,5"]),
            ("short_text", ["once only"]),
        ],
    )
    def test_reads_the_form_of_a_request_as_well(self, name, values):
        structure, _ = example(name)
        form = ImmutableMultiDict([("csrf_token", "x"), *(("answer", value) for value in values)])

        response = TYPES[name].parse(structure, form)

        assert response == TYPES[name].parse(structure, {"answer": values})
        assert response is not None

    @every_type
    def test_reads_its_own_answer_back(self, name):
        structure, _ = example(name)
        correct = TYPES[name].correct_response(structure)
        form = ImmutableMultiDict([("csrf_token", "x"), *as_form(correct).items(multi=True)])

        assert TYPES[name].parse(structure, form) == correct

    @every_type
    @given(response=responses)
    def test_survives_the_response_of_another_type(self, name, response):
        structure, text = example(name)
        item_type = TYPES[name]

        assert isinstance(item_type.describe(structure, text, response), list)
        assert isinstance(item_type.marked_parts(structure, text, response), list)
        assert isinstance(item_type.warning(structure, response), str)
        assert item_type.is_complete(structure, response) in {True, False}
        assert 0.0 <= item_type.mark(structure, response, [text]) <= 1.0

    @every_type
    def test_earns_the_whole_mark_with_its_own_answer(self, name):
        structure, text = example(name)
        item_type = TYPES[name]
        correct = item_type.correct_response(structure)
        if item_type.is_marked_by_person or not item_type.is_scored:
            assert correct is None
            assert item_type.describe_correct(structure, text) == []
            return

        assert item_type.mark(structure, correct) == 1.0
        assert item_type.describe_correct(structure, text)

    @every_type
    def test_leaves_nothing_out_for_no_answer(self, name):
        structure, text = example(name)

        assert TYPES[name].parse(structure, {}) is None
        assert TYPES[name].describe(structure, text, None) == []
        assert TYPES[name].mark(structure, None, [text]) == 0.0

    @every_type
    def test_asks_in_an_accessible_way(self, name, page, asked):
        structure, text = example(name)
        options = TYPES[name].options(structure, text)

        html = page(name, asked(name, structure, text))

        inputs = re.findall(r"<(?:input|textarea|select)[^>]*>", html)
        ids = [re.search(r'\sid="([^"]*)"', one)[1] for one in inputs]
        assert len(inputs) >= max(1, len(options))
        assert all(re.search(r'\sname="answer(\.[a-z]+)?"', one) for one in inputs)
        assert ids == [f"answer-{number}" for number in range(1, len(inputs) + 1)]
        labelled = re.findall(r'<label[^>]*for="([^"]*)"', html)
        named = [ids[at] for at, one in enumerate(inputs) if "aria-label=" in one]
        assert sorted(labelled + named) == sorted(ids)
        assert 'id="answer-hint"' in html
        assert "style=" not in html
        assert "<h1" not in html


class TestCheck:
    @pytest.mark.parametrize("structure", [{}, {"type": "poem"}, {"type": ["numeric"]}])
    def test_names_the_types_there_are(self, structure):
        (fault,) = check(COMMON | structure, TEXT)

        assert fault.field == "type"
        assert all(name in fault.repair for name in TYPES)


class TestSchemas:
    def test_describe_a_bank(self):
        schema = items.structure_schema()

        refs = [
            one["$ref"].rsplit("/", 1)[1] for one in schema["properties"]["items"]["items"]["oneOf"]
        ]
        assert len(refs) == len(TYPES)
        assert {schema["$defs"][ref]["properties"]["type"]["const"] for ref in refs} == set(TYPES)
        numeric = schema["$defs"]["NumericStructure"]["properties"]
        assert numeric["correct"]["type"] == "number"

    def test_describe_its_words(self):
        schema = items.text_schema()

        refs = [one["$ref"].rsplit("/", 1)[1] for one in schema["additionalProperties"]["anyOf"]]
        assert set(refs) == set(schema["$defs"]) - {"Criterion"}
        assert "ChoiceText" in refs
        json.dumps(schema)
