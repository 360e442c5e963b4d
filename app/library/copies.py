"""Makes and finds controlled copies. Setting one is slow and happens outside of transactions."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from app.documents.models import Document, DocumentRevision, RevisionStatus
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound, Refused
from app.foundation.file_store import FileStore
from app.foundation.files import StoredFile, keep_file, receive_file
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.library.copy_paper import attached_instead, copy_paper, matter_of
from app.library.models import ControlledCopy
from app.printing.rendering import PaperFailed, Printed, render
from app.trail import Subject, record
from app.workflow.faults import Source, record_fault, resolve_faults_of
from app.workflow.models import Fault

logger = logging.getLogger(__name__)

FAULT = "paper"
LARGEST = 512 * 1024 * 1024
AT_ONCE = 20
COPIED = frozenset(
    {
        RevisionStatus.APPROVED.value,
        RevisionStatus.EFFECTIVE.value,
        RevisionStatus.SUPERSEDED.value,
        RevisionStatus.OBSOLETE.value,
    }
)
_FRESH = and_(
    ControlledCopy.revision_id == DocumentRevision.id,
    ControlledCopy.status == DocumentRevision.status,
    or_(DocumentRevision.approved_at.is_(None), ControlledCopy.made_at >= DocumentRevision.approved_at),
    or_(DocumentRevision.effective_at.is_(None), ControlledCopy.made_at >= DocumentRevision.effective_at),
    or_(DocumentRevision.ended_at.is_(None), ControlledCopy.made_at >= DocumentRevision.ended_at),
)


class NotCopied(Refused):
    """There is no controlled copy of what nobody has approved."""


class NoCopyYet(NotFound):
    """Nobody has made a controlled copy of this revision as it stands."""


def fresh_copy(session: Session, revision_id: int) -> ControlledCopy | None:
    """Return the latest copy that shows a revision as it stands, None when there is none."""
    return session.scalars(
        select(ControlledCopy)
        .join(DocumentRevision, _FRESH)
        .where(DocumentRevision.id == revision_id)
        .order_by(ControlledCopy.id.desc())
        .limit(1)
    ).first()


def make_copy(
    revision_id: int,
    store: FileStore,
    base_url: str,
    *,
    fonts: Path | None = None,
    actor_id: int | None = None,
) -> int:
    """Make the controlled copy of a revision as it stands and return its id; one that is there serves.

    Errors: NotCopied for a draft; PaperFailed.
    Effects: a child process sets the paper; then one act keeps file, row and trail entry.
    """
    session = db.session()
    session.rollback()
    present = fresh_copy(session, revision_id)
    if present is not None:
        return present.id
    revision = session.get_one(DocumentRevision, revision_id)
    if revision.status not in COPIED:
        raise NotCopied(_("This revision is not approved, so there is no controlled copy of it."))
    document_id, status, label = revision.document_id, revision.status, revision.label
    number = session.get_one(Document, document_id).number
    printed = _printed(session, revision, store, base_url, fonts)
    session.rollback()  # nothing read here is looked at again
    received = receive_file(store, io.BytesIO(printed.content), f"{number} {label}.pdf", LARGEST)
    with unit_of_work() as uow:
        row = ControlledCopy(
            revision_id=revision_id,
            file_id=keep_file(uow, received).id,
            status=status,
            sha256=received.sha256,
            is_archival=printed.is_archival,
            made_at=uow.now,
            made_by_id=actor_id,
        )
        uow.session.add(row)
        uow.session.flush()
        record(
            uow,
            verb="document.copy_made",
            subject=Subject("document", document_id, number),
            after={
                "revision": label,
                "status": status,
                "sha256": received.sha256,
                "asked_by": actor_id,
            },
        )
        resolve_faults_of(uow, Source(FAULT, revision_id), None, _("Made"))
        return row.id


def make_due(store: FileStore, base_url: str, fonts: Path | None = None) -> int:
    """Make the copies of revisions that came into force; return how many. Safe in several processes.

    Effects: one that cannot be set becomes a fault and is left alone until somebody resolves that.
    """
    session = db.session()
    ids = _due(session)
    session.rollback()
    for revision_id in ids:
        try:
            make_copy(revision_id, store, base_url, fonts=fonts)
        except Exception as error:  # noqa: BLE001 - one paper must not stop the others
            _tell(revision_id, error)
    return len(ids)


def file_of(session: Session, copy: ControlledCopy) -> StoredFile:
    """Return the file of a copy."""
    return session.get_one(StoredFile, copy.file_id)


def _due(session: Session) -> Sequence[int]:
    failed = exists().where(
        Fault.kind == FAULT, Fault.source_id == DocumentRevision.id, Fault.resolved_at.is_(None)
    )
    query = (
        select(DocumentRevision.id)
        .where(
            DocumentRevision.status == RevisionStatus.EFFECTIVE.value,
            DocumentRevision.is_historical.is_(False),
            ~exists().where(_FRESH),
            ~failed,
        )
        .order_by(DocumentRevision.id)
        .limit(AT_ONCE)
    )
    return session.scalars(query).all()


def _printed(
    session: Session, revision: DocumentRevision, store: FileStore, base_url: str, fonts: Path | None
) -> Printed:
    matter = matter_of(session, revision, base_url)
    paper = copy_paper(matter, store, clock.now())
    try:
        return render(paper, fonts)
    except PaperFailed:
        if not paper.holds_pages:
            raise
        logger.warning("pages cannot be drawn", extra={"revision_id": revision.id})
        return render(attached_instead(paper, matter), fonts)


def _tell(revision_id: int, error: Exception) -> None:
    with unit_of_work() as uow:
        record_fault(uow, Source(FAULT, revision_id), error, instance_id=None)
