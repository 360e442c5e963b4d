"""Tables of audit programmes, audits, their checklists, and who may audit."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.dated import DATED
from app.foundation.db import Base
from app.records.models import Record

WORD_LENGTH = 40
NAME_LENGTH = 200
CLAUSES_LENGTH = 300
KEY_LENGTH = 80
PERCENT = Numeric(5, 2)
SCORE = Numeric(5, 4)

JsonList = list[dict[str, Any]]
_JSON = JSON(none_as_null=True)


class ProgrammeStatus(StrEnum):
    """Where an audit programme stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    ACTIVE = "active"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class AuditStatus(StrEnum):
    """Where an audit stands."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    POSTPONED = "postponed"
    PREPARING = "preparing"
    IN_PROGRESS = "in_progress"
    REPORTING = "reporting"
    REPORT_APPROVED = "report_approved"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class AuditType(StrEnum):
    """What an audit looks at."""

    SYSTEM = "system"
    PROCESS = "process"
    PRODUCT = "product"
    SUPPLIER = "supplier"
    FOLLOW_UP = "follow_up"


class Mode(StrEnum):
    """Where the auditors are."""

    ONSITE = "onsite"
    REMOTE = "remote"
    HYBRID = "hybrid"


class AuditProgramme(Record):
    """The audits of a year: which processes at which sites, when and why.

    Shape: `sites` is a list of `{"kind": "site", "id"}` as the form gives it; empty means all sites.
    """

    __tablename__ = "audit_programme"
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "audit_programme"}

    year: Mapped[int]
    sites: Mapped[JsonList | None] = mapped_column(_JSON)
    objectives: Mapped[str | None] = mapped_column(Text)
    methods: Mapped[str | None] = mapped_column(Text)
    resources: Mapped[str | None] = mapped_column(Text)
    planner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verdict: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    verdict_comment: Mapped[str | None] = mapped_column(Text)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    unfinished_reason: Mapped[str | None] = mapped_column(Text)
    lessons: Mapped[str | None] = mapped_column(Text)


class ProgrammeLine(Base):
    """One process at one site within a programme: what speaks for an audit, and the months it is planned in.

    Units: `importance` 1 to 5, 5 matters most; `max_risk` 0 to 25; `score` 0 to 1, the higher the sooner;
    findings of the last 24 months; `months` are numbers 1 to 12 of the programme's year.
    Source: lifecycles 5.6.
    """

    __tablename__ = "audit_programme_line"
    __table_args__ = (
        UniqueConstraint("programme_id", "process_id", "site_id"),
        CheckConstraint("importance BETWEEN 1 AND 5", name="importance"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("audit_programme.id"))
    process_id: Mapped[int] = mapped_column(ForeignKey("business_process.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    clauses: Mapped[str] = mapped_column(String(CLAUSES_LENGTH), default="")
    importance: Mapped[int] = mapped_column(default=3)
    is_core: Mapped[bool] = mapped_column(default=False)
    has_changed: Mapped[bool] = mapped_column(default=False)
    max_risk: Mapped[int] = mapped_column(default=0)
    majors: Mapped[int] = mapped_column(default=0)
    minors: Mapped[int] = mapped_column(default=0)
    recurrences: Mapped[int] = mapped_column(default=0)
    last_audit_on: Mapped[date | None] = mapped_column(Date)
    last_result: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    score: Mapped[Decimal] = mapped_column(SCORE, default=Decimal(0))
    interval_months: Mapped[int] = mapped_column(default=18)
    months: Mapped[list[int]] = mapped_column(JSON, default=list)
    row_version: Mapped[int] = mapped_column(default=1)


class Audit(Record):
    """One audit: plan, notice, execution, report, follow-up.

    Shape: `team` lists `{"person_id"}`; `postponements` lists `{"from", "to", "reason", "at", "by"}`, oldest
    first. `programme_line_id` and `planned_month` name the cell of the programme it comes from.
    Units: `conformity` is a percentage of the lines that were judged.
    """

    __tablename__ = "audit"
    __table_args__ = (  # type: ignore[assignment]  # the spine's tuple has another length
        Index(
            "uq_audit_programme_cell",
            "programme_line_id",
            "planned_month",
            unique=True,
            sqlite_where=text("programme_line_id IS NOT NULL"),
            postgresql_where=text("programme_line_id IS NOT NULL"),
        ),
        Index("ix_audit_starts_on", "starts_on"),
    )
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "audit"}

    programme_line_id: Mapped[int | None] = mapped_column(ForeignKey("audit_programme_line.id"))
    planned_month: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("audit.id"))
    audit_type: Mapped[str] = mapped_column(
        String(WORD_LENGTH), default=AuditType.PROCESS.value, info={"choices": AuditType}
    )
    mode: Mapped[str] = mapped_column(String(WORD_LENGTH), default=Mode.ONSITE.value, info={"choices": Mode})
    scope: Mapped[str | None] = mapped_column(Text)
    criteria: Mapped[str | None] = mapped_column(Text)
    objectives: Mapped[str | None] = mapped_column(Text)
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    starts_at: Mapped[datetime | None]
    notice_at: Mapped[datetime | None]
    lead_auditor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    auditee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    team: Mapped[JsonList | None] = mapped_column(_JSON)

    date_answer: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    constraints: Mapped[str | None] = mapped_column(Text)
    acknowledged_at: Mapped[datetime | None]
    readiness: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    postponements: Mapped[JsonList | None] = mapped_column(_JSON)
    postponement_count: Mapped[int] = mapped_column(default=0)
    checklist_loaded_at: Mapped[datetime | None]

    closing_meeting_at: Mapped[datetime | None] = mapped_column(**DATED)
    report_due_at: Mapped[datetime | None]
    conformity: Mapped[Decimal | None] = mapped_column(PERCENT)
    summary: Mapped[str | None] = mapped_column(Text)
    conclusion: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    strengths: Mapped[str | None] = mapped_column(Text)
    report_verdict: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    report_comment: Mapped[str | None] = mapped_column(Text)
    report_approved_at: Mapped[datetime | None] = mapped_column(**DATED)
    follow_up_reason: Mapped[str | None] = mapped_column(Text)
    risk_justification: Mapped[str | None] = mapped_column(Text)
    overdue_noted_at: Mapped[datetime | None]


class ChecklistLine(Base):
    """One question of an audit, what was found, and which record it came from.

    Shape: `origin` is `own` or a topic of the briefing; `files` lists ids of stored files; `result` is a word
    of `rules.Result`, None until it is answered.
    """

    __tablename__ = "audit_checklist_line"
    __table_args__ = (
        Index("ix_audit_checklist_line_audit_id", "audit_id", "position"),
        Index(
            "uq_audit_checklist_line_origin",
            "audit_id",
            "origin",
            "origin_id",
            unique=True,
            sqlite_where=text("origin_id IS NOT NULL"),
            postgresql_where=text("origin_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"))
    position: Mapped[int]
    origin: Mapped[str] = mapped_column(String(WORD_LENGTH))
    origin_kind: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    origin_words: Mapped[str] = mapped_column(Text, default="")
    requirement: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    question: Mapped[str] = mapped_column(Text)
    evidence_expected: Mapped[str] = mapped_column(Text, default="")
    sampling: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    result: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    evidence: Mapped[str] = mapped_column(Text, default="")
    samples: Mapped[str] = mapped_column(Text, default="")
    interviewee: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    files: Mapped[list[int]] = mapped_column(JSON, default=list)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)


class ChecklistAnswer(Base):
    """One answer to a line as it arrived, never changed; the key of the device makes it arrive once.

    Shape: `is_beside` when somebody else had answered meanwhile: it is kept, and the line stays as it was.
    """

    __tablename__ = "audit_checklist_answer"
    __table_args__ = (
        UniqueConstraint("client_key"),
        Index("ix_audit_checklist_answer_line_id", "line_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("audit_checklist_line.id"))
    client_key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    result: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    evidence: Mapped[str] = mapped_column(Text, default="")
    samples: Mapped[str] = mapped_column(Text, default="")
    interviewee: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    is_beside: Mapped[bool] = mapped_column(default=False)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    received_at: Mapped[datetime]


class AuditorQualification(Base):
    """That somebody may audit, or lead audits, from one day to another, and why we know."""

    __tablename__ = "auditor_qualification"
    __table_args__ = (
        CheckConstraint("valid_until >= valid_from", name="span"),
        Index("ix_auditor_qualification_person_id", "person_id", "valid_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    may_lead: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
