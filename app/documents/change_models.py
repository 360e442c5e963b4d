"""Tables of changes of documents, of what reviewers say about a draft, and of looks at documents in force."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.documents.models import (
    NAME_LENGTH,
    SERIES_LENGTH,
    WORD_LENGTH,
    ChangeClass,
    ContentKind,
    DocumentType,
    JsonList,
)
from app.foundation.dated import DATED
from app.foundation.db import Base
from app.quality_events.rules.bands import Band
from app.records.models import TITLE_LENGTH, Record

_JSON = JSON(none_as_null=True)
_KEPT = {"is_kept": True}


class ChangeStatus(StrEnum):
    """Where a change stands."""

    REQUESTED = "requested"
    ASSESSING = "assessing"
    DRAFTING = "drafting"
    IN_REVIEW = "in_review"
    WAITING_FOR_RISK = "waiting_for_risk"
    IN_APPROVAL = "in_approval"
    APPROVED = "approved"
    RETROSPECTIVE = "retrospective"
    JOINED = "joined"
    EFFECTIVE = "effective"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class ChangeKind(StrEnum):
    """What becomes of the document."""

    NEW = "new"
    REVISE = "revise"
    WITHDRAW = "withdraw"


class ChangeSource(StrEnum):
    """Where the wish to change something comes from."""

    IDEA = "idea"
    CAPA = "capa"
    FINDING = "finding"
    RISK = "risk"
    AUDIT = "audit"
    COMPLAINT = "complaint"
    LAW = "law"
    PERIODIC = "periodic"
    MANAGEMENT_REVIEW = "management_review"


class RiskEffect(StrEnum):
    """What a change does to the risks the document controls."""

    NONE = "none"
    LOWERS = "lowers"
    RAISES = "raises"
    NEW_CONTROL = "new_control"
    CONTROL_REMOVED = "control_removed"


class ReviewStatus(StrEnum):
    """Where a look at a document stands."""

    OPEN = "open"
    KEPT = "kept"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class DocumentChange(Record):
    """One change of one document, from the wish to the revision in force.

    Shape: `open_document_id` is the document while the change is open, so that there is one at a time;
    `risks`, `controlled_risks` and `affected_documents` list `{"kind", "id"}`; `risk_band` is the gravest
    band of the risks it touches or controls; `draft_*` is what the author works on; `comment_answers` lists
    what reviewers said with what becomes of it; `reviewers` lists `{"person_id"}`; `revision_key` is
    `<number>/<revision>`. `return_note` says why it came back; `waits_for` are the numbers of the risks that
    have to be assessed again before anybody approves it.
    """

    __tablename__ = "document_change"
    __table_args__ = (  # type: ignore[assignment]  # the spine's tuple has another length
        Index("uq_document_change_open", "open_document_id", unique=True),
        Index("ix_document_change_document", "document_id", "id"),
    )
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    # Other columns point at records too, so the join must be named.
    __mapper_args__ = {
        "polymorphic_identity": "document_change",
        "inherit_condition": id == Record.id,  # noqa: A003 - the column above, as SQLAlchemy wants it
    }

    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    open_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), info=_KEPT)
    request_key: Mapped[str | None] = mapped_column(String(NAME_LENGTH), index=True, info=_KEPT)
    change_kind: Mapped[str] = mapped_column(
        String(WORD_LENGTH), default=ChangeKind.REVISE.value, info={"choices": ChangeKind}
    )
    change_class: Mapped[str] = mapped_column(
        String(WORD_LENGTH), default=ChangeClass.MINOR.value, info={"choices": ChangeClass}
    )
    reason: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(
        String(WORD_LENGTH), default=ChangeSource.IDEA.value, info={"choices": ChangeSource}
    )
    urgency: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    request_verdict: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    request_note: Mapped[str | None] = mapped_column(Text)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    process_owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewers: Mapped[JsonList | None] = mapped_column(_JSON)
    joined_id: Mapped[int | None] = mapped_column(ForeignKey("document_change.id"))

    affected_documents: Mapped[JsonList | None] = mapped_column(_JSON)
    affected_processes: Mapped[str | None] = mapped_column(Text)
    is_training_needed: Mapped[bool] = mapped_column(default=False)
    training_roles: Mapped[list[str] | None] = mapped_column(_JSON)
    equipment_effect: Mapped[str | None] = mapped_column(Text)
    validation_effect: Mapped[str | None] = mapped_column(Text)
    is_supplier_told: Mapped[bool] = mapped_column(default=False)
    is_customer_told: Mapped[bool] = mapped_column(default=False)
    risks: Mapped[JsonList | None] = mapped_column(_JSON)
    risk_effect: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    risk_band: Mapped[str | None] = mapped_column(String(WORD_LENGTH), info={"choices": Band})
    risk_note: Mapped[str | None] = mapped_column(Text)
    impact_verdict: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    impact_note: Mapped[str | None] = mapped_column(Text)
    impact_confirmed_at: Mapped[datetime | None]
    reassessment_requested_at: Mapped[datetime | None] = mapped_column(info=_KEPT)
    open_reassessments: Mapped[int] = mapped_column(default=0)
    waits_for: Mapped[str | None] = mapped_column(String(NAME_LENGTH), info=_KEPT)

    document_title: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    document_type: Mapped[str | None] = mapped_column(String(WORD_LENGTH), info={"choices": DocumentType})
    area: Mapped[str | None] = mapped_column(String(SERIES_LENGTH))
    document_owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    is_draft_for_all_sites: Mapped[bool] = mapped_column(default=False)
    content_kind: Mapped[str] = mapped_column(
        String(WORD_LENGTH), default=ContentKind.MARKDOWN.value, info={"choices": ContentKind}
    )
    draft_content: Mapped[str | None] = mapped_column(Text)
    controlled_risks: Mapped[JsonList | None] = mapped_column(_JSON)
    draft_file: Mapped[list[Any] | None] = mapped_column(_JSON)
    change_summary: Mapped[str | None] = mapped_column(Text)
    audience: Mapped[list[str] | None] = mapped_column(_JSON)
    clauses: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    review_months: Mapped[int | None]
    retention_years: Mapped[int | None]
    issuer: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    issuer_reference: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    issuer_edition: Mapped[str | None] = mapped_column(String(NAME_LENGTH))

    review_round: Mapped[int] = mapped_column(default=0, info=_KEPT)
    review_wish: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    comment_answers: Mapped[JsonList | None] = mapped_column(_JSON)
    return_note: Mapped[str | None] = mapped_column(Text)
    approval_begun_at: Mapped[datetime | None] = mapped_column(info=_KEPT)
    approved_at: Mapped[datetime | None] = mapped_column(info=_KEPT)
    release_mode: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    effective_on: Mapped[date | None] = mapped_column(Date)
    release_at: Mapped[datetime | None]
    revision_key: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    effective_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None] = mapped_column(info=_KEPT)
    retrospective_due_at: Mapped[datetime | None] = mapped_column(info=_KEPT)

    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    archive_until: Mapped[date | None] = mapped_column(Date)
    copies_out: Mapped[int] = mapped_column(default=0, info=_KEPT)
    copies_note: Mapped[str | None] = mapped_column(Text)


class DocumentChangeRequest(Base):
    """Somebody, or some record, that wants a document changed. Several join one open change."""

    __tablename__ = "document_change_request"
    __table_args__ = (
        UniqueConstraint("change_id", "request_key"),
        Index("ix_document_change_request_record", "record_kind", "record_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("document_change.id"))
    request_key: Mapped[str] = mapped_column(String(NAME_LENGTH))
    record_kind: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    record_number: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    reason: Mapped[str] = mapped_column(Text)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime]


class ReviewComment(Base):
    """What a reviewer says about a section of a draft, and what the author did with it."""

    __tablename__ = "document_comment"
    __table_args__ = (Index("ix_document_comment_change", "change_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("document_change.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("document_revision.id"))
    round: Mapped[int] = mapped_column(default=1)
    section: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    disposition: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    response: Mapped[str] = mapped_column(Text, default="")
    disposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    disposed_at: Mapped[datetime | None]


class DocumentReview(Record):
    """A look at a document in force: its day has come, or a risk it controls moved. One open per document.

    Shape: `open_document_id` is the document while the look is open; `recurrences` counts what came back in
    its process since the revision is in force.
    """

    __tablename__ = "document_review"
    __table_args__ = (  # type: ignore[assignment]  # the spine's tuple has another length
        Index("uq_document_review_open", "open_document_id", unique=True),
        Index("ix_document_review_document", "document_id", "id"),
    )
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {
        "polymorphic_identity": "document_review",
        "inherit_condition": id == Record.id,  # noqa: A003 - the column above, as SQLAlchemy wants it
    }

    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    open_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), info=_KEPT)
    document_owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    is_periodic: Mapped[bool] = mapped_column(default=False, **DATED)
    is_risk_moved: Mapped[bool] = mapped_column(default=False)
    answer_due_at: Mapped[datetime | None]
    recurrences: Mapped[int] = mapped_column(default=0)
    is_law_changed: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    comment: Mapped[str | None] = mapped_column(Text)


class DocumentReviewTrigger(Base):
    """Why a document is looked at: a risk that moved, or another record that says so."""

    __tablename__ = "document_review_trigger"
    __table_args__ = (UniqueConstraint("review_id", "trigger_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("document_review.id"))
    trigger_key: Mapped[str] = mapped_column(String(NAME_LENGTH))
    risk_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    reason: Mapped[str] = mapped_column(Text)
    triggered_at: Mapped[datetime]
