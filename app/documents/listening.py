"""What documents hear of others: a risk moved to another band, enough people acknowledged a revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.documents.change_models import DocumentChange
from app.documents.change_requests import note_request, open_change_id
from app.documents.currency import RISK_KIND, currencies, in_force
from app.documents.models import Document
from app.documents.review_days import plan_next_review
from app.documents.reviews import ask_review
from app.documents.words import band_words
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.band_changes import BAND_CHANGED
from app.records.links import LinkKind
from app.records.models import Record, RecordLink
from app.workflow.listeners import Listener

ACKNOWLEDGED = "acknowledgement.reached"


def hear_band_change(uow: UnitOfWork, _key: str, payload: Mapping[str, Any]) -> None:
    """Let every document in force that does not reflect the risk any more be looked at.

    Effects: one stored message for each document, or a row at its open change; the day of its next look.
    Safe to call again.
    Source: lifecycles 5.5: a band change asks of each linked document whether it still holds.
    """
    risk = uow.session.get(Record, int(payload["risk_id"]))
    if risk is None or risk.kind != RISK_KIND or risk.closed_at is not None:
        return
    documents = controlling(uow.session, risk.id)
    stale = currencies(uow.session, [document.id for document in documents])
    for document in documents:
        plan_next_review(uow, document)
        if risk.id in stale[document.id].stale:
            source = f"band:{payload.get('occasion')}:{risk.id}"
            _ask(uow, document, risk, _moved_words(risk, payload), source)


def hear_acknowledged(uow: UnitOfWork, key: str, _payload: Mapping[str, Any]) -> None:
    """Note at a change that enough of the audience has acknowledged its revision. Safe to call again."""
    uow.session.execute(
        update(DocumentChange)
        .where(DocumentChange.revision_key == key, DocumentChange.acknowledged_at.is_(None))
        .values(acknowledged_at=uow.now)
    )


def controlling(session: Session, risk_id: int) -> Sequence[Document]:
    """Return the documents in force that control a risk, by number."""
    return session.scalars(
        select(Document)
        .join(RecordLink, RecordLink.from_id == Document.id)
        .where(RecordLink.to_id == risk_id, RecordLink.kind == LinkKind.CONTROLS.value, in_force())
        .order_by(Document.number)
    ).all()


def _ask(uow: UnitOfWork, document: Document, risk: Record, reason: str, source: str) -> None:
    """Ask for a look at the document, or tell the change that is on its way anyway."""
    change_id = open_change_id(uow.session, document.id)
    if change_id is None:
        ask_review(uow, document, reason=reason, source=f"{source}:{document.id}", risk_id=risk.id)
        return
    asked_by = {"kind": risk.kind, "id": risk.id, "number": risk.number}
    payload = {"requested_by": asked_by, "request_key": source, "reason": reason}
    note_request(uow, uow.session.get_one(DocumentChange, change_id), payload)


def _moved_words(risk: Record, payload: Mapping[str, Any]) -> str:
    words = band_words()
    return _(
        "%(number)s “%(title)s” moved from %(before)s to %(after)s.",
        number=risk.number,
        title=risk.title,
        before=words.get(str(payload["before"]), ""),
        after=words.get(str(payload["after"]), ""),
    )


LISTENERS = (Listener(BAND_CHANGED, hear_band_change), Listener(ACKNOWLEDGED, hear_acknowledged))
