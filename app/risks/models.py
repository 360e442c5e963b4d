"""Tables of risks, their reassessments, and what triggered those."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base
from app.records.models import Record

WORD_LENGTH = 40
_JSON = JSON(none_as_null=True)


class RiskStatus(StrEnum):
    """Where a risk stands."""

    IDENTIFIED = "identified"
    MONITORED = "monitored"
    CANCELLED = "cancelled"


class RiskKind(StrEnum):
    """Whether the effect is unwelcome or welcome."""

    RISK = "risk"
    OPPORTUNITY = "opportunity"


class Category(StrEnum):
    """What a risk is about."""

    QUALITY = "quality"
    DELIVERY = "delivery"
    SUPPLIER = "supplier"
    PEOPLE = "people"
    COMPLIANCE = "compliance"
    IT = "it"
    STRATEGIC = "strategic"


class ReassessmentStatus(StrEnum):
    """Where a reassessment stands."""

    REQUESTED = "requested"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


class Risk(Record):
    """Something that may happen, with what people assess it as.

    Shape: `inherent` and `residual` are `{"likelihood", "severity"}` as a form gives them; the score is the
    product of the residual ones. Units: 1 to 5, 5 is worst.
    """

    __tablename__ = "risk"
    __table_args__ = (  # type: ignore[assignment]  # the spine's tuple has another length
        CheckConstraint("score IS NULL OR score BETWEEN 1 AND 25", name="score"),
        Index("ix_risk_score", "score"),
    )
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "risk"}

    risk_kind: Mapped[str] = mapped_column(
        String(WORD_LENGTH), default=RiskKind.RISK.value, info={"choices": RiskKind}
    )
    cause: Mapped[str] = mapped_column(Text, default="")
    event: Mapped[str] = mapped_column(Text, default="")
    consequence: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str] = mapped_column(
        String(WORD_LENGTH), default=Category.QUALITY.value, info={"choices": Category}
    )
    product_family_id: Mapped[int | None] = mapped_column(ForeignKey("product_family.id"))
    risk_owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    inherent: Mapped[dict[str, Any] | None] = mapped_column(_JSON)
    residual: Mapped[dict[str, Any] | None] = mapped_column(_JSON)
    controls: Mapped[list[dict[str, Any]] | None] = mapped_column(_JSON)
    rationale: Mapped[str | None] = mapped_column(Text)
    score: Mapped[int | None]
    assessed_at: Mapped[datetime | None]
    next_review_on: Mapped[date | None] = mapped_column(Date)


class Reassessment(Record):
    """A second look at a risk. One open reassessment per risk collects all that asked for it.

    Shape: `assessment` is `{"likelihood", "severity"}`; `former_score` the score before.
    """

    __tablename__ = "reassessment"
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    # A second column points at records, so the join must be named.
    __mapper_args__ = {
        "polymorphic_identity": "reassessment",
        "inherit_condition": id == Record.id,  # noqa: A003 - the column above, as SQLAlchemy wants it
    }

    risk_id: Mapped[int | None] = mapped_column(ForeignKey("risk.id"), index=True)
    risk_owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    answer_due_at: Mapped[datetime | None]
    former_score: Mapped[int] = mapped_column(default=0)
    assessment: Mapped[dict[str, Any] | None] = mapped_column(_JSON)
    answer: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    rationale: Mapped[str | None] = mapped_column(Text)
    is_treatment_needed: Mapped[bool] = mapped_column(default=False)
    confirmation: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    confirmation_note: Mapped[str | None] = mapped_column(Text)


class ReassessmentTrigger(Base):
    """A record that asked for a reassessment, and why."""

    __tablename__ = "reassessment_trigger"
    __table_args__ = (UniqueConstraint("reassessment_id", "record_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reassessment_id: Mapped[int] = mapped_column(ForeignKey("reassessment.id"))
    record_kind: Mapped[str] = mapped_column(String(WORD_LENGTH))
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"), index=True)
    record_number: Mapped[str] = mapped_column(String(WORD_LENGTH))
    reason: Mapped[str] = mapped_column(Text)
    triggered_at: Mapped[datetime]
