"""Engine tests run under an audit hook: no Python is compiled or run for SpiffWorkflow or Keel."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.workflow.hosts import Host

_watch = {"is_on": False}
caught: list[str] = []


def _hook(event: str, _args: tuple[Any, ...]) -> None:
    if not _watch["is_on"] or event not in {"compile", "exec"}:
        return
    name = sys._getframe(1).f_code.co_filename
    if "SpiffWorkflow" in name or "/app/" in name:
        caught.append(f"{event} from {name}")


sys.addaudithook(_hook)


@pytest.fixture(autouse=True)
def no_python_is_run() -> Iterator[list[str]]:
    """Fail the test when the engine or Keel compiles or runs Python."""
    caught.clear()
    _watch["is_on"] = True
    yield caught
    _watch["is_on"] = False
    assert caught == []


@pytest.fixture
def host() -> Host:
    return Host()
