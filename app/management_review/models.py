"""The table of management reviews. What every record has stands in `record`; this joins it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.records.models import Record

WORD_LENGTH = 40
HASH_LENGTH = 64

JsonList = list[dict[str, Any]]
_JSON = JSON(none_as_null=True)


class ReviewStatus(StrEnum):
    """Where a management review stands."""

    SCHEDULED = "scheduled"
    COLLECTING = "collecting"
    HELD = "held"
    MINUTES_REVIEW = "minutes_review"
    ACTIONS_OPEN = "actions_open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ManagementReview(Record):
    """One review: the pack as it was frozen, what was said about it, and what follows.

    Shape: `pack` is what `pack.frozen` gives, `pack_sha256` its digest; `quality_comments`, `site_comments`
    and `conclusions` are rows by the reference of an input (`a` to `f`); `outputs` are rows of decisions.
    """

    __tablename__ = "management_review"
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "management_review"}

    period_from: Mapped[date | None] = mapped_column(Date)
    period_to: Mapped[date | None] = mapped_column(Date)
    meeting_on: Mapped[date | None] = mapped_column(Date)
    participants: Mapped[str | None] = mapped_column(Text)

    pack: Mapped[dict[str, Any] | None] = mapped_column(_JSON)
    pack_sha256: Mapped[str | None] = mapped_column(String(HASH_LENGTH))
    frozen_at: Mapped[datetime | None]
    quality_comments: Mapped[JsonList | None] = mapped_column(_JSON)
    site_comments: Mapped[JsonList | None] = mapped_column(_JSON)

    attendance: Mapped[str | None] = mapped_column(Text)
    conclusions: Mapped[JsonList | None] = mapped_column(_JSON)
    held_at: Mapped[datetime | None]

    outputs: Mapped[JsonList | None] = mapped_column(_JSON)
    no_improvement_reason: Mapped[str | None] = mapped_column(Text)
    no_change_reason: Mapped[str | None] = mapped_column(Text)
    no_resource_reason: Mapped[str | None] = mapped_column(Text)
    suitable: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    adequate: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    effective: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    aligned: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    summary: Mapped[str | None] = mapped_column(Text)
    minutes_comment: Mapped[str | None] = mapped_column(Text)
    minutes_approved_at: Mapped[datetime | None]
    lessons: Mapped[str | None] = mapped_column(Text)
