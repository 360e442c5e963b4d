"""Retrying what failed: an admin's act on a fault, for timers and messages; other steps people repeat."""

from __future__ import annotations

from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.workflow.delivery import deliver
from app.workflow.faults import open_fault
from app.workflow.models import Fault, Message, MessageState, Timer
from app.workflow.timers import fire

REPEATED_BY_PEOPLE = frozenset({"act", "task", "start"})
LOOKED_AFTER = frozenset({"file"})  # the next look at the file resolves it
MADE_AGAIN = frozenset({"paper"})  # resolving lets the job make it once more


def retry(uow: UnitOfWork, fault_id: int) -> Fault:
    """Try again what failed, inside this act, and resolve the fault when it succeeds.

    Errors: UnknownFault; StepBroken and what operations raise when it fails again; then nothing changes.
    Effects: the timer fires or the message is delivered, once; a step of a person is only marked resolved,
        because the person repeats it with the draft that was kept.
    """
    fault = open_fault(uow.session, fault_id)
    if fault.kind == "timer":
        _retry_timer(uow, fault)
    elif fault.kind == "message":
        _retry_message(uow, fault)
    _resolve(uow, fault, _("Tried again"))
    return fault


def dismiss(uow: UnitOfWork, fault_id: int, reason: str) -> Fault:
    """Resolve a fault without trying again, because the cause was dealt with elsewhere.

    Errors: UnknownFault; Invalid without a reason.
    """
    if not reason.strip():
        sentence = _("Say how the fault was dealt with.")
        raise Invalid(sentence, [Problem("reason", "required", sentence)])
    fault = open_fault(uow.session, fault_id)
    _resolve(uow, fault, reason.strip())
    return fault


def _retry_timer(uow: UnitOfWork, fault: Fault) -> None:
    timer = uow.session.get(Timer, fault.source_id)
    if timer is None:
        return
    timer.lease_until = None
    timer.attempts = 0
    uow.session.flush()
    fire(uow, timer.id)


def _retry_message(uow: UnitOfWork, fault: Fault) -> None:
    message = uow.session.get(Message, fault.source_id, with_for_update=True)
    if message is None or message.state == MessageState.DELIVERED.value:
        return
    message.state = MessageState.PENDING.value
    message.attempts = 0
    actor_id = uow.actor_id
    deliver(uow, message.id)
    uow.actor_id = actor_id


def _resolve(uow: UnitOfWork, fault: Fault, how: str) -> None:
    fault.resolved_at = uow.now
    fault.resolved_by_id = uow.actor_id
    fault.resolution = how
    record(
        uow,
        verb="fault.resolved",
        subject=Subject(kind="fault", id=fault.id, label=f"{fault.kind} {fault.element_id or ''}".strip()),
        reason=how,
    )
