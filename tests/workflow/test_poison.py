"""T20 and T21, short: a poisoned instance harms nobody else, and a long one stays light and alive."""

from __future__ import annotations

import resource
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.groups import group_for
from app.accounts.roles import Role
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.workflow import holds, instances, timers
from app.workflow.faults import StepBroken, open_faults
from app.workflow.lifecycle import Operation, OperationCall
from app.workflow.models import InstanceState, ProcessInstance
from tests.factories.accounts import a_person
from tests.factories.organisation import a_site
from tests.workflow.diagrams import REWORK, bpmn, chain, end, flow, service, start, timer, user
from tests.workflow.lifecycle_of_samples import Desk, desk_of, lifecycle_with, open_tasks, publish

HEALTHY, ROUNDS, EARLY = 30, 500, 20
CPU_SECONDS, MEGABYTES = 5.0, 50
poisons: dict[int, str] = {}
WAITING = bpmn(
    start(),
    f'<intermediateCatchEvent id="waited">{timer("Duration", "P30D")}</intermediateCatchEvent>',
    service("take", "sample.take"),
    '<exclusiveGateway id="is_good" default="is_good_to_look"/>',
    service("spin", "sample.spin"),
    user("look"),
    end(),
    chain("begun", "waited", "take", "is_good", "look", "closed"),
    flow("is_good", "spin", when="record.spins = true"),
    chain("spin", "is_good"),
)

LOOK_THEN_TAKE = bpmn(
    start(),
    user("look"),
    service("take", "sample.take"),
    end(),
    chain("begun", "look", "take", "closed"),
)


def take(call: OperationCall) -> Mapping[str, Any] | None:
    """Do what the instance was poisoned with."""
    kind = poisons.get(call.record_id)
    if kind == "error":
        raise ZeroDivisionError
    if kind == "depth":
        return take(call)
    if kind == "size":
        return {"found": "x" * 20_000_000}
    return None


def spin(_call: OperationCall) -> Mapping[str, Any] | None:
    return None


@pytest.fixture
def desk(app: Flask) -> Desk:  # noqa: ARG001 - the database
    poisons.clear()
    with unit_of_work() as uow:
        site = a_site(uow)
        group_for(uow, Role.QUALITY_MANAGER, site)
        person = a_person(uow, roles=[("quality_manager", site)], site_id=site)
    lifecycle_with("sample", Operation("sample.take", take), Operation("sample.spin", spin))
    return desk_of(person)


def begin(desk: Desk, **facts: Any) -> ProcessInstance:
    with unit_of_work() as uow:
        return instances.start(
            uow, "sample", {"title": "One", "site_id": desk.actor.grants[0].site_id, **facts}
        )


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["error", "depth", "size", "loop"])
def test_a_poisoned_instance_harms_no_other(desk: Desk, clock: Clock, kind: str) -> None:
    publish(WAITING, ["look"])
    for number in range(HEALTHY):
        if number == HEALTHY // 2:
            poisoned = begin(desk, spins=kind == "loop")
            poisons[poisoned.record_id] = kind
        begin(desk)
    clock.advance(timedelta(days=31))
    memory, begun = peak_megabytes(), time.process_time()

    fired = timers.fire_due()

    assert (fired, len(open_tasks())) == (HEALTHY, HEALTHY)
    assert [fault.instance_id for fault in open_faults(db.session)] == [poisoned.id]
    assert time.process_time() - begun < CPU_SECONDS
    assert peak_megabytes() - memory < 2 * MEGABYTES  # the peak, not what stays
    with unit_of_work() as uow:
        holds.cancel(uow, poisoned.id, "poisoned")
    db.session.rollback()
    assert db.session.get_one(ProcessInstance, poisoned.id).state == InstanceState.CANCELLED


@pytest.mark.slow
def test_a_long_instance_stays_as_light_as_a_short_one_and_ends_when_it_should(desk: Desk) -> None:
    publish(REWORK, ["repair"])
    instance = begin(desk)
    sizes = []

    for _round in range(ROUNDS):
        desk.complete("repair", again=True)
        sizes.append(snapshot_size(instance.id))
    assert len(open_tasks()) == 1
    desk.complete("repair", again=False)

    assert max(sizes) <= sizes[EARLY] * 1.1
    row = db.session.get_one(ProcessInstance, instance.id, populate_existing=True)
    assert (row.state, open_tasks()) == (InstanceState.OVER, [])


def snapshot_size(instance_id: int) -> int:
    db.session.rollback()
    size = select(func.length(ProcessInstance.snapshot)).where(ProcessInstance.id == instance_id)
    return int(db.session.scalar(size) or 0)


def test_a_person_at_a_poisoned_task_hears_it_and_loses_nothing(desk: Desk) -> None:
    publish(
        bpmn(
            start(),
            user("look"),
            service("take", "sample.take"),
            end(),
            chain("begun", "look", "take", "closed"),
        ),
        ["look"],
    )
    poisoned, healthy = begin(desk), begin(desk)
    poisons[poisoned.record_id] = "error"

    with pytest.raises(StepBroken):
        desk.complete("look", again=False)

    assert {task.instance_id for task in open_tasks()} == {poisoned.id, healthy.id}
    assert [fault.instance_id for fault in open_faults(db.session)] == [poisoned.id]
