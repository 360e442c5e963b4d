"""What documents still owe to records that asked for a change of one, and to treatments that rely on one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.documents.change_models import ChangeStatus, DocumentChange, DocumentChangeRequest
from app.documents.change_requests import CHANGE_REQUESTED
from app.documents.reviews import REVIEW_REQUESTED
from app.foundation.i18n import gettext as _
from app.workflow.lifecycle import OpenPoint
from app.workflow.models import Message, MessageState

KIND = "document_change"
TREATMENT = "treatment"
_IN_FORCE = frozenset({ChangeStatus.EFFECTIVE.value, ChangeStatus.WITHDRAWN.value})
_NOTHING = frozenset({ChangeStatus.REJECTED.value, ChangeStatus.JOINED.value, ChangeStatus.CANCELLED.value})


def open_points(session: Session, record_kind: str, record_id: int) -> Sequence[OpenPoint]:
    """Return one point for each change that a record asked for, met when its revision is in force.

    Shape: a change that was refused or cancelled says nothing; a treatment of a risk also waits until enough
    people have acknowledged the revision.
    Source: lifecycles G-doc and 5.5.
    """
    asked = select(DocumentChangeRequest.change_id).where(
        DocumentChangeRequest.record_kind == record_kind,
        DocumentChangeRequest.record_id == record_id,
    )
    rows = session.scalars(
        select(DocumentChange)
        .where(DocumentChange.id.in_(asked), DocumentChange.status.not_in(_NOTHING))
        .order_by(DocumentChange.id)
    )
    points = (_point(row, is_read=record_kind == TREATMENT) for row in rows)
    return (*points, *_on_the_way(session, record_kind, record_id))


def _point(row: DocumentChange, *, is_read: bool) -> OpenPoint:
    facts = {"number": row.number, "title": row.title}
    is_in_force = row.status in _IN_FORCE
    is_known = not is_read or row.acknowledged_at is not None or row.status == ChangeStatus.WITHDRAWN.value
    if is_in_force and is_known:
        sentence = _("%(number)s “%(title)s” is in force.", **facts)
    elif is_in_force:
        sentence = _("%(number)s “%(title)s” is in force, but not enough people have read it.", **facts)
    else:
        sentence = _("%(number)s “%(title)s” is not in force yet.", **facts)
    return OpenPoint(f"{KIND}:{row.id}", sentence, is_in_force and is_known, KIND, row.id)


def _on_the_way(session: Session, kind: str, record_id: int) -> Iterator[OpenPoint]:
    """Name a change that was asked for and is not taken up yet: no record stands for it."""
    source = f"{kind}:{record_id}"
    waiting = session.scalars(
        select(Message.id)
        .where(
            Message.name.in_((CHANGE_REQUESTED, REVIEW_REQUESTED)),
            Message.state != MessageState.DELIVERED.value,
            or_(Message.source == source, Message.source.startswith(f"{source}:", autoescape=True)),
        )
        .limit(1)
    )
    if waiting.first() is not None:
        sentence = _("A change of a document is requested and not opened yet.")
        yield OpenPoint(f"on_the_way:{KIND}", sentence, is_met=False, link_kind=KIND)
