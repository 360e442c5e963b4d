"""The small diagrams of each construct, from outside: run where they can be, refused where not."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.foundation.errors import QmsError
from app.workflow.compile import compile_diagram, import_diagram
from app.workflow.engine import Bundle, build_program
from app.workflow.picture import describe_steps, render_svg
from app.workflow.validation import check_diagram, check_layout, rehearse
from tests.workflow.diagrams import bpmn, drawn
from tests.workflow.validation.gates import CONTEXT, GOOD

# Facts stand on the record here; the samples keep them in task data.
OURS = {
    "gw_exclusive": (rb">sev ", b">record.sev "),
    "gw_inclusive": (rb">(x|y) ", rb">record.\1 "),
    "loop_back": (rb">again<", b">record.again<"),
    "timer_date": (rb">due<", b">record.due<"),
}
RUNNING = [
    "boundary_cycle_reminder",
    "boundary_error",
    "boundary_escalation",
    "boundary_interrupting_duration",
    "boundary_noninterrupting_duration",
    "boundary_noninterrupting_subprocess",
    "call_activity_1",
    "gw_event_based",
    "gw_parallel",
    "lanes",
    "subprocess",
    "terminate",
    *OURS,
]
REFUSED = [
    "boundary_signal",
    "call_activity",
    "conditional_event",
    "data_object",
    "event_subprocess_message",
    "event_subprocess_signal",
    "event_subprocess_timer",
    "loop_standard",
    "message_throw_catch",
    "mi_parallel_collection",
    "send_task_external",
    "start_timer",
    "transaction_cancel",
]
FACTS = {"record": {"sev": 8, "x": 2, "y": 3, "again": False, "due": datetime(2026, 9, 1, tzinfo=UTC)}}


def sample(shared: Path, name: str) -> bytes:
    document = (shared / "samples" / "bpmn" / f"{name}.bpmn").read_bytes()
    pattern, ours = OURS.get(name, (b"^$", b""))
    return re.sub(pattern, ours, document)


@pytest.mark.parametrize("name", RUNNING)
def test_a_sample_runs_with_a_reload_before_each_step(shared: Path, name: str) -> None:
    compiled = compile_diagram(sample(shared, name))

    program = build_program(Bundle("sample", compiled.key, {compiled.key: compiled.engine_xml}))

    assert rehearse(program, FACTS) == []


@pytest.mark.parametrize("name", REFUSED)
def test_a_sample_of_what_is_not_executed_is_refused(shared: Path, name: str) -> None:
    rules = {problem.rule.split(".")[0] for problem in check_diagram(sample(shared, name), CONTEXT)}

    assert rules & {"element", "event"}


def mutated(document: bytes, chance: random.Random) -> bytes:
    pieces = re.findall(rb"<[^>]+>|\"[^\"]*\"", document)
    piece, other = chance.choice(pieces), chance.choice(pieces)
    place = chance.randrange(len(document))
    return chance.choice(
        [
            document.replace(piece, other, 1),
            document.replace(piece, b"", 1),
            document.replace(piece, piece + piece, 1),
            document.replace(piece, b'"' + b"A" * 3000 + b'"', 1),
            document[:place] + bytes([chance.randrange(256)]) + document[place + 1 :],
            document[:place] + document[place + chance.randrange(1, 60) :],
        ]
    )


@pytest.mark.parametrize("seed", range(8))
def test_mutated_diagrams_get_an_answer(seed: int) -> None:
    chance = random.Random(seed)
    for _round in range(25):
        document = mutated(drawn(bpmn(*GOOD)), chance)

        assert isinstance(check_diagram(document, CONTEXT), list)
        for work in (compile_diagram, import_diagram, check_layout):
            _only_named_errors(work, document)
        _only_named_errors(lambda given: render_svg(given, {}, "x"), document)
        _only_named_errors(lambda given: describe_steps(given, {}), document)


def _only_named_errors(work: Callable[[bytes], object], document: bytes) -> None:
    with suppress(QmsError):
        work(document)
