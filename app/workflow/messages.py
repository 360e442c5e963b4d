"""Stored messages between instances: sent in the sender's act, unique by name, key and source.

They are delivered after the sender's commit (`delivery`) and taken up again after a crash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into
from app.workflow.models import Message, MessageState, Subscription

SENT = "messages"


def send(
    uow: UnitOfWork, name: str, correlation_key: str, *, source: str, payload: Mapping[str, Any]
) -> None:
    """Store a message; it is delivered when the act has committed.

    Shape: `source` names who sends and why, such as `capa:12:request_actions`.
    Effects: one row at most for the same name, key and source, however often it is called.
    """
    row = _row(uow, name, correlation_key, source) | {"payload": dict(payload)}
    _store(uow, [row])


def fan_out(uow: UnitOfWork, message: Message) -> bool:
    """Send one targeted message to each instance that waits for `message`; True when somebody does.

    One instance lock at a time: each subscriber is advanced in a transaction of its own.
    """
    waiting = uow.session.scalars(
        select(Subscription.instance_id)
        .where(
            Subscription.message_name == message.name,
            Subscription.correlation_key == message.correlation_key,
        )
        .distinct()
    ).all()
    rows = [
        _row(uow, message.name, message.correlation_key, f"{message.source}>{instance_id}")
        | {"payload": message.payload, "instance_id": instance_id}
        for instance_id in waiting
    ]
    if rows:
        _store(uow, rows)
    return bool(rows)


def wake(uow: UnitOfWork, expected: Sequence[tuple[str, str]]) -> None:
    """Make stored messages pending that somebody has begun to wait for.

    Shape: `expected` holds pairs of message name and correlation key.
    """
    for name, correlation_key in expected:
        found = uow.session.scalars(
            update(Message)
            .where(
                Message.state == MessageState.WAITING.value,
                Message.name == name,
                Message.correlation_key == correlation_key,
            )
            .values(state=MessageState.PENDING.value, due_at=uow.now, lease_until=None)
            .returning(Message.id)
            .execution_options(synchronize_session=False)
        ).all()
        uow.buffer(SENT).extend(found)


def was_sent(uow: UnitOfWork) -> bool:
    """Tell whether this act leaves messages to deliver."""
    return bool(uow.buffer(SENT))


def _store(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
    uow.session.execute(
        insert_into(uow.session, Message)
        .values(list(rows))
        .on_conflict_do_nothing(index_elements=["name", "correlation_key", "source"])
    )
    uow.buffer(SENT).extend(row["name"] for row in rows)


def _row(uow: UnitOfWork, name: str, correlation_key: str, source: str) -> dict[str, Any]:
    return {
        "name": name,
        "correlation_key": correlation_key,
        "source": source,
        "instance_id": None,
        "state": MessageState.PENDING.value,
        "due_at": uow.now,
        "attempts": 0,
        "sent_by_id": uow.actor_id,
        "sent_at": uow.now,
    }
