"""The table of reviews of the trail."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.records.models import Record

_JSON = JSON(none_as_null=True)
_SEQ = BigInteger().with_variant(Integer, "sqlite")


class ReviewStatus(StrEnum):
    """Where a review stands."""

    OPEN = "open"
    TO_SIGN = "to_sign"
    REVIEWED = "reviewed"
    CANCELLED = "cancelled"


OPEN = (ReviewStatus.OPEN.value, ReviewStatus.TO_SIGN.value)


class TrailReview(Record):
    """A look at a sample of the trail, signed off.

    Shape: `sample` are rows of {"reference", "title", "finding", "note"}; it was drawn from the entries from
    `first_seq` to `last_seq`.
    """

    __tablename__ = "trail_review"
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "trail_review"}

    reason: Mapped[str | None] = mapped_column(Text)
    sample: Mapped[list[dict[str, Any]] | None] = mapped_column(_JSON)
    check_result: Mapped[str | None] = mapped_column(Text)
    conclusion: Mapped[str | None] = mapped_column(Text)
    verdict_comment: Mapped[str | None] = mapped_column(Text)
    first_seq: Mapped[int | None] = mapped_column(_SEQ)
    last_seq: Mapped[int | None] = mapped_column(_SEQ)
