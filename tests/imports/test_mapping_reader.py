from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.imports.mapping_reader import load_mapping, read_mapping, shipped_mappings
from app.imports.refusals import MappingInvalid, MappingUnknown
from tests.imports.conftest import mapping_source


def problems_of(**changes: Any) -> dict[str, str]:
    with pytest.raises(MappingInvalid) as refused:
        read_mapping(json.dumps(mapping_source(**changes)).encode())
    return {problem.where: problem.sentence for problem in refused.value.problems}


def answers(**changes: Any) -> dict[str, Any]:
    return {**mapping_source()["answers"], **changes}


def test_the_shipped_mappings_are_found_by_name_and_are_good() -> None:
    assert shipped_mappings() == ["nhtsa", "openfda"]
    assert load_mapping("nhtsa").columns["failed"].at == 8
    assert load_mapping("openfda").shape.format == "jsonl"


def test_a_mapping_nobody_knows_is_told_with_those_there_are() -> None:
    with pytest.raises(MappingUnknown, match="nhtsa, openfda"):
        load_mapping("nothing")


def test_a_mapping_may_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_text(json.dumps(mapping_source(title="Own")))

    assert load_mapping(str(file)).title == "Own"


@pytest.mark.parametrize("content", [b"\xff", b"{", b"[]", b"[" * 100_000])
def test_what_is_no_json_object_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(MappingInvalid, match=r"not (a )?JSON"):
        read_mapping(content)


def test_all_problems_are_told_at_once_with_their_places() -> None:
    found = problems_of(
        record="risk",
        lands_as="soon",
        file={"format": "xls", "delimiter": "ab", "cells": 0, "encoding": "ebcdic", "hedder": True},
        columns={"day": {"at": 0, "date": "DAY"}, "two words": "x"},
        answers={"title": {"column": "nothing"}, "lot": {"feel": "1 +"}, "product": {}},
        create_missing={"site": {}, "planet": {}},
    )

    assert set(found) == {
        "record",
        "lands_as",
        "file.format",
        "file.delimiter",
        "file.cells",
        "file.encoding",
        "file.hedder",
        "columns.day.at",
        "columns.day.date",
        "columns.two words",
        "answers.title",
        "answers.lot.feel",
        "answers.product",
        "create_missing.site",
        "create_missing.planet",
    }


def test_an_expression_may_only_name_columns() -> None:
    found = problems_of(answers=answers(title={"feel": "what + secret"}))

    assert "secret" in found["answers.title.feel"]


@pytest.mark.parametrize("text", ["__import__('os').system('true')", "open('/etc/passwd')"])
def test_an_expression_is_never_python(text: str, calls: Callable[[], list[str]]) -> None:
    found = problems_of(answers=answers(title={"feel": text}))

    assert "answers.title.feel" in found
    assert calls() == []


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    heard: list[str] = []
    monkeypatch.setattr("builtins.eval", lambda *_: heard.append("eval"))
    monkeypatch.setattr("os.system", lambda *_: heard.append("system"))
    return lambda: heard
