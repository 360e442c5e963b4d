"""Wishes to change a document: whoever asks joins the one open change, or opens it (start-or-attach)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.documents.change_models import ChangeKind, ChangeSource, DocumentChange, DocumentChangeRequest
from app.documents.models import ChangeClass
from app.documents.ports import get_document
from app.foundation.errors import Refused
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into
from app.records.links import LinkKind, link_records
from app.records.models import TITLE_LENGTH, Record
from app.records.visibility import get_visible
from app.trail import Subject, record
from app.workflow import messages
from app.workflow.lifecycle import MessageRule

CHANGE_REQUESTED = "document.change_requested"
_FACTS = (
    "title",
    "reason",
    "source",
    "change_kind",
    "change_class",
    "document_id",
    "site_id",
    "process_id",
    "risks",
    "urgency",
    "author_id",
    "due_on",
)


class ChangeOver(Refused):
    """A change that is over takes up no further wish."""


@dataclass(frozen=True, slots=True)
class Wish:
    """That a document is to be changed, and why.

    Shape: `asked_by` is kind, id and number of the record that asks; `risks` list `{"kind", "id"}`; without a
    document, whoever takes the change up says which one it is.
    """

    title: str
    reason: str
    source: ChangeSource
    kind: ChangeKind = ChangeKind.REVISE
    change_class: ChangeClass = ChangeClass.MINOR
    document_id: int | None = None
    asked_by: tuple[str, int, str] | None = None
    site_id: int | None = None
    process_id: int | None = None
    risks: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def ask_change(uow: UnitOfWork, wish: Wish, *, key: str) -> None:
    """Ask for a change of a document. Effects: one stored message, once for the same key."""
    asked_by = dict(zip(("kind", "id", "number"), wish.asked_by, strict=True)) if wish.asked_by else None
    payload = {
        "title": wish.title[:TITLE_LENGTH],
        "reason": wish.reason,
        "source": wish.source.value,
        "change_kind": wish.kind.value,
        "change_class": wish.change_class.value,
        "document_id": wish.document_id,
        "site_id": wish.site_id,
        "process_id": wish.process_id,
        "risks": list(wish.risks),
        "requested_by": asked_by,
        "request_key": key,
    }
    subject = f"document:{wish.document_id}" if wish.document_id else key
    messages.send(uow, CHANGE_REQUESTED, subject, source=key, payload=payload)


def find_open_change(uow: UnitOfWork, correlation_key: str, payload: Mapping[str, Any]) -> int | None:
    """Return the change to join: the open one of the document, its row locked, or the one of the same key.

    Errors: RecordMissing for a document that does not exist.
    """
    if payload.get("document_id"):
        document = get_document(uow.session, payload["document_id"], is_locking=True)
        running = open_change_id(uow.session, document.id)
        if running is not None:
            return running
    key = str(payload.get("request_key") or correlation_key)
    return uow.session.scalar(select(DocumentChange.id).where(DocumentChange.request_key == key).limit(1))


def open_change_id(session: Session, document_id: int) -> int | None:
    """Return the change of a document that is open, None when there is none."""
    return session.scalar(select(DocumentChange.id).where(DocumentChange.open_document_id == document_id))


def join_change(uow: UnitOfWork, record_id: int, payload: Mapping[str, Any]) -> None:
    """Note who else wants the change, and which risks they name. Safe to call again."""
    change = uow.session.get_one(DocumentChange, record_id)
    known = {one.get("id") for one in change.risks or ()}
    added = [one for one in payload.get("risks") or () if one.get("id") not in known]
    if added:
        change.risks = [*(change.risks or ()), *added]
    note_request(uow, change, payload)


def facts_of_request(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of a change that another record asks for."""
    facts = {name: payload[name] for name in _FACTS if payload.get(name)}
    return facts | {name: payload.get(name) for name in ("requested_by", "request_key")}


REQUESTED = MessageRule(CHANGE_REQUESTED, find_open_change, join_change, facts_of_request)


def note_request(uow: UnitOfWork, change: DocumentChange, payload: Mapping[str, Any]) -> None:
    """Keep who wants a change and why, and tie the record that asked to it. Safe to call again."""
    asked_by = payload.get("requested_by") or {}
    uow.session.flush()  # the row points at the change
    uow.session.execute(
        insert_into(uow.session, DocumentChangeRequest)
        .values(
            change_id=change.id,
            request_key=str(payload.get("request_key") or f"{change.kind}:{change.id}"),
            record_kind=asked_by.get("kind"),
            record_id=asked_by.get("id"),
            record_number=asked_by.get("number"),
            reason=str(payload.get("reason") or ""),
            requested_by_id=uow.actor_id,
            requested_at=uow.now,
        )
        .on_conflict_do_nothing(index_elements=["change_id", "request_key"])
    )
    if asked_by.get("id"):
        uow.session.get_one(Record, asked_by["id"], with_for_update=True)  # it cannot close meanwhile
        link_records(uow, asked_by["id"], change.id, LinkKind.LEADS_TO)


def requests_of(session: Session, change_id: int) -> Sequence[DocumentChangeRequest]:
    """Return who wants a change, the first first."""
    return session.scalars(
        select(DocumentChangeRequest)
        .where(DocumentChangeRequest.change_id == change_id)
        .order_by(DocumentChangeRequest.id)
    ).all()


def add_wish(uow: UnitOfWork, actor: Actor, change_id: int, reason: str) -> None:
    """Add a person's wish to a change that is on its way.

    Errors: RecordUnseen; NotAllowed; ChangeOver. Effects: a row, a trail entry. Safe to call again.
    """
    seen = get_visible(uow.session, actor, change_id)
    policy.require(actor, "documents.change", None)
    change = uow.session.get_one(DocumentChange, seen.id, with_for_update=True)
    if change.closed_at is not None:
        raise ChangeOver(_("%(number)s is over. Ask for another change.", number=change.number))
    note_request(uow, change, {"request_key": f"person:{actor.id}:{reason[:60]}", "reason": reason})
    record(
        uow,
        verb="document.wish_added",
        subject=Subject(change.kind, change.id, change.number),
        reason=reason,
    )
