"""The table of requests to destroy personal data."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.records.models import Record

_JSON = JSON(none_as_null=True)


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
    {"place", "count"}; `files` are None until they were read, then rows of {"reference", "title",
    "belongs_to", "why", "verdict", "reason", "is_fixed"}, the reference being the file's id; `destroyed_at`
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
    is_lawful: Mapped[bool | None]
    weighing: Mapped[str | None] = mapped_column(Text)
    verdict_comment: Mapped[str | None] = mapped_column(Text)
    destroyed_at: Mapped[datetime | None]
    cleaned_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)
