"""The log of printed copies: which number, where it hangs, who has it, and whether it came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.documents.models import Document, DocumentCopy
from app.documents.ports import get_document
from app.documents.revisions import effective_revision
from app.foundation.errors import Invalid, NotFound, Problem, Refused
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.records.visibility import get_visible, scope_of
from app.trail import Subject, record


class NothingToPrint(Refused):
    """A document without a revision in force is not printed."""


class NoSuchCopy(NotFound):
    """The document has no printed copy of that number, or it came back already."""


@dataclass(frozen=True, slots=True)
class CopyOrder:
    """Where a printed copy goes, and who answers for it."""

    place: str
    issued_to: str


def issue_copy(uow: UnitOfWork, actor: Actor, document_id: int, order: CopyOrder) -> DocumentCopy:
    """Note that a copy of the revision in force was printed and given out.

    Errors: RecordUnseen; NotAllowed; NothingToPrint; Invalid without place and holder.
    Effects: locks the document, so that numbers do not repeat; a trail entry.
    """
    document = _controlled(uow, actor, document_id)
    revision = effective_revision(uow.session, document.id)
    if revision is None:
        raise NothingToPrint(_("There is no revision in force to print."))
    check_order(order)
    last = select(func.max(DocumentCopy.copy_no)).where(DocumentCopy.document_id == document.id)
    copy = DocumentCopy(
        document_id=document.id,
        revision_id=revision.id,
        copy_no=(uow.session.scalar(last) or 0) + 1,
        place=order.place.strip(),
        issued_to=order.issued_to.strip(),
        issued_by_id=actor.id,
        issued_at=uow.now,
        returned_note="",
    )
    uow.session.add(copy)
    after = {"copy": copy.copy_no, "revision": revision.label, "place": copy.place, "to": copy.issued_to}
    _note(uow, document, "document.copy_issued", after)
    return copy


def return_copy(uow: UnitOfWork, actor: Actor, document_id: int, copy_id: int, note: str) -> DocumentCopy:
    """Note that a printed copy came back, or what became of it.

    Errors: RecordUnseen; NotAllowed; NoSuchCopy.
    """
    document = _controlled(uow, actor, document_id)
    copy = uow.session.get(DocumentCopy, copy_id)
    if copy is None or copy.document_id != document.id or copy.returned_at is not None:
        raise NoSuchCopy(_("There is no such copy out."))
    copy.returned_at, copy.returned_to_id = uow.now, actor.id
    copy.returned_note = note.strip()
    _note(uow, document, "document.copy_returned", {"copy": copy.copy_no, "note": copy.returned_note})
    return copy


def copies_of(session: Session, document_id: int) -> Sequence[DocumentCopy]:
    """Return the printed copies of a document: those that are out first, then the latest."""
    return session.scalars(
        select(DocumentCopy)
        .where(DocumentCopy.document_id == document_id)
        .order_by(DocumentCopy.returned_at.is_not(None), DocumentCopy.copy_no.desc())
    ).all()


def _controlled(uow: UnitOfWork, actor: Actor, document_id: int) -> Document:
    seen = get_visible(uow.session, actor, document_id)
    policy.require(actor, "documents.control", scope_of(seen))
    return get_document(uow.session, document_id, is_locking=True)


def check_order(order: CopyOrder) -> None:
    """Ask for the place of a copy and for who answers for it. Errors: Invalid."""
    missing = [
        Problem(key, "required", sentence)
        for key, value, sentence in (
            ("place", order.place, _("Say where the copy is.")),
            ("issued_to", order.issued_to, _("Say who answers for the copy.")),
        )
        if not value.strip()
    ]
    if missing:
        raise Invalid(_("A copy needs a place and somebody who answers for it."), missing)


def _note(uow: UnitOfWork, document: Document, verb: str, after: dict[str, object]) -> None:
    record(uow, verb=verb, subject=Subject(document.kind, document.id, document.number), after=after)
