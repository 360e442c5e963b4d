"""Tables of the process map, of the context, and of the review of it.

The processes themselves are master data of the organisation; what stands here hangs on their ids.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base
from app.records.models import Record

WORD_LENGTH = 40
TEXT_LENGTH = 200
_JSON = JSON(none_as_null=True)


class Direction(StrEnum):
    """Which way a measure is good."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class Origin(StrEnum):
    """Where an issue of the context comes from."""

    INTERNAL = "internal"
    EXTERNAL = "external"


class Reach(StrEnum):
    """Where somebody must hold a required role."""

    ORGANISATION = "organisation"
    EVERY_SITE = "every_site"
    EVERY_PROCESS = "every_process"
    SITE = "site"
    PROCESS = "process"


class ReviewStatus(StrEnum):
    """Where a review of the context stands."""

    OPEN = "open"
    TO_SIGN = "to_sign"
    REVIEWED = "reviewed"
    CANCELLED = "cancelled"


class Maintained:
    """What maintained rows have in common. They end, they are never deleted."""

    id: Mapped[int] = mapped_column(primary_key=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    row_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class ProcessProfile(Base):
    """What clause 4.4 asks about a process beyond its name, owner and importance."""

    __tablename__ = "process_profile"

    process_id: Mapped[int] = mapped_column(ForeignKey("business_process.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(Text, default="")
    resources: Mapped[str] = mapped_column(Text, default="")
    criteria: Mapped[str] = mapped_column(Text, default="")
    next_review_on: Mapped[date | None] = mapped_column(Date)
    row_version: Mapped[int] = mapped_column(default=1)


class ProcessFlow(Maintained, Base):
    """What one process passes on to another, gets from outside, or gives to the outside.

    Shape: each end is a process or a party in words, never both; one end at least is a process. The flow is
    an output of the one and an input of the other, so the two can never disagree.
    """

    __tablename__ = "process_flow"
    __table_args__ = (
        CheckConstraint("from_process_id IS NOT NULL OR to_process_id IS NOT NULL", name="touches"),
    )

    what: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    from_process_id: Mapped[int | None] = mapped_column(ForeignKey("business_process.id"), index=True)
    from_party: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    to_process_id: Mapped[int | None] = mapped_column(ForeignKey("business_process.id"), index=True)
    to_party: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")


class ProcessMeasure(Maintained, Base):
    """How it is known that a process does well. Shape: `target` is a decimal number as people type it."""

    __tablename__ = "process_measure"

    process_id: Mapped[int] = mapped_column(ForeignKey("business_process.id"), index=True)
    name: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    unit: Mapped[str] = mapped_column(String(WORD_LENGTH), default="")
    direction: Mapped[str] = mapped_column(String(WORD_LENGTH))
    target: Mapped[str] = mapped_column(String(WORD_LENGTH))
    where_measured: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")


class ContextIssue(Maintained, Base):
    """Something inside or outside that bears on what the system is to achieve (clause 4.1)."""

    __tablename__ = "context_issue"

    title: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    origin: Mapped[str] = mapped_column(String(WORD_LENGTH))
    description: Mapped[str] = mapped_column(Text, default="")
    effect: Mapped[str] = mapped_column(Text, default="")
    is_climate_relevant: Mapped[bool]
    climate_rationale: Mapped[str] = mapped_column(Text)
    gone_reason: Mapped[str] = mapped_column(Text, default="")
    reviewed_on: Mapped[date | None] = mapped_column(Date)


class InterestedParty(Maintained, Base):
    """Somebody whose needs the system answers to, or knowingly does not (clause 4.2)."""

    __tablename__ = "interested_party"

    name: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    needs: Mapped[str] = mapped_column(Text)
    requirement: Mapped[str] = mapped_column(Text, default="")
    is_relevant: Mapped[bool]
    relevance_rationale: Mapped[str] = mapped_column(Text, default="")
    has_climate_requirement: Mapped[bool]
    climate_rationale: Mapped[str] = mapped_column(Text, default="")
    gone_reason: Mapped[str] = mapped_column(Text, default="")
    reviewed_on: Mapped[date | None] = mapped_column(Date)


class RequiredRole(Maintained, Base):
    """A role that somebody must hold (clause 5.3). Shape: `site_id` or `process_id` only for that reach."""

    __tablename__ = "required_role"

    role: Mapped[str] = mapped_column(String(WORD_LENGTH))
    reach: Mapped[str] = mapped_column(String(WORD_LENGTH))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    process_id: Mapped[int | None] = mapped_column(ForeignKey("business_process.id"))


class ScopeVersion(Base):
    """The scope of the system as it holds from a day on (clause 4.3). A version is never changed.

    Shape: `site_ids` are sites; `exclusions` are {"clause", "justification"}.
    """

    __tablename__ = "scope_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    starts_on: Mapped[date] = mapped_column(Date, index=True)
    statement: Mapped[str] = mapped_column(Text)
    products: Mapped[str] = mapped_column(Text)
    site_ids: Mapped[list[int]] = mapped_column(JSON)
    exclusions: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class ContextReview(Record):
    """The yearly look at all issues, parties and the climate question, signed off by top management.

    Shape: `issue_answers` and `party_answers` are rows of {"reference", "title", "finding", "note"}.
    """

    __tablename__ = "context_review"
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "context_review"}

    reason: Mapped[str | None] = mapped_column(Text)
    issue_answers: Mapped[list[dict[str, Any]] | None] = mapped_column(_JSON)
    party_answers: Mapped[list[dict[str, Any]] | None] = mapped_column(_JSON)
    climate_answer: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    climate_rationale: Mapped[str | None] = mapped_column(Text)
    conclusion: Mapped[str | None] = mapped_column(Text)
    review_verdict: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    verdict_comment: Mapped[str | None] = mapped_column(Text)
