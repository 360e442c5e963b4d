"""Tables of documents and their revisions, of printed copies, and of the numbers documents get."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.dated import DATED, IS_DATED
from app.foundation.db import Base
from app.records.models import TITLE_LENGTH, Record

WORD_LENGTH = 40
NAME_LENGTH = 200
HASH_LENGTH = 64
SERIES_LENGTH = 20
_JSON = JSON(none_as_null=True)
_KEPT = {"is_kept": True}
JsonList = list[dict[str, Any]]


class DocumentType(StrEnum):
    """What a document is for. The number's prefix and the usual reviewers follow from it."""

    POLICY = "policy"
    MANUAL = "manual"
    PROCEDURE = "procedure"
    WORK_INSTRUCTION = "work_instruction"
    FORM = "form"
    SPECIFICATION = "specification"
    PLAN = "plan"
    EXTERNAL = "external"


class DocumentStatus(StrEnum):
    """Where a document stands. Its revisions have a status of their own."""

    DRAFT = "draft"
    EFFECTIVE = "effective"
    UNDER_REVIEW = "under_review"
    OBSOLETE = "obsolete"
    CANCELLED = "cancelled"


class RevisionStatus(StrEnum):
    """Where a revision stands. At most one of a document is effective, at most one is in the making."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    IN_APPROVAL = "in_approval"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    OBSOLETE = "obsolete"
    CANCELLED = "cancelled"


class ChangeClass(StrEnum):
    """How much of the road a change has to go."""

    ADMINISTRATIVE = "administrative"
    MINOR = "minor"
    MAJOR = "major"
    EMERGENCY = "emergency"


class ContentKind(StrEnum):
    """How the content is kept: written here, or a file."""

    MARKDOWN = "markdown"
    FILE = "file"


_IN_FORCE = text("status = 'effective'")
_IN_THE_MAKING = text("status IN ('draft', 'in_review', 'in_approval', 'approved')")


class Document(Record):
    """A controlled document: what stays the same while its revisions follow each other.

    Shape: `number` is PREFIX-AREA-SEQ; `audience` lists role keys, empty for everybody who sees it; `clauses`
    lists clause numbers; the risks it controls are links of the kind `controls`. `revision_label` and
    `effective_from` are those of the revision in force, None before the first. Units: `review_months` and
    `retention_years` in calendar months and years; without `review_months` the risks decide.
    """

    __tablename__ = "document"
    __table_args__ = (  # type: ignore[assignment]  # the spine's tuple has another length
        CheckConstraint("review_months IS NULL OR review_months BETWEEN 0 AND 84", name="review_months"),
        CheckConstraint("retention_years BETWEEN 0 AND 100", name="retention_years"),
        Index("ix_document_review_due", "review_due_on", "id"),
        Index("ix_document_type", "document_type", "id"),
    )
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    # A second column points at documents, so the join must be named.
    __mapper_args__ = {
        "polymorphic_identity": "document",
        "inherit_condition": id == Record.id,  # noqa: A003 - the column above, as SQLAlchemy wants it
    }

    document_type: Mapped[str] = mapped_column(
        String(WORD_LENGTH), default=DocumentType.PROCEDURE.value, info={"choices": DocumentType}
    )
    area: Mapped[str] = mapped_column(String(SERIES_LENGTH), default="")
    language: Mapped[str] = mapped_column(String(WORD_LENGTH), default="en")
    audience: Mapped[list[str]] = mapped_column(JSON, default=list)
    clauses: Mapped[list[str]] = mapped_column(JSON, default=list)
    review_months: Mapped[int | None]
    retention_years: Mapped[int] = mapped_column(default=10)

    issuer: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    issuer_reference: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    issuer_edition: Mapped[str | None] = mapped_column(String(NAME_LENGTH))

    revision_label: Mapped[str | None] = mapped_column(String(SERIES_LENGTH), info=_KEPT)
    effective_from: Mapped[date | None] = mapped_column(Date, info=_KEPT)
    review_due_on: Mapped[date | None] = mapped_column(Date, info=_KEPT | IS_DATED, active_history=True)
    reviewed_at: Mapped[datetime | None] = mapped_column(info=_KEPT)
    obsolete_at: Mapped[datetime | None] = mapped_column(info=_KEPT)
    obsolete_reason: Mapped[str | None] = mapped_column(Text, info=_KEPT)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), info=_KEPT)
    archive_until: Mapped[date | None] = mapped_column(Date, info=_KEPT)


class DocumentRevision(Base):
    """One revision of a document: its content, and how it came into force.

    Shape: Markdown stands in `content`, a file in `file_id`; `content_sha256` is the digest of title and
    content, or of the file's bytes. `approval` lists `{"person_id", "name", "meaning", "at", "on_behalf_of"}`
    in the order of consent. `details` are the properties the document takes over with this revision. What is
    approved does not change any more: a trigger of the database refuses it. A historical revision was
    imported; its approval is a fact somebody told, never a signature.
    """

    __tablename__ = "document_revision"
    __table_args__ = (
        UniqueConstraint("document_id", "major", "minor"),
        Index(
            "uq_document_revision_effective",
            "document_id",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
        Index(
            "uq_document_revision_in_the_making",
            "document_id",
            unique=True,
            sqlite_where=_IN_THE_MAKING,
            postgresql_where=_IN_THE_MAKING,
        ),
        Index("ix_document_revision_status", "status", "effective_from", "id"),
        CheckConstraint("major >= 0 AND minor >= 0", name="numbers"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    change_id: Mapped[int | None] = mapped_column(ForeignKey("document_change.id"), index=True)
    major: Mapped[int]
    minor: Mapped[int]
    change_class: Mapped[str] = mapped_column(String(WORD_LENGTH))
    status: Mapped[str] = mapped_column(String(WORD_LENGTH), default=RevisionStatus.DRAFT.value)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    content_kind: Mapped[str] = mapped_column(String(WORD_LENGTH), default=ContentKind.MARKDOWN.value)
    content: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    content_sha256: Mapped[str] = mapped_column(String(HASH_LENGTH), default="")
    change_summary: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approval: Mapped[JsonList] = mapped_column(JSON, default=list)
    effective_from: Mapped[date | None] = mapped_column(Date)
    effective_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None] = mapped_column(**DATED)
    is_historical: Mapped[bool] = mapped_column(default=False)
    row_version: Mapped[int] = mapped_column(default=1)

    @property
    def label(self) -> str:
        """Return the revision's number as people read it."""
        return f"{self.major}.{self.minor}"


class DocumentCopy(Base):
    """A printed copy somebody holds: where it is, who has it, and whether it came back."""

    __tablename__ = "document_copy"
    __table_args__ = (
        UniqueConstraint("document_id", "copy_no"),
        Index("ix_document_copy_revision", "revision_id", "returned_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("document_revision.id"))
    copy_no: Mapped[int]
    place: Mapped[str] = mapped_column(String(NAME_LENGTH))
    issued_to: Mapped[str] = mapped_column(String(NAME_LENGTH))
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime]
    recalled_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    returned_note: Mapped[str] = mapped_column(Text, default="")
    returned_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class DocumentNumberSeries(Base):
    """The last number given out in a series of documents, such as SOP-PUR."""

    __tablename__ = "document_number_series"

    series: Mapped[str] = mapped_column(String(WORD_LENGTH), primary_key=True)
    last: Mapped[int]


class DocumentRiskCheck(Base):
    """Somebody looked at a document because of a risk and found that it still holds. Appended only."""

    __tablename__ = "document_risk_check"
    __table_args__ = (Index("ix_document_risk_check_document", "document_id", "risk_id", "checked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    risk_id: Mapped[int] = mapped_column(ForeignKey("record.id"), index=True)
    review_id: Mapped[int | None] = mapped_column(ForeignKey("document_review.id"))
    reason: Mapped[str] = mapped_column(Text)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime]
