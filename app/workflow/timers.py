"""Fires due timers, each in a transaction of its own. The table is the truth; the tick only wakes."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import ColumnElement, exists

from app.foundation import clock
from app.foundation.unit_of_work import StorageBusy, UnitOfWork, unit_of_work
from app.workflow import instances, messages
from app.workflow.delivery import deliver_due
from app.workflow.faults import Source, StepBroken, record_fault, resolve_faults_of
from app.workflow.leases import claim_due, is_exhausted, next_attempt
from app.workflow.models import InstanceState, ProcessInstance, Timer

UNTIL_RETRIED = timedelta(days=36_500)  # an admin's retry lifts the lease
TRIES_WHEN_BUSY = 3
MAX_ROUNDS = 100  # a catch-up after a long downtime; what is left waits for the next tick


def fire_due(*, limit: int = 50) -> int:
    """Fire every due timer of open instances and return how many fired.

    Effects: a timer that fails is rolled back, recorded as a fault and tried again later; the next goes on.
        Two processes may call this at once: leases and instance locks give each occurrence to one of them.
    """
    fired = 0
    for _round in range(MAX_ROUNDS):
        with unit_of_work() as uow:
            ids = claim_due(uow, Timer, _of_open_instance(), limit=limit)
        if not ids:
            break
        fired += sum(_fire_or_record(timer_id) for timer_id in ids)
    return fired


def fire(uow: UnitOfWork, timer_id: int) -> bool:
    """Fire one timer inside this act; False when it is gone, not due, or its instance does not move.

    Errors: StepBroken; what operations raise.
    """
    timer = uow.session.get(Timer, timer_id)
    if timer is None:
        return False
    row = instances.lock(uow, timer.instance_id)
    uow.session.refresh(timer)
    if row.state != InstanceState.OPEN.value or timer.due_at > uow.now:
        return False
    if timer.attempts:
        resolve_faults_of(uow, Source("timer", timer.id), row.id, "fired")
    uow.session.expunge(timer)
    instances.fire_timers(instances.load(uow, row))
    return True


def _fire_or_record(timer_id: int) -> bool:
    try:
        return _fire_patiently(timer_id)
    except Exception as error:  # noqa: BLE001 - one instance must not stop the others
        _record(timer_id, error)
        return False


def _fire_patiently(timer_id: int) -> bool:
    """Fire a timer in an act of its own, and again when the database was busy with others."""
    for _try in range(TRIES_WHEN_BUSY - 1):
        with suppress(StorageBusy):
            return _fire_once(timer_id)
    return _fire_once(timer_id)


def _fire_once(timer_id: int) -> bool:
    with unit_of_work() as uow:
        has_fired = fire(uow, timer_id)
    if messages.was_sent(uow):
        deliver_due()
    return has_fired


def _record(timer_id: int, error: Exception) -> None:
    with unit_of_work() as uow:
        timer = uow.session.get(Timer, timer_id, with_for_update=True)
        if timer is None:
            return
        timer.attempts += 1
        timer.lease_until = next_attempt(timer.attempts, clock.now())
        if is_exhausted(timer.attempts):
            timer.lease_until = clock.now() + UNTIL_RETRIED
        element_id = error.element_id if isinstance(error, StepBroken) else timer.element_id
        record_fault(
            uow, Source("timer", timer_id), error, instance_id=timer.instance_id, element_id=element_id
        )


def _of_open_instance() -> ColumnElement[bool]:
    return exists().where(
        ProcessInstance.id == Timer.instance_id, ProcessInstance.state == InstanceState.OPEN.value
    )
