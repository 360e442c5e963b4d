"""Asks that people learn what a changed document says, where reading it is not enough."""

from __future__ import annotations

from collections.abc import Mapping

from app.documents.change_models import DocumentChange
from app.documents.models import DocumentRevision
from app.documents.ports import get_document
from app.foundation.unit_of_work import UnitOfWork
from app.records.models import TITLE_LENGTH
from app.workflow import messages

TRAINING_NEEDED = "training.needed"


def ask_learners(uow: UnitOfWork, row: DocumentChange, revision: DocumentRevision) -> None:
    """Ask that everybody with one of the roles named in the impact learns what was approved.

    Shape: due on the day of the release. Safe to call again.
    Effects: one stored message for each revision. The release does not wait for it.
    Source: lifecycles 4.3 and 4.8.
    """
    if not row.is_training_needed:
        return
    document = get_document(uow.session, revision.document_id)
    named = row.extra.get("training_item_id")
    key = f"{row.kind}:{row.id}:{revision.id}.training"
    messages.send(
        uow,
        TRAINING_NEEDED,
        key,
        source=key,
        payload={
            "title": f"{document.number} {revision.title}"[:TITLE_LENGTH],
            "reason": row.change_summary or row.reason,
            "source": row.kind,
            "roles": list(row.training_roles or ()),
            "person_id": document.owner_id or row.owner_id,
            "item_id": named["id"] if isinstance(named, Mapping) else None,
            "due_on": row.effective_on.isoformat() if row.effective_on else None,
            "site_id": None if revision.details.get("is_for_all_sites") else document.site_id,
            "process_id": row.process_id,
            "requested_by": {"kind": row.kind, "id": row.id, "number": row.number},
        },
    )
