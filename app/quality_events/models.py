"""Tables of the ledger. A row never changes: a correction is a row that names the one it replaces."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base

KEY_LENGTH = 200


class QualityEvent(Base):
    """One thing that went wrong, as its domain reported it.

    Shape: `kind` is a word of `rules.EventKind`; the subject is the record it came from; the keys are
    those of `rules.recurrence_key` and `rules.cause_key`, None where a part is not known. An event of
    `is_history` was imported and never counts against a corrective action; an estimated date never
    counts in a trend.
    """

    __tablename__ = "quality_event"
    __table_args__ = (
        UniqueConstraint("corrects_id"),
        CheckConstraint("severity BETWEEN 1 AND 5", name="severity"),
        Index("ix_quality_event_recurrence", "recurrence_key", "occurred_at"),
        Index("ix_quality_event_cause", "cause_key", "occurred_at"),
        Index("ix_quality_event_subject", "subject_kind", "subject_id"),
        Index("ix_quality_event_occurred", "occurred_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    process_id: Mapped[int | None] = mapped_column(ForeignKey("business_process.id"))
    product_family_id: Mapped[int | None] = mapped_column(ForeignKey("product_family.id"))
    failure_mode_id: Mapped[int | None] = mapped_column(ForeignKey("failure_mode.id"))
    cause_category_id: Mapped[int | None] = mapped_column(ForeignKey("cause_category.id"))
    requirement: Mapped[str | None] = mapped_column(String(120))
    severity: Mapped[int]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    is_date_estimated: Mapped[bool] = mapped_column(default=False)
    is_history: Mapped[bool] = mapped_column(default=False)
    recurrence_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH))
    cause_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("quality_event.id"))


class QualityEventRisk(Base):
    """A risk that a quality event was linked to when it was recorded."""

    __tablename__ = "quality_event_risk"

    event_id: Mapped[int] = mapped_column(ForeignKey("quality_event.id"), primary_key=True)
    risk_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)


class RiskBaseline(Base):
    """What people assessed a risk as, at a moment: appended at each assessment, never changed.

    Units: likelihood and severity 1 to 5, 5 is worst; the residual risk, with its controls in place.
    """

    __tablename__ = "risk_baseline"
    __table_args__ = (
        CheckConstraint("likelihood BETWEEN 1 AND 5", name="likelihood"),
        CheckConstraint("severity BETWEEN 1 AND 5", name="severity"),
        Index("ix_risk_baseline_risk", "risk_id", "assessed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_id: Mapped[int]
    likelihood: Mapped[int]
    severity: Mapped[int]
    assessed_at: Mapped[datetime]
    assessed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    source_kind: Mapped[str] = mapped_column(String(40))
    source_id: Mapped[int]
