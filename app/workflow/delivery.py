"""Delivers stored messages: opens or joins an instance, or reaches the catch events that wait."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from app.foundation import clock
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.workflow import instances, messages
from app.workflow.faults import Source, record_fault, resolve_faults_of
from app.workflow.leases import claim_due, is_exhausted, next_attempt
from app.workflow.lifecycle import Lifecycle, MessageRule, registry
from app.workflow.models import Message, MessageState

MAX_ROUNDS = 20  # a delivery may send further messages; what is left after these waits for the next tick


def deliver_due(*, limit: int = 50) -> int:
    """Deliver what is due, each message in a transaction of its own, and return how many were delivered.

    Effects: a message that fails is rolled back, recorded as a fault and tried again later; the next goes on.
    """
    delivered = 0
    for _round in range(MAX_ROUNDS):
        with unit_of_work() as uow:
            ids = claim_due(uow, Message, Message.state == MessageState.PENDING.value, limit=limit)
        if not ids:
            break
        delivered += sum(_deliver_or_record(message_id) for message_id in ids)
    return delivered


def _deliver_or_record(message_id: int) -> bool:
    try:
        with unit_of_work() as uow:
            deliver(uow, message_id)
    except Exception as error:  # noqa: BLE001 - one message must not stop the others
        _record(message_id, error)
        return False
    return True


def deliver(uow: UnitOfWork, message_id: int) -> None:
    """Deliver one pending message inside this act. Calling it for a delivered one does nothing."""
    message = uow.session.get(Message, message_id, with_for_update=True)
    if message is None or message.state != MessageState.PENDING.value:
        return
    uow.actor_id = message.sent_by_id
    receiver = registry.receiver_of(message.name)
    if message.instance_id is not None:
        instances.receive(uow, message.instance_id, message.name, message.correlation_key, message.payload)
    elif receiver is not None:
        message.result = _start_or_attach(uow, *receiver, message)
    elif not _is_taken_in(uow, message):
        message.state = MessageState.WAITING.value
        return
    message.state = MessageState.DELIVERED.value
    message.delivered_at = uow.now
    if message.attempts:
        resolve_faults_of(uow, Source("message", message.id), message.instance_id, "delivered")


def _is_taken_in(uow: UnitOfWork, message: Message) -> bool:
    """Let domains hear the message and hand it to whoever waits; False when it is to be kept for somebody."""
    was_meant_for_one = registry.hear(uow, message.name, message.correlation_key, message.payload)
    return messages.fan_out(uow, message) or was_meant_for_one


def _start_or_attach(
    uow: UnitOfWork, lifecycle: Lifecycle, rule: MessageRule, message: Message
) -> dict[str, Any]:
    _queue_for(uow, message)
    record_id = rule.find_open(uow, message.correlation_key, message.payload)
    if record_id is not None:
        rule.attach(uow, record_id, message.payload)
        return {"attached_to": record_id}
    instance = instances.start(uow, lifecycle.key, rule.start(uow, message.payload))
    return {"opened": instance.record_id}


def _queue_for(uow: UnitOfWork, message: Message) -> None:
    """Let one delivery at a time look for what is open and open it; SQLite has one writer anyway.

    Two requests for the same subject would else both find nothing, and open two records.
    """
    if uow.session.get_bind().dialect.name == "postgresql":
        subject = f"{message.name}:{message.correlation_key}"
        uow.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))


def _record(message_id: int, error: Exception) -> None:
    with unit_of_work() as uow:
        message = uow.session.get_one(Message, message_id, with_for_update=True)
        message.attempts += 1
        message.lease_until = None
        message.due_at = next_attempt(message.attempts, clock.now())
        if is_exhausted(message.attempts):
            message.state = MessageState.DEAD.value
        record_fault(uow, Source("message", message_id), error, instance_id=message.instance_id)
