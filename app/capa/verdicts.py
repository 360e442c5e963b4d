"""What a CAPA tells the ledger: that it worked, that it did not, that it is late."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.capa.ledger import risk_ids
from app.capa.models import Capa
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.quality_events.models import QualityEvent
from app.quality_events.rules import EventKind
from app.quality_events.service import EventOrder, record_event
from app.records.links import LinkKind
from app.records.models import RecordLink


def note_success(uow: UnitOfWork, capa: Capa) -> None:
    """Put a verified effect into the ledger: what the CAPA answered weighs less from here on.

    Shape: its own failures and delays are answered with it. Safe to call again in one cycle.
    Source: lifecycles 5.1, m(e).
    """
    session = uow.session
    closes = (*_answered(session, capa.id), *_own(session, capa))
    record_event(uow, _order(uow, capa, EventKind.CAPA_EFFECTIVE, closes))


def note_failure(uow: UnitOfWork, capa: Capa) -> None:
    """Put an ineffective CAPA into the ledger: what it answered weighs more from here on.

    Shape: it counts once for each cycle. Safe to call again.
    """
    closes = _answered(uow.session, capa.id)
    record_event(uow, _order(uow, capa, EventKind.CAPA_INEFFECTIVE, closes))


def note_overdue() -> int:
    """Put CAPAs into the ledger whose day has passed, once for each day they were due; return how many.

    Effects: a transaction of its own. A job; safe to call again.
    """
    with unit_of_work() as uow:
        is_noted = select(QualityEvent.id).where(
            QualityEvent.subject_kind == Capa.__mapper_args__["polymorphic_identity"],
            QualityEvent.subject_id == Capa.id,
            QualityEvent.kind == EventKind.CAPA_OVERDUE.value,
            QualityEvent.occurred_at == Capa.due_at,
        )
        late = uow.session.scalars(
            select(Capa)
            .where(Capa.closed_at.is_(None), Capa.due_at < uow.now, ~is_noted.exists())
            .order_by(Capa.id)
        ).all()
        for capa in late:
            assert capa.due_at is not None, "only those with a due date were asked for"
            record_event(
                uow,
                EventOrder(
                    kind=EventKind.CAPA_OVERDUE,
                    subject_kind=capa.kind,
                    subject_id=capa.id,
                    severity=capa.severity or 1,
                    occurred_at=capa.due_at,
                    site_id=capa.site_id,
                    process_id=capa.process_id,
                    product_family_id=capa.product_family_id,
                    occasion=f"due:{capa.due_at.date().isoformat()}",
                    risk_ids=tuple(risk_ids(capa.risks)),
                ),
            )
        return len(late)


def _order(uow: UnitOfWork, capa: Capa, kind: EventKind, closes: tuple[int, ...]) -> EventOrder:
    return EventOrder(
        kind=kind,
        subject_kind=capa.kind,
        subject_id=capa.id,
        severity=capa.severity or 1,
        occurred_at=uow.now,
        site_id=capa.site_id,
        process_id=capa.process_id,
        product_family_id=capa.product_family_id,
        occasion=f"cycle:{capa.cycle}",
        risk_ids=tuple(risk_ids(capa.risks)),
        closes=closes,
    )


def _answered(session: Session, capa_id: int) -> tuple[int, ...]:
    """Return the events of the records that asked for the CAPA, whatever domain they are of."""
    asked = select(RecordLink.from_id).where(
        RecordLink.to_id == capa_id, RecordLink.kind == LinkKind.LEADS_TO.value
    )
    own = {EventKind.CAPA_EFFECTIVE.value, EventKind.CAPA_INEFFECTIVE.value, EventKind.CAPA_OVERDUE.value}
    found = select(QualityEvent.id).where(
        QualityEvent.subject_id.in_(asked), QualityEvent.kind.not_in(own), QualityEvent.root_id.is_(None)
    )
    return tuple(session.scalars(found.order_by(QualityEvent.id)))


def _own(session: Session, capa: Capa) -> tuple[int, ...]:
    is_late = QualityEvent.kind == EventKind.CAPA_OVERDUE.value
    has_failed = QualityEvent.kind == EventKind.CAPA_INEFFECTIVE.value
    found = select(QualityEvent.id).where(
        QualityEvent.subject_kind == capa.kind,
        QualityEvent.subject_id == capa.id,
        or_(is_late, has_failed),
    )
    return tuple(session.scalars(found.order_by(QualityEvent.id)))
