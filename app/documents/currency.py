"""Whether documents still reflect the risks they control (lifecycles 5.5), for pages, filters and figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.documents.models import ChangeClass, Document, DocumentRevision, DocumentRiskCheck, RevisionStatus
from app.documents.rules import ControlledRisk, is_risk_current, unreflected
from app.quality_events.band_changes import last_band_changes, last_moves
from app.records.links import LinkKind
from app.records.models import Record, RecordLink

RISK_KIND = "risk"


@dataclass(frozen=True, slots=True)
class Currency:
    """How a document stands towards its risks. Shape: `stale` are ids of risks it no longer reflects."""

    risk_ids: tuple[int, ...]
    stale: tuple[int, ...]
    is_current: bool


def effective_moment(revision: DocumentRevision) -> datetime | None:
    """Return when a revision came into force; of an imported one, the beginning of its day."""
    if revision.effective_at is not None or revision.effective_from is None:
        return revision.effective_at
    return datetime.combine(revision.effective_from, time(), UTC)


def controlled_risks(session: Session, document_ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    """Return the open risks that each of these documents controls, by document."""
    rows = session.execute(
        select(RecordLink.from_id, RecordLink.to_id)
        .join(Record, Record.id == RecordLink.to_id)
        .where(
            RecordLink.from_id.in_(document_ids),
            RecordLink.kind == LinkKind.CONTROLS.value,
            Record.kind == RISK_KIND,
            Record.closed_at.is_(None),
        )
        .order_by(RecordLink.to_id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for document_id, risk_id in rows:
        found[document_id].append(risk_id)
    return found


def currencies(session: Session, document_ids: Collection[int]) -> Mapping[int, Currency]:
    """Return how these documents stand towards their risks, by document. Shape: four statements."""
    risks = controlled_risks(session, document_ids)
    moved = last_band_changes(session, {one for ids in risks.values() for one in ids})
    checks = _checks(session, document_ids)
    moments = _moments(session, document_ids)
    found = {}
    for document_id in document_ids:
        known = [
            ControlledRisk(
                risk_id,
                moved[risk_id].changed_at if risk_id in moved else None,
                checks.get((document_id, risk_id)),
            )
            for risk_id in risks.get(document_id, ())
        ]
        at = moments.get(document_id)
        found[document_id] = Currency(
            tuple(risk.risk_id for risk in known), unreflected(at, known), is_risk_current(at, known)
        )
    return found


def is_stale() -> ColumnElement[bool]:
    """Return the condition on `Document` that keeps those in force which no longer reflect a risk."""
    move, risk = last_moves(), aliased(Record)
    is_checked = exists().where(
        DocumentRiskCheck.document_id == RecordLink.from_id,
        DocumentRiskCheck.risk_id == move.c.risk_id,
        DocumentRiskCheck.checked_at >= move.c.moved_at,
    )
    is_newer = exists().where(
        DocumentRevision.document_id == RecordLink.from_id,
        _has_weighed_risks(),
        or_(
            DocumentRevision.effective_at >= move.c.moved_at,
            and_(
                DocumentRevision.effective_at.is_(None),
                DocumentRevision.effective_from > func.date(move.c.moved_at),
            ),
        ),
    )
    moved_past = (
        select(RecordLink.id)
        .join(risk, and_(risk.id == RecordLink.to_id, risk.closed_at.is_(None)))
        .join(move, move.c.risk_id == RecordLink.to_id)
        .where(
            RecordLink.from_id == Document.id,
            RecordLink.kind == LinkKind.CONTROLS.value,
            ~is_checked,
            ~is_newer,
        )
    )
    return and_(in_force(), moved_past.exists())


def in_force() -> ColumnElement[bool]:
    """Return the condition on `Document` that keeps those with a revision in force."""
    own = aliased(DocumentRevision)
    return exists().where(own.document_id == Document.id, own.status == RevisionStatus.EFFECTIVE.value)


def controls_risks() -> ColumnElement[bool]:
    """Return the condition on `Document` that keeps those which control an open risk."""
    risk = aliased(Record)
    return exists().where(
        RecordLink.from_id == Document.id,
        RecordLink.kind == LinkKind.CONTROLS.value,
        risk.id == RecordLink.to_id,
        risk.kind == RISK_KIND,
        risk.closed_at.is_(None),
    )


def _checks(session: Session, document_ids: Collection[int]) -> Mapping[tuple[int, int], datetime]:
    rows = session.execute(
        select(
            DocumentRiskCheck.document_id,
            DocumentRiskCheck.risk_id,
            func.max(DocumentRiskCheck.checked_at),
        )
        .where(DocumentRiskCheck.document_id.in_(document_ids))
        .group_by(DocumentRiskCheck.document_id, DocumentRiskCheck.risk_id)
    )
    return {(document_id, risk_id): at for document_id, risk_id, at in rows}


def _has_weighed_risks() -> ColumnElement[bool]:
    """Keep revisions that are or were in force; a change of words alone reflects no risk anew."""
    return and_(
        DocumentRevision.status.in_((RevisionStatus.EFFECTIVE.value, RevisionStatus.SUPERSEDED.value)),
        DocumentRevision.change_class != ChangeClass.ADMINISTRATIVE.value,
    )


def _moments(session: Session, document_ids: Collection[int]) -> Mapping[int, datetime]:
    """Return since when the text of each document in force weighs its risks, by document."""
    rows = session.scalars(
        select(DocumentRevision)
        .join(Document, Document.id == DocumentRevision.document_id)
        .where(Document.id.in_(document_ids), in_force(), _has_weighed_risks())
        .order_by(DocumentRevision.major, DocumentRevision.minor)
    )
    moments = ((row.document_id, effective_moment(row)) for row in rows)
    return {document_id: at for document_id, at in moments if at is not None}
