"""Steps the engine could not finish: recorded in a transaction of their own, shown to admins, retried."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.foundation.errors import Broken, NotFound, QmsError
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.workflow.models import Fault

logger = logging.getLogger(__name__)

DETAIL_LIMIT = 8_000


class StepBroken(Broken):
    """The engine could not take a step. Everything was rolled back; the fault names instance and cause."""

    def __init__(self, instance_id: int | None, element_id: str | None, cause: BaseException) -> None:
        """Keep where it broke and why."""
        super().__init__(
            _(
                "Keel could not finish this step, so nothing was changed and what you entered is kept. "
                "The administrators see the cause and can try again."
            )
        )
        self.instance_id = instance_id
        self.element_id = element_id
        self.cause = cause


class UnknownFault(NotFound):
    """There is no open fault of that number."""


@dataclass(frozen=True, slots=True)
class Source:
    """What was being done when the fault happened: `kind` is task, timer, message or start."""

    kind: str
    id: int | None = None


def record_fault(
    uow: UnitOfWork,
    source: Source,
    error: BaseException,
    *,
    instance_id: int | None,
    element_id: str | None = None,
) -> Fault:
    """Write down that a step failed; a repeated failure of the same source raises its count.

    Effects: one fault row and a trail entry in this transaction, which is not the one that failed.
    """
    cause = error.cause if isinstance(error, StepBroken) else error
    where = element_id or getattr(error, "element_id", None)
    logger.error("step failed", extra={"instance_id": instance_id, "element_id": where, "kind": source.kind})
    fault = _open_fault_of(uow.session, source, instance_id)
    if fault is None:
        fault = Fault(
            instance_id=instance_id,
            kind=source.kind,
            source_id=source.id,
            element_id=where,
            attempts=0,
            happened_at=uow.now,
        )
        uow.session.add(fault)
    fault.attempts += 1
    fault.cause = cause.sentence if isinstance(cause, QmsError) else f"{type(cause).__name__}: {cause}"
    fault.detail = "".join(traceback.format_exception(cause))[-DETAIL_LIMIT:]
    uow.session.flush()
    record(
        uow,
        verb="fault.recorded",
        subject=Subject(kind="fault", id=fault.id, label=f"{source.kind} {where or ''}".strip()),
        after={"instance": instance_id, "cause": fault.cause},
    )
    return fault


def open_faults(session: Session, *, limit: int = 100) -> list[Fault]:
    """Return the faults nobody has resolved, the newest first."""
    query = select(Fault).where(Fault.resolved_at.is_(None)).order_by(Fault.id.desc()).limit(limit)
    return list(session.scalars(query))


def open_fault(session: Session, fault_id: int) -> Fault:
    """Return one unresolved fault.

    Errors: UnknownFault.
    """
    fault = session.get(Fault, fault_id)
    if fault is None or fault.resolved_at is not None:
        raise UnknownFault(_("There is no open fault %(id)s. Perhaps it was resolved already.", id=fault_id))
    return fault


def resolve_faults_of(uow: UnitOfWork, source: Source, instance_id: int | None, how: str) -> None:
    """Mark the faults of a source that succeeded in the end as resolved."""
    uow.session.execute(
        update(Fault)
        .where(
            Fault.kind == source.kind,
            Fault.source_id == source.id,
            Fault.instance_id == instance_id,
            Fault.resolved_at.is_(None),
        )
        .values(resolved_at=uow.now, resolved_by_id=uow.actor_id, resolution=how)
        .execution_options(synchronize_session=False)
    )


def _open_fault_of(session: Session, source: Source, instance_id: int | None) -> Fault | None:
    query = select(Fault).where(
        Fault.kind == source.kind,
        Fault.source_id == source.id,
        Fault.instance_id == instance_id,
        Fault.resolved_at.is_(None),
    )
    return session.scalars(query).first()
