"""The table of findings. What every record has stands in `record`; this joins it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.audits.finding_rules import FindingSource, Grade
from app.foundation.dated import DATED, IS_DATED
from app.records.models import Record

WORD_LENGTH = 40
NAME_LENGTH = 200
KEY_LENGTH = 260

JsonList = list[dict[str, Any]]
_JSON = JSON(none_as_null=True)
_KEPT = {"is_kept": True}


class Finding(Record):
    """What an audit found: requirement, evidence, statement; the answer to it, and the proof.

    Shape: `proposed_grade` is the auditor's, `grade` the one of the table, with its reason; `similar` lists
    earlier events of the same signature; `risks` is a list as the forms give it; `request_key` names the
    message that asked for it; `answer_round` counts the answers.
    Units: `impact` 1 to 5, 5 is worst; `occurrence` 1 isolated, 2 several times, 3 everywhere.
    """

    __tablename__ = "finding"
    __table_args__ = (  # type: ignore[assignment]  # the spine's tuple has another length
        CheckConstraint("impact IS NULL OR impact BETWEEN 1 AND 5", name="impact"),
        CheckConstraint("occurrence IS NULL OR occurrence BETWEEN 1 AND 3", name="occurrence"),
        Index("ix_finding_audit_id", "audit_id"),
        Index("ix_finding_line_id", "line_id"),
        Index("ix_finding_request_key", "request_key"),
    )
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "finding"}

    audit_id: Mapped[int | None] = mapped_column(ForeignKey("audit.id"))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("audit_checklist_line.id"), info=_KEPT)
    request_key: Mapped[str | None] = mapped_column(String(NAME_LENGTH), info=_KEPT)
    source: Mapped[str] = mapped_column(
        String(WORD_LENGTH), default=FindingSource.INTERNAL.value, info={"choices": FindingSource}
    )
    body: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    body_reference: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    found_on: Mapped[date | None] = mapped_column(Date)
    requirement: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    statement: Mapped[str | None] = mapped_column(Text)
    proposed_grade: Mapped[str | None] = mapped_column(String(WORD_LENGTH), info={"choices": Grade})
    impact: Mapped[int | None]
    occurrence: Mapped[int | None]
    auditor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lead_auditor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    process_owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    similar: Mapped[JsonList | None] = mapped_column(_JSON)
    is_repeat: Mapped[bool] = mapped_column(default=False, info=_KEPT | IS_DATED, active_history=True)
    repeat_of_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"))
    recurrence_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH), info=_KEPT)
    grade: Mapped[str | None] = mapped_column(String(WORD_LENGTH), **DATED)
    grade_reason: Mapped[str | None] = mapped_column(Text)
    issued_at: Mapped[datetime | None]
    response_due_at: Mapped[datetime | None]

    risks: Mapped[JsonList | None] = mapped_column(_JSON)
    risk_update: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    risk_justification: Mapped[str | None] = mapped_column(Text)
    reassessment_requested_at: Mapped[datetime | None]

    response: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    dispute_reason: Mapped[str | None] = mapped_column(Text)
    correction: Mapped[str | None] = mapped_column(Text)
    correction_state: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    correction_owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    correction_due_on: Mapped[date | None] = mapped_column(Date)
    cause: Mapped[str | None] = mapped_column(Text)
    plan: Mapped[str | None] = mapped_column(Text)
    arbitration: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    arbitration_reason: Mapped[str | None] = mapped_column(Text)

    acceptance: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    acceptance_note: Mapped[str | None] = mapped_column(Text)
    route: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    route_reason: Mapped[str | None] = mapped_column(Text)
    answer_round: Mapped[int] = mapped_column(default=1, info=_KEPT)
    is_capa_awaited: Mapped[bool] = mapped_column(default=False)
    acted_at: Mapped[datetime | None] = mapped_column(info=_KEPT)
    verification: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    verification_note: Mapped[str | None] = mapped_column(Text)
    is_for_next_audit: Mapped[bool] = mapped_column(default=False, info=_KEPT)
    verify_due_at: Mapped[datetime | None]
