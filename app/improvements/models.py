"""The record of an improvement."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.records.models import Record

WORD_LENGTH, KEY_LENGTH = 40, 120


class ImprovementStatus(StrEnum):
    """Where an improvement stands, in the words of the register."""

    SUGGESTED = "suggested"
    PLANNING = "planning"
    UNDER_WAY = "under_way"
    IMPROVED = "improved"
    PARTLY = "partly_improved"
    NO_BENEFIT = "no_benefit"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class Source(StrEnum):
    """Where an improvement comes from."""

    IDEA = "idea"
    AUDIT = "audit"
    REVIEW = "review"
    ANALYSIS = "analysis"
    OTHER = "other"


class Improvement(Record):
    """Something that could be better, what is done about it, and what that brought.

    Shape: `planned_actions` are rows of text, owner and day; `round` counts the plans. `request_key` tells
    apart what another record asked for, None for an idea that somebody typed.
    Source: ISO 9001:2015, 10.3.
    """

    __tablename__ = "improvement"
    __table_args__ = (  # type: ignore[assignment]  # the spine's tuple has another length
        Index("ix_improvement_request_key", "request_key", unique=True),
    )
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "improvement"}

    idea: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(
        String(WORD_LENGTH), default=Source.IDEA.value, info={"choices": Source}
    )
    expected_benefit: Mapped[str | None] = mapped_column(Text)
    idea_verdict: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    decision_reason: Mapped[str | None] = mapped_column(Text)
    improvement_owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    measure: Mapped[str | None] = mapped_column(Text)
    planned_actions: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    benefit_reached: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    benefit_note: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    round: Mapped[int] = mapped_column(default=1)
    request_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH))
