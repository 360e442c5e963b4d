"""The record of a trend alert."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.records.models import Record

WORD_LENGTH, SERIES_LENGTH = 40, 80


class AlertStatus(StrEnum):
    """Where an alert stands, in the words of the register."""

    TO_EXPLAIN = "to_explain"
    EXPLAINED = "explained"
    NONCONFORMITY = "nonconformity_requested"


class Verdict(StrEnum):
    """What somebody makes of a month that stood out."""

    CHANCE = "chance"
    KNOWN = "known"
    WRONG = "wrong"


class TrendAlert(Record):
    """Series of the ledger that passed their alert limits at a site in a month, and why they did.

    Shape: `series` is the key of the narrowest; `observation` has a sentence for each series and month that
    joined; `request` holds the facts it was opened with, as the ledger told them, and `trends` of all.
    Source: lifecycles 5.3.
    """

    __tablename__ = "trend_alert"
    __table_args__ = (  # type: ignore[assignment]  # the spine's tuple has another length
        Index("ix_trend_alert_series", "series"),
    )
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "trend_alert"}

    series: Mapped[str] = mapped_column(String(SERIES_LENGTH))
    observation: Mapped[str] = mapped_column(Text, default="")
    request: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    trend_verdict: Mapped[str | None] = mapped_column(String(WORD_LENGTH), info={"choices": Verdict})
    explanation: Mapped[str | None] = mapped_column(Text)
