"""Which suppliers the ledger connects with a risk: those of the events that somebody linked to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.foundation.i18n import gettext as _
from app.quality_events.models import QualityEvent, QualityEventRisk
from app.quality_events.rows import stands_now
from app.records.models import Record


def suppliers_of(session: Session) -> Mapping[int, Sequence[int]]:
    """Return the suppliers of each risk that events of one touch, by risk; the numbers in order."""
    found: dict[int, list[int]] = {}
    statement = (
        select(QualityEventRisk.risk_id, QualityEvent.supplier_id)
        .join(QualityEvent, QualityEvent.id == QualityEventRisk.event_id)
        .where(QualityEvent.supplier_id.is_not(None), stands_now())
        .distinct()
        .order_by(QualityEventRisk.risk_id, QualityEvent.supplier_id)
    )
    for risk_id, supplier_id in session.execute(statement):
        found.setdefault(risk_id, []).append(supplier_id or 0)
    return found


def risks_of_suppliers(supplier_ids: Collection[int] | None = None) -> Select[int]:
    """Select the risks that events of these suppliers touch; without a list those of any supplier."""
    statement = (
        select(QualityEventRisk.risk_id)
        .join(QualityEvent, QualityEvent.id == QualityEventRisk.event_id)
        .where(stands_now())
    )
    if supplier_ids is None:
        return statement.where(QualityEvent.supplier_id.is_not(None))
    return statement.where(QualityEvent.supplier_id.in_(supplier_ids))


def supplier_names(session: Session, supplier_ids: Collection[int]) -> Mapping[int | None, str]:
    """Return what suppliers are called: the title of their record, else their number."""
    rows = session.execute(select(Record.id, Record.title).where(Record.id.in_(supplier_ids)))
    titles = {row.id: row.title for row in rows}
    return {one: titles.get(one) or _("Supplier %(number)s", number=one) for one in supplier_ids}


def known_suppliers(session: Session) -> Mapping[int | None, str]:
    """Return all suppliers that the ledger names."""
    statement = select(QualityEvent.supplier_id).where(QualityEvent.supplier_id.is_not(None)).distinct()
    return supplier_names(session, [one for one in session.scalars(statement) if one is not None])
