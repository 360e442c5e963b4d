"""Whether documents reflected the risks they controlled at a moment, from what was kept with its day.

Revisions, links, moves of risks and looks all keep when they began and ended, so the figure of a past month
is the same whenever it is reckoned. How they stand now is read from `currency`, by the same rule.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased

from app.documents.currency import RISK_KIND
from app.documents.models import ChangeClass, Document, DocumentRevision, DocumentRiskCheck, RevisionStatus
from app.foundation.dated import then
from app.quality_events.band_changes import last_moves
from app.records.links import LinkKind
from app.records.models import FormerLink, Record, RecordLink

WAS_IN_FORCE = (
    RevisionStatus.EFFECTIVE.value,
    RevisionStatus.SUPERSEDED.value,
    RevisionStatus.OBSOLETE.value,
)
_MOMENT = timedelta(microseconds=1)


def was_in_force(at: datetime) -> ColumnElement[bool]:
    """Return the condition on `Document` that keeps those which had a revision in force just before."""
    own = aliased(DocumentRevision)
    ended_at = then(own.ended_at, at)
    return exists().where(
        own.document_id == Document.id,
        _had_begun(own, at),
        or_(ended_at.is_(None), ended_at >= at),
    )


def controlled_risks(at: datetime) -> ColumnElement[bool]:
    """Return the condition on `Document` that keeps those which controlled a risk that was open then."""
    return Document.id.in_(_controls(at))


def was_stale(at: datetime) -> ColumnElement[bool]:
    """Return the condition on `Document` that keeps those which did not reflect one of their risks then.

    Source: lifecycles 5.5, as `rules.is_risk_current` reckons it.
    """
    move = last_moves(at)
    controls = _controls(at).add_columns(Record.id.label("risk_id")).subquery()
    newer = aliased(DocumentRevision)
    is_checked = exists().where(
        DocumentRiskCheck.document_id == controls.c.document_id,
        DocumentRiskCheck.risk_id == controls.c.risk_id,
        DocumentRiskCheck.checked_at >= move.c.moved_at,
        DocumentRiskCheck.checked_at < at,
    )
    is_newer = exists().where(
        newer.document_id == controls.c.document_id,
        newer.change_class != ChangeClass.ADMINISTRATIVE.value,  # of words alone: it weighs no risk anew
        _had_begun(newer, at),
        or_(
            newer.effective_at >= move.c.moved_at,
            and_(newer.effective_at.is_(None), newer.effective_from > func.date(move.c.moved_at)),
        ),
    )
    stale = (
        select(controls.c.document_id)
        .join(move, move.c.risk_id == controls.c.risk_id)
        .where(~is_checked, ~is_newer)
    )
    return Document.id.in_(stale)


def _controls(at: datetime) -> Select[int]:
    """Return the documents that controlled a risk which was open just before, by each such risk."""
    links = _links(at).subquery()
    return (
        select(links.c.from_id.label("document_id"))
        .join(Record, Record.id == links.c.to_id)
        .where(
            Record.kind == RISK_KIND,
            Record.opened_at < at,
            or_(Record.closed_at.is_(None), Record.closed_at >= at),
        )
    )


def _links(at: datetime) -> CompoundSelect[int, int]:
    kind = LinkKind.CONTROLS.value
    return union_all(
        select(RecordLink.from_id, RecordLink.to_id).where(
            RecordLink.kind == kind, RecordLink.created_at < at
        ),
        select(FormerLink.from_id, FormerLink.to_id).where(
            FormerLink.kind == kind, FormerLink.created_at < at, FormerLink.ended_at >= at
        ),
    )


def _had_begun(revision: type[DocumentRevision], at: datetime) -> ColumnElement[bool]:
    """Hold for revisions that were in force before; one of an import may know only its day."""
    return and_(
        revision.status.in_(WAS_IN_FORCE),
        or_(
            revision.effective_at < at,
            and_(revision.effective_at.is_(None), revision.effective_from <= _day_before(at)),
        ),
    )


def _day_before(at: datetime) -> date:
    return (at.astimezone(UTC) - _MOMENT).date()
