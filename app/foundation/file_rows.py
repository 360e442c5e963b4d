"""Tables of files: the rows that name contents, and when each content was last compared with its hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base

MAX_NAME = 150


class StoredFile(Base):
    """A file under the name its uploader gave it.

    Shape: `came_with_form` marks an upload that waits for its form to be accepted; one that no record took is
        swept after some days. Other files stay for good.
    """

    __tablename__ = "stored_file"
    __table_args__ = (Index("ix_stored_file_uploader", "created_by_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(MAX_NAME))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None]
    came_with_form: Mapped[bool] = mapped_column(default=False, server_default=false())


class ContentCheck(Base):
    """When a content was last read and compared with its hash, and what was found.

    Shape: `damage` is None while it is whole, else `missing` or `changed`.
    """

    __tablename__ = "content_check"
    __table_args__ = (Index("ix_content_check_turn", "checked_at", "sha256"),)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    checked_at: Mapped[datetime]
    damage: Mapped[str | None] = mapped_column(String(10))
