"""The table of requests to destroy personal data."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base
from app.records.models import Record

_JSON = JSON(none_as_null=True)
_KEPT = {"is_kept": True}


class DestructionStatus(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    TO_APPROVE = "to_approve"
    APPROVED = "approved"
    DESTROYED = "destroyed"
    KEPT = "kept"
    CANCELLED = "cancelled"


class DataDestruction(Record):
    """A request to destroy words about a person.

    Shape: `words` are those to destroy, one a line, until they are destroyed themselves; `places` are rows of
    {"place", "count"}; `files` are None until all were read, then those of the round in hand as rows of
    {"reference", "title", "belongs_to", "why", "verdict", "reason", "is_fixed"}, the reference being the
    file's id; `files_read` of `files_total` were read, up to `last_read_id`; the round begins after
    `files_from` files, and `files_left` follow it; `has_more_files` asks for the next round; `destroyed_at`
    is when no row and no file held the words any more, `cleaned_at` when the database file had let go of its
    old pages too; `failure` says why an approved one was not carried out.
    """

    __tablename__ = "data_destruction"
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "data_destruction"}

    words: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    legal_basis: Mapped[str | None] = mapped_column(String(300))
    places: Mapped[list[dict[str, Any]] | None] = mapped_column(_JSON)
    files: Mapped[list[dict[str, Any]] | None] = mapped_column(_JSON)
    files_read: Mapped[int] = mapped_column(default=0, server_default="0", info=_KEPT)
    files_total: Mapped[int] = mapped_column(default=0, server_default="0", info=_KEPT)
    last_read_id: Mapped[int] = mapped_column(default=0, server_default="0", info=_KEPT)
    files_from: Mapped[int] = mapped_column(default=0, server_default="0", info=_KEPT)
    files_left: Mapped[int] = mapped_column(default=0, server_default="0", info=_KEPT)
    has_more_files: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_lawful: Mapped[bool | None]
    weighing: Mapped[str | None] = mapped_column(Text)
    verdict_comment: Mapped[str | None] = mapped_column(Text)
    destroyed_at: Mapped[datetime | None]
    cleaned_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)


class DestructionFile(Base):
    """A file that a request names, and what was decided about it.

    Shape: the lower `urgency`, the earlier it is weighed; `verdict` is a word of `rules.FileVerdict`, empty
    until somebody decided. The file has no foreign key: one that is named may go like any other.
    """

    __tablename__ = "destruction_file"
    __table_args__ = (
        UniqueConstraint("request_id", "file_id"),
        Index("ix_destruction_file_order", "request_id", "urgency", "file_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("data_destruction.id"))
    file_id: Mapped[int]
    urgency: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    belongs_to: Mapped[str] = mapped_column(Text)
    is_unreadable: Mapped[bool]
    is_fixed: Mapped[bool]
    verdict: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
