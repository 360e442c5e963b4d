"""Tables of the library: which PDF was made of which revision, in which state."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base


class ControlledCopy(Base):
    """A PDF of a revision as it stood: made once for each state, never changed.

    Shape: `status` is that of the revision when the copy was made; `sha256` is the hash of the PDF;
    `is_archival` tells whether it keeps PDF/A.
    """

    __tablename__ = "controlled_copy"
    __table_args__ = (Index("ix_controlled_copy_revision", "revision_id", "made_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("document_revision.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    status: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64))
    is_archival: Mapped[bool]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
