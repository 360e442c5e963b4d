"""Tables of risks, their reassessments, and what triggered those."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.dated import DATED, IS_DATED
from app.foundation.db import Base
from app.records.models import Record

WORD_LENGTH = 40
HASH_LENGTH = 64
_JSON = JSON(none_as_null=True)


class RiskStatus(StrEnum):
    """Where a risk stands."""

    IDENTIFIED = "identified"
    MONITORED = "monitored"
    TREATMENT_PLANNED = "treatment_planned"
    TREATING = "treating"
    TREATED = "treated"
    ACCEPTED = "accepted"
    REASSESSMENT_DUE = "reassessment_due"
    CLOSED = "closed"
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


class TreatmentStatus(StrEnum):
    """Where the answer to a risk stands."""

    PLANNED = "planned"
    TREATING = "treating"
    TREATED = "treated"
    ACCEPTANCE = "acceptance"
    CANCELLED = "cancelled"


class AcceptanceStatus(StrEnum):
    """Where the acceptance of a risk stands."""

    CREATED = "created"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REVOKED = "revoked"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Risk(Record):
    """Something that may happen, with what people assess it as.

    Shape: `inherent` and `residual` are `{"likelihood", "severity"}` as a form gives them; the score is the
    product of the residual ones. `assessed_state` marks what was assessed, `answered_state` the state that
    somebody answers or has answered. Units: 1 to 5; 5 is worst for a risk and best for an opportunity.
    """

    __tablename__ = "risk"
    __table_args__ = (  # type: ignore[assignment]  # the spine's tuple has another length
        CheckConstraint("score IS NULL OR score BETWEEN 1 AND 25", name="score"),
        Index("ix_risk_score", "score"),
    )
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "risk"}

    risk_kind: Mapped[str] = mapped_column(
        String(WORD_LENGTH),
        default=RiskKind.RISK.value,
        info={"choices": RiskKind, **IS_DATED},
        active_history=True,
    )
    cause: Mapped[str] = mapped_column(Text, default="")
    event: Mapped[str] = mapped_column(Text, default="")
    consequence: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str] = mapped_column(
        String(WORD_LENGTH),
        default=Category.QUALITY.value,
        info={"choices": Category, **IS_DATED},
        active_history=True,
    )
    product_family_id: Mapped[int | None] = mapped_column(ForeignKey("product_family.id"))
    risk_owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    inherent: Mapped[dict[str, Any] | None] = mapped_column(_JSON)
    residual: Mapped[dict[str, Any] | None] = mapped_column(_JSON)
    controls: Mapped[list[dict[str, Any]] | None] = mapped_column(_JSON)
    rationale: Mapped[str | None] = mapped_column(Text)
    score: Mapped[int | None] = mapped_column(**DATED)
    assessed_at: Mapped[datetime | None]
    next_review_on: Mapped[date | None] = mapped_column(Date)
    next_review_at: Mapped[datetime | None]
    band: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    velocity: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    assessed_state: Mapped[str | None] = mapped_column(String(HASH_LENGTH))
    answered_state: Mapped[str | None] = mapped_column(String(HASH_LENGTH))
    is_answered: Mapped[bool] = mapped_column(default=False)
    is_gone: Mapped[bool] = mapped_column(default=False)
    acceptance_status: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    accepted_until: Mapped[date | None] = mapped_column(Date)
    red_reviews: Mapped[int] = mapped_column(default=0)
    top_decision: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    top_view: Mapped[str | None] = mapped_column(Text)


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
    indicated_score: Mapped[int | None]
    indicated_why: Mapped[str | None] = mapped_column(Text)
    agree_with_indicated: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    disagree_reason: Mapped[str | None] = mapped_column(Text)
    needs_second_look: Mapped[bool] = mapped_column(default=False)
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


class Treatment(Record):
    """What is done about a risk or an opportunity, plan after plan until the target is met.

    Shape: `planned_actions` as the form gives them; `target` and `reached` are `{"likelihood", "severity"}`;
    `band` and `score` are those of the risk, `round` counts the plans.
    """

    __tablename__ = "treatment"
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    # A second column points at records, so the join must be named.
    __mapper_args__ = {
        "polymorphic_identity": "treatment",
        "inherit_condition": id == Record.id,  # noqa: A003 - the column above, as SQLAlchemy wants it
    }

    risk_id: Mapped[int | None] = mapped_column(ForeignKey("risk.id"), index=True)
    risk_owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    risk_kind: Mapped[str] = mapped_column(String(WORD_LENGTH), default=RiskKind.RISK.value)
    band: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    score: Mapped[int | None]
    round: Mapped[int] = mapped_column(default=1)
    plan_due_at: Mapped[datetime | None]
    treatment_option: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    pursuit_option: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    treatment_note: Mapped[str | None] = mapped_column(Text)
    planned_actions: Mapped[list[dict[str, Any]] | None] = mapped_column(_JSON)
    target: Mapped[dict[str, Any] | None] = mapped_column(_JSON)
    target_on: Mapped[date | None] = mapped_column(Date)
    plan_verdict: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    plan_comment: Mapped[str | None] = mapped_column(Text)
    reached: Mapped[dict[str, Any] | None] = mapped_column(_JSON)
    effect: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    effect_note: Mapped[str | None] = mapped_column(Text)


class Acceptance(Record):
    """The consent to live with a risk as it was assessed, until a day.

    Shape: `accepted_state` is the mark of what was assessed when it was submitted, `indicated_band` what the
    events indicated then; `risk_key` is
    `risk:<id>`, under which changes of its band are told; `standing` says whether it still holds.
    """

    __tablename__ = "acceptance"
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    # A second column points at records, so the join must be named.
    __mapper_args__ = {
        "polymorphic_identity": "acceptance",
        "inherit_condition": id == Record.id,  # noqa: A003 - the column above, as SQLAlchemy wants it
    }

    risk_id: Mapped[int | None] = mapped_column(ForeignKey("risk.id"), index=True)
    risk_owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    risk_kind: Mapped[str] = mapped_column(String(WORD_LENGTH), default=RiskKind.RISK.value)
    risk_key: Mapped[str] = mapped_column(String(WORD_LENGTH), default="")
    band: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    score: Mapped[int | None]
    accepted_state: Mapped[str | None] = mapped_column(String(HASH_LENGTH))
    indicated_band: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    justification: Mapped[str | None] = mapped_column(Text)
    expires_on: Mapped[date | None] = mapped_column(Date)
    warn_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    next_moment_at: Mapped[datetime | None]
    acceptance_verdict: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    verdict_note: Mapped[str | None] = mapped_column(Text)
    standing: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    end_reason: Mapped[str | None] = mapped_column(Text)


class Appetite(Base):
    """How high a score the company is willing to carry: a row for each decision, the last one counts.

    Shape: without a category for all of them, without a site everywhere. Units: a score from 1 to 25.
    """

    __tablename__ = "risk_appetite"
    __table_args__ = (
        CheckConstraint("appetite BETWEEN 1 AND 25", name="appetite"),
        Index("ix_risk_appetite_place", "category", "site_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    category: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    appetite: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
