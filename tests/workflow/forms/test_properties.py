from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.foundation.errors import Problem
from app.workflow.forms import (
    AnswersInvalid,
    FormDefinition,
    FormInvalid,
    Mode,
    parse_post,
    present,
    read_form,
    validate,
)
from tests.workflow.forms.building import CONTEXT, document
from tests.workflow.forms.everything import FORM, FULL, GROUPS

KEYS = [found.key for found in FORM.fields]
WORDS = st.sampled_from(
    ["", "a", "b", "3-4", "2", "risk:31", "2026-03-17", "true", "1.5", "f1", "ten", "=1", "\x00"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["what", "answer", "text", "id", "kind", "people", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
ANSWERS = st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8)
NAMES = st.sampled_from(
    [
        *KEYS,
        "actions.0.what",
        "actions.1.done",
        "actions.x",
        "whys.0.answer",
        "causes.people.0.text",
        "_rows",
        "nobody",
    ]
)


def outcome(answers: dict[str, Any]) -> tuple[dict[str, Any] | None, tuple[Problem, ...]]:
    try:
        return dict(validate(FORM, answers, CONTEXT).values), ()
    except AnswersInvalid as invalid:
        return None, invalid.problems


def read_or_refused(source: bytes) -> tuple[FormDefinition | None, tuple[Problem, ...]]:
    try:
        return read_form(source, key="spoiled"), ()
    except FormInvalid as invalid:
        return None, invalid.problems


@settings(max_examples=150, deadline=None)
@given(answers=ANSWERS)
def test_whatever_is_sent_is_either_typed_or_refused(answers: dict[str, Any]) -> None:
    values, problems = outcome(answers)

    assert (values is None) is bool(problems)
    assert all(problem.where and problem.sentence for problem in problems)
    assert json.dumps(values, allow_nan=False).encode()


@settings(max_examples=80, deadline=None)
@given(answers=ANSWERS)
def test_accepted_answers_are_accepted_again_unchanged(answers: dict[str, Any]) -> None:
    values, _problems = outcome({**FULL, **answers})

    assert values is None or outcome(values) == (values, ())


@settings(max_examples=80, deadline=None)
@given(answers=ANSWERS, mode=st.sampled_from(list(Mode)))
def test_whatever_is_sent_can_be_drawn(answers: dict[str, Any], mode: Mode) -> None:
    assert present(FORM, answers, CONTEXT, mode=mode).sections or mode is not Mode.EDIT


@settings(max_examples=100, deadline=None)
@given(
    post=st.dictionaries(NAMES, st.lists(WORDS, max_size=3), max_size=6),
    button=st.sampled_from(["", "add:actions", "remove:actions.0"]),
)
def test_whatever_is_posted_can_be_read_and_drawn(post: dict[str, list[str]], button: str) -> None:
    raw = parse_post(FORM, {**post, "_rows": [button]})

    assert present(FORM, raw, CONTEXT).sections


@settings(max_examples=150, deadline=None)
@given(
    group=st.integers(0, 1),
    place=st.integers(0, 30),
    name=st.sampled_from(
        [
            "type",
            "key",
            "label",
            "validate",
            "conditional",
            "values",
            "components",
            "readonly",
            "kinds",
            "expression",
            "subtype",
            "decimalDigits",
            "types",
            "maxSize",
            "properties",
            "defaultValue",
        ]
    ),
    value=JSON,
)
def test_a_form_with_any_attribute_spoiled_is_read_or_refused(
    group: int, place: int, name: str, value: Any
) -> None:
    spoiled = json.loads(json.dumps(GROUPS))
    components = spoiled[group]["components"]
    components[place % len(components)][name] = value

    form, problems = read_or_refused(document(*spoiled))

    assert problems or (form and present(form, {}, CONTEXT).sections)


@settings(max_examples=60, deadline=None)
@given(source=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_a_file_that_is_no_form_is_refused(source: bytes) -> None:
    form, problems = read_or_refused(source)

    assert form is None
    assert problems
