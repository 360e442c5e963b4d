from __future__ import annotations

import random
import zlib
from datetime import datetime
from decimal import Decimal

import orjson
import pytest
from SpiffWorkflow.bpmn.serializer.migration import version_migration

from app.workflow.engine import Bundle, Program, Runtime, SnapshotRefused, build_program
from app.workflow.engine.script import FeelScriptEngine
from app.workflow.engine.snapshot import LIMIT
from tests.workflow.diagrams import bpmn, chain, end, program_of, user
from tests.workflow.diagrams import start as begin
from tests.workflow.hosts import Host, live, open_ids

TWO = bpmn(begin(), user("a"), user("b"), end(), chain("begun", "a", "b", "closed"))
LOOP = "multiInstanceLoopCharacteristics"
MANY = f"<{LOOP}><loopCardinality>2</loopCardinality></{LOOP}>"
PARALLEL = bpmn(
    begin(),
    '<parallelGateway id="split"/>',
    user("a"),
    user("b"),
    '<parallelGateway id="join"/>',
    user("c"),
    end(),
    chain("begun", "split", "a", "join", "c", "closed") + chain("split", "b", "join"),
)


def opened(snapshot: bytes) -> tuple[bytes, dict[str, object]]:
    head, _line, body = snapshot.partition(b"\n")
    return head, orjson.loads(zlib.decompress(body))


def packed(head: bytes, state: object) -> bytes:
    return head + b"\n" + zlib.compress(orjson.dumps(state))


def test_the_head_names_format_versions_and_bundle(host: Host) -> None:
    head, _state = opened(host.start(program_of(TWO)).snapshot())

    assert head == b"keel-state 1 1.5 test sample"


def test_a_state_holds_no_spec(host: Host) -> None:
    _head, state = opened(host.start(program_of(TWO)).snapshot())

    assert "spec" not in state
    assert "subprocess_specs" not in state


@pytest.mark.parametrize(
    "head",
    [
        b"keel-state 1 1.2 test sample",
        b"keel-state 1 1.6 test sample",
        b"keel-state 2 1.5 test sample",
        b"keel-state 0 1.5 test sample",
        b"",
        b"\x80\x04\x95pickle",
    ],
)
def test_another_version_is_refused_before_migration_code_runs(
    host: Host, monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    program = program_of(TWO)
    _head, state = opened(host.start(program).snapshot())
    touched: list[str] = []
    monkeypatch.setattr(version_migration, "MIGRATIONS", dict.fromkeys(("1.2", "1.6"), touched.append))

    with pytest.raises(SnapshotRefused):
        Runtime.restore(program, packed(head, {**state, "serializer_version": "1.2"}), host.ports)

    assert touched == []


def test_a_state_of_another_bundle_is_refused(host: Host) -> None:
    program = program_of(TWO)
    other = build_program(Bundle("other", "sample", {"sample": TWO}))

    with pytest.raises(SnapshotRefused, match="other"):
        Runtime.restore(other, host.start(program).snapshot(), host.ports)


def test_a_state_of_another_diagram_is_named(host: Host) -> None:
    snapshot = host.start(program_of(TWO)).snapshot()
    other = program_of(bpmn(begin(), user("x"), end(), chain("begun", "x", "closed")))

    with pytest.raises(SnapshotRefused, match="a, b"):
        Runtime.restore(other, snapshot, host.ports)


@pytest.mark.parametrize(
    "body", [b"", b"no zlib", zlib.compress(b"no json"), zlib.compress(b"[]"), zlib.compress(b"{}")]
)
def test_damage_is_refused(host: Host, body: bytes) -> None:
    program = program_of(TWO)

    with pytest.raises(SnapshotRefused):
        Runtime.restore(program, b"keel-state 1 1.5 test sample\n" + body, host.ports)


def test_a_compressed_bomb_is_refused(host: Host) -> None:
    body = zlib.compress(b" " * (LIMIT + 1))

    with pytest.raises(SnapshotRefused):
        Runtime.restore(program_of(TWO), b"keel-state 1 1.5 test sample\n" + body, host.ports)


def test_a_state_with_shuffled_tasks_keeps_its_data(host: Host) -> None:
    program = program_of(PARALLEL)
    runtime = host.start(program)
    runtime.complete(live(runtime, "a"), {"finding_id": 7})
    head, state = opened(runtime.snapshot())
    tasks = list(state["tasks"].items())  # type: ignore[attr-defined]
    random.Random(1).shuffle(tasks)

    runtime = Runtime.restore(program, packed(head, {**state, "tasks": dict(tasks)}), host.ports)
    runtime.complete(live(runtime, "b"))

    assert runtime.live_tasks()[0].data == {"finding_id": 7}


def test_restored_instances_of_a_fresh_program_finish(host: Host) -> None:
    document = bpmn(begin(), user("a", MANY), user("b"), end(), chain("begun", "a", "b", "closed"))
    snapshot = host.start(program_of(document)).snapshot()

    runtime = Runtime.restore(program_of(document), snapshot, host.ports)
    runtime.complete(live(runtime, "a"))
    runtime.complete(live(runtime, "a"))

    assert open_ids(runtime) == ["b"]


@pytest.mark.parametrize("value", [datetime(2026, 1, 1), Decimal("1.5"), b"x", {1: "x"}, 2**70])  # noqa: DTZ001
def test_values_that_json_cannot_keep_are_refused(host: Host, value: object) -> None:
    runtime = host.start(program_of(TWO))
    runtime._workflow.task_tree.data["smuggled"] = value

    with pytest.raises(SnapshotRefused):
        runtime.snapshot()


def test_a_restored_instance_has_our_engine(host: Host) -> None:
    program = program_of(TWO)

    runtime = host.reload(program, host.start(program))

    assert type(runtime._workflow.script_engine) is FeelScriptEngine


def test_instances_share_a_program_and_nothing_else(host: Host) -> None:
    program: Program = program_of(TWO)
    one, other = host.start(program), host.start(program)

    one.complete(live(one, "a"), {"finding_id": 1})

    assert open_ids(other) == ["a"]
    assert other.live_tasks()[0].data == {}
