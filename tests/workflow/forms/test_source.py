from __future__ import annotations

import json

import pytest

from app.workflow.forms.source import MOST_BYTES, FormInvalid, canonical_digest, read_object


def rule_of(source: bytes) -> str:
    with pytest.raises(FormInvalid) as refused:
        read_object(source, key="report")
    return refused.value.problems[0].rule


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        (b"", "json-syntax"),
        (b"[]", "json-syntax"),
        (b'"form"', "json-syntax"),
        (b'{"a": 1', "json-syntax"),
        (b"{} {}", "json-syntax"),
        (b'{"a": "\xff"}', "json-syntax"),
        (b'{"a": NaN}', "json-number"),
        (b'{"a": -Infinity}', "json-number"),
        (b'{"a": 1e999}', "json-number"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "json-syntax"),
        (b'{"a": {"b": 1, "b": 2}}', "json-duplicate"),
        (b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}", "json-depth"),
        (b'{"a": ' * 50_000, "json-depth"),
        (b'{"a": "' + b"x" * MOST_BYTES + b'"}', "json-size"),
        (b'{"a": "' + b'\\"' * 200_000, "json-syntax"),
    ],
)
def test_json_that_two_readers_could_read_differently_or_never_end_is_refused(
    source: bytes, rule: str
) -> None:
    assert rule_of(source) == rule


def test_brackets_inside_texts_do_not_count_as_depth() -> None:
    source = json.dumps({"a": "[" * 1_000, "b": 'quote " and \\ [[['}).encode()

    assert read_object(source, key="report")["a"] == "[" * 1_000


def test_the_digest_depends_on_meaning_and_not_on_layout() -> None:
    first = read_object(b'{"a": 1, "b": [1, 2]}', key="x")
    second = read_object(b'{ "b" : [1,2],\n"a":1 }', key="x")

    assert canonical_digest(first) == canonical_digest(second)


@pytest.mark.parametrize("other", [{"a": 2}, {"a": "1"}, {"a": 1.5}, {"b": 1}, {"a": True}, {"a": [1]}])
def test_the_digest_tells_different_forms_apart(other: dict[str, object]) -> None:
    assert canonical_digest({"a": 1}) != canonical_digest(other)
