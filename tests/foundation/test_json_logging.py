from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from app.foundation.json_logging import current_request_id, log_as_json, use_request_id


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    log_as_json(stream=stream)
    yield stream
    root.handlers[:], root.level = handlers, level
    use_request_id(None)


def test_a_line_carries_the_phrase_the_fields_and_the_request(lines: io.StringIO) -> None:
    use_request_id("r-7")
    logging.getLogger("app.capa").info("task completed", extra={"task_id": 42})

    line = json.loads(lines.getvalue())
    assert (line["message"], line["task_id"], line["request_id"]) == ("task completed", 42, "r-7")
    assert (line["level"], line["logger"], current_request_id()) == ("info", "app.capa", "r-7")


def test_a_line_break_in_a_value_starts_no_line(lines: io.StringIO) -> None:
    logging.getLogger("x").warning("odd %s", "a\n{}", extra={"name_of": "b\r\nc"})

    assert lines.getvalue().count("\n") == 1


def test_an_exception_is_told_in_the_same_line(lines: io.StringIO) -> None:
    try:
        int("x")
    except ValueError:
        logging.getLogger("x").exception("failed")

    line = json.loads(lines.getvalue())
    assert "ValueError" in line["exception"]


def test_a_value_that_json_does_not_know_is_told_as_text(lines: io.StringIO) -> None:
    logging.getLogger("x").info("odd", extra={"thing": {1, 2}})

    assert json.loads(lines.getvalue())["thing"] == "{1, 2}"
