"""Tables of the ledger. A row never changes: a correction is a row that names the one it replaces."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base

KEY_LENGTH = 200
OCCASION_LENGTH = 40


class QualityEvent(Base):
    """One thing that went wrong, as its domain reported it.

    Shape: `kind` is a word of `rules.EventKind`; the subject is the record it came from; the keys are
    those of `rules.recurrence_key` and `rules.cause_key`, None where a part is not known. An event of
    `is_history` was imported and never counts against a corrective action; an estimated date never
    counts in a trend. `occasion` tells apart what happens to one subject more than once, such as the cycles
    of a CAPA. `root_id` is the first row of a chain of corrections, None for that row itself; `supplier_id`
    is the number of a supplier's record. Units: `anchor_day` is a day of UTC since 1970; it fades from there.
    """

    __tablename__ = "quality_event"
    __table_args__ = (
        UniqueConstraint("corrects_id"),
        CheckConstraint("severity BETWEEN 1 AND 5", name="severity"),
        Index("ix_quality_event_recurrence", "recurrence_key", "occurred_at"),
        Index("ix_quality_event_cause", "cause_key", "occurred_at"),
        Index("ix_quality_event_subject", "subject_kind", "subject_id"),
        Index("ix_quality_event_occurred", "occurred_at", "id"),
        Index("ix_quality_event_place", "site_id", "process_id", "occurred_at"),
        Index("ix_quality_event_root", "root_id", "id"),
        Index("ix_quality_event_recorded", "recorded_at"),
        Index(
            "ix_quality_event_occasion",
            "occasion",
            "occurred_at",
            sqlite_where=text("occasion <> ''"),
            postgresql_where=text("occasion <> ''"),
        ),
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
    supplier_id: Mapped[int | None]
    occasion: Mapped[str] = mapped_column(String(OCCASION_LENGTH), server_default="")
    root_id: Mapped[int | None]
    anchor_day: Mapped[int] = mapped_column(server_default="0")


class QualityEventVerdict(Base):
    """An event that a verdict on a CAPA is about.

    Shape: `event_id` is the verdict, an event itself; `closes_id` the first row of what its CAPA answered.
    """

    __tablename__ = "quality_event_verdict"
    __table_args__ = (Index("ix_quality_event_verdict_closes", "closes_id", "event_id"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("quality_event.id"), primary_key=True)
    closes_id: Mapped[int] = mapped_column(ForeignKey("quality_event.id"), primary_key=True)


class QualityEventRisk(Base):
    """A risk that a quality event was linked to when it was recorded."""

    __tablename__ = "quality_event_risk"

    event_id: Mapped[int] = mapped_column(ForeignKey("quality_event.id"), primary_key=True)
    risk_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)


class RiskBaseline(Base):
    """What people assessed a risk as, at a moment: appended at each assessment, never changed.

    Shape: site and process are those the risk had then; what happens there touches it.
    Units: likelihood and severity 1 to 5, 5 is worst; the residual risk, with its controls in place.
    """

    __tablename__ = "risk_baseline"
    __table_args__ = (
        CheckConstraint("likelihood BETWEEN 1 AND 5", name="likelihood"),
        CheckConstraint("severity BETWEEN 1 AND 5", name="severity"),
        Index("ix_risk_baseline_risk", "risk_id", "assessed_at"),
        Index("ix_risk_baseline_place", "site_id", "process_id", "risk_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_id: Mapped[int]
    likelihood: Mapped[int]
    severity: Mapped[int]
    assessed_at: Mapped[datetime]
    assessed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    source_kind: Mapped[str] = mapped_column(String(40))
    source_id: Mapped[int]
    site_id: Mapped[int | None]
    process_id: Mapped[int | None]


class RiskBandChange(Base):
    """A risk moved from one band to another, by what happened or by a fresh assessment. Appended only."""

    __tablename__ = "risk_band_change"
    __table_args__ = (UniqueConstraint("risk_id", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_id: Mapped[int]
    before: Mapped[str] = mapped_column(String(40))
    after: Mapped[str] = mapped_column(String(40))
    changed_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(KEY_LENGTH))


class ExposureSettings(Base):
    """A version of the weights of exposure, in force from a moment on: appended, never changed.

    Shape: `weights` are those of `rules.exposure.Weights` as texts; before the first version the shipped
    ones are in force.
    """

    __tablename__ = "exposure_settings"
    __table_args__ = (Index("ix_exposure_settings_valid_from", "valid_from", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text)
    weights: Mapped[dict[str, Any]] = mapped_column(JSON)


class ExposureSum(Base):
    """The running sum of what weighs on a risk, or on a site and process: a shortcut, made from the ledger.

    Shape: `risk_id` 0 is the sum of everything at site and process; otherwise of what is linked to the risk
    and happened there, 0 where it happened nowhere. Units: `growth` is weight as of the first of 2020.
    """

    __tablename__ = "exposure_sum"

    risk_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    site_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    process_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    growth: Mapped[float] = mapped_column(Float)


class ExposurePeak(Base):
    """When something of a severity last happened that is linked to a risk: a shortcut like the sums."""

    __tablename__ = "exposure_peak"

    risk_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    severity: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_occurred_at: Mapped[datetime]


class ExposureRise(Base):
    """The indicated score of a risk went higher than ever since its assessment, and stays until the next.

    Shape: `version` is that of the weights, 0 for those shipped; `event_id` the row of the ledger that raised
    it, None where an assessment or other weights began above what people said. Of one assessment and version
    each row is higher than the one before. A shortcut like the sums: the ledger says it all.
    """

    __tablename__ = "exposure_rise"
    __table_args__ = (Index("ix_exposure_rise_baseline", "baseline_id", "version", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_id: Mapped[int]
    baseline_id: Mapped[int] = mapped_column(ForeignKey("risk_baseline.id"))
    version: Mapped[int]
    event_id: Mapped[int | None]
    risen_at: Mapped[datetime]
    likelihood: Mapped[int]
    severity: Mapped[int]
