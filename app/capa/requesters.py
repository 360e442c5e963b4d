"""The records that asked for a CAPA, whatever domain they belong to, and what they wait for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.operations import open_count
from app.capa.models import Capa
from app.capa.stages import CapaStatus
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.rules import EventKind
from app.quality_events.service import correct_event, order_for
from app.records.links import LinkKind
from app.records.models import Record, RecordLink
from app.workflow import messages
from app.workflow.lifecycle import OpenPoint

CAPA_CLOSED = "capa.closed"
_FOUND = (EventKind.MAJOR_FINDING, EventKind.MINOR_FINDING)


def requesters_of(session: Session, row: Capa) -> Sequence[Record]:
    """Return the records that led to a CAPA, the first first; a CAPA before it is none of them."""
    return session.scalars(
        select(Record)
        .join(RecordLink, RecordLink.from_id == Record.id)
        .where(
            RecordLink.to_id == row.id, RecordLink.kind == LinkKind.LEADS_TO.value, Record.kind != row.kind
        )
        .order_by(Record.id)
    ).all()


def tell_requesters(uow: UnitOfWork, row: Capa) -> None:
    """Tell every record that asked for a CAPA that it is over, also when it was cancelled.

    Effects: one stored message for each, correlated by its number. Safe to call again.
    """
    for one in requesters_of(uow.session, row):
        messages.send(
            uow,
            CAPA_CLOSED,
            one.number,
            source=f"{row.kind}:{row.id}",
            payload={"capa": row.number, "status": row.status},
        )


def tell_cause(uow: UnitOfWork, row: Capa, cause_category_id: int) -> None:
    """Tell the ledger the cause of the findings that asked for a CAPA.

    Source: lifecycles 5.2: the cause makes a weakness of one process visible at all sites.
    """
    for one in requesters_of(uow.session, row):
        for kind in _FOUND:
            standing = order_for(uow.session, one.kind, one.id, kind)
            if standing is not None:
                correct_event(uow, replace(standing, cause_category_id=cause_category_id))


def points_for(session: Session, record_id: int) -> Sequence[OpenPoint]:
    """Return one point for each CAPA that a record of another domain led to, met when it has proven itself.

    Shape: a cancelled one says nothing; one closed with conditions is met when these are verified.
    Source: lifecycles 4.0b: a major finding closes only after its CAPA is effective.
    """
    capas = session.scalars(
        select(Capa)
        .join(RecordLink, RecordLink.to_id == Capa.id)
        .where(
            RecordLink.from_id == record_id,
            RecordLink.kind == LinkKind.LEADS_TO.value,
            Capa.status != CapaStatus.CANCELLED.value,
        )
        .order_by(Capa.id)
    )
    return [_point(session, row) for row in capas]


def _point(session: Session, row: Capa) -> OpenPoint:
    facts = {"number": row.number, "title": row.title}
    is_met = _has_proven_itself(session, row)
    if is_met:
        sentence = _("%(number)s “%(title)s” has proven to be effective.", **facts)
    elif row.closed_at is None:
        sentence = _("%(number)s “%(title)s” has not proven to be effective yet.", **facts)
    else:
        sentence = _("The conditions of %(number)s “%(title)s” are not verified yet.", **facts)
    return OpenPoint(f"capa:{row.id}", sentence, is_met, row.kind, row.id)


def _has_proven_itself(session: Session, row: Capa) -> bool:
    if row.status == CapaStatus.CLOSED_WITH_CONDITIONS.value:
        return open_count(session, row.id) == 0
    return row.status == CapaStatus.CLOSED_EFFECTIVE.value
