"""The edge of every act: one transaction, then what it caused; a broken step becomes a fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.foundation.errors import Conflict, QmsError, Refused
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.workflow import messages
from app.workflow.delivery import deliver_due
from app.workflow.faults import Source, StepBroken, record_fault

T = TypeVar("T")


def perform(
    actor_id: int | None,
    work: Callable[[UnitOfWork], T],
    *,
    source: Source | None = None,
    on_behalf_of_id: int | None = None,
    request_id: str | None = None,
    on_refusal: Callable[[UnitOfWork, QmsError], None] | None = None,
) -> T:
    """Run `work` in one transaction, deliver the messages it sent, and return what it returned.

    Errors: what `work` raises. After StepBroken everything is rolled back and the fault is recorded in a
        transaction of its own, so that an admin sees it; `on_refusal` may keep a refusal likewise.
    """
    try:
        with unit_of_work(actor_id, on_behalf_of_id=on_behalf_of_id, request_id=request_id) as uow:
            result = work(uow)
    except StepBroken as error:
        with unit_of_work(actor_id) as uow:
            record_fault(
                uow,
                source or Source("act"),
                error,
                instance_id=error.instance_id,
                element_id=error.element_id,
            )
        raise
    except (Refused, Conflict) as refusal:
        if on_refusal is not None:
            with unit_of_work(actor_id) as uow:
                on_refusal(uow, refusal)
        raise
    if messages.was_sent(uow):
        deliver_due()
    return result
