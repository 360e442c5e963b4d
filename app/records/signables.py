"""A record as a signature sees it: its columns and answers, its files, and what its domain adds."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.foundation.files import StoredFile
from app.records.models import Attachment, Record
from app.workflow.signables import Signable

_UNSEEN = frozenset({"extra", "search_text", "row_version"})


def signable_of(session: Session, row: Record, version: str, besides: Mapping[str, object]) -> Signable:
    """Return what a signature on this record covers, as the row says at present."""
    columns = {one.key: getattr(row, one.key) for one in inspect(type(row)).column_attrs}
    return Signable(
        kind=row.kind,
        id=row.id,
        number=row.number,
        version=version,
        facts={**(row.extra or {}), **{key: value for key, value in columns.items() if key not in _UNSEEN}},
        besides=besides,
        files=files_signed(session, row.id),
    )


def files_signed(session: Session, record_id: int) -> tuple[str, ...]:
    """Return the SHA-256 of each file attached to a record, in order."""
    found = session.scalars(
        select(StoredFile.sha256)
        .join(Attachment, Attachment.file_id == StoredFile.id)
        .where(Attachment.record_id == record_id, Attachment.removed_at.is_(None))
        .distinct()
    )
    return tuple(sorted(found))
