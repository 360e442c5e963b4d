"""Tables of the spine. A domain's table joins `record` by id and holds what only that domain knows."""

from __future__ import annotations

from datetime import date, datetime
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
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.dated import DATED
from app.foundation.db import Base

TITLE_LENGTH = 300


class Record(Base):
    """What every record has. Domains inherit by joined tables: `kind` says whose record it is.

    Shape: `extra` holds answers that are no column, by key; `restricted_to` is None, or the role keys the
    record is open to, as `,role,role,` so that SQL can look for one; a record `is_for_all_sites` is seen by
    everybody with a grant anywhere; `search_text` is what search reads besides number and title. Status is
    set by operations only, never by a form.
    """

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint("severity IS NULL OR severity BETWEEN 1 AND 5", name="severity"),
        Index("ix_record_kind_opened", "kind", "opened_at", "id"),
        Index("ix_record_kind_due", "kind", "due_at", "id"),
        Index("ix_record_kind_status", "kind", "status", "id"),
        Index(
            "ix_record_figures",
            "kind",
            "opened_at",
            "status",
            "is_imported",
            "severity",
            "site_id",
            "process_id",
        ),
        Index("ix_record_kind_first_due", "kind", "original_due_at"),
        Index("ix_record_closed", "closed_at", "kind"),
        Index("ix_record_owner", "owner_id", "id"),
        Index("ix_record_opened_by", "opened_by_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), **DATED)
    process_id: Mapped[int | None] = mapped_column(ForeignKey("business_process.id"), **DATED)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    status: Mapped[str] = mapped_column(String(40))
    severity: Mapped[int | None] = mapped_column(**DATED)
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    restricted_to: Mapped[str | None] = mapped_column(String(400))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(**DATED)
    original_due_at: Mapped[datetime | None] = mapped_column(**DATED)
    closed_at: Mapped[datetime | None]
    is_imported: Mapped[bool] = mapped_column(default=False)
    is_for_all_sites: Mapped[bool] = mapped_column(default=False, server_default=false())
    search_text: Mapped[str] = mapped_column(Text, default="")
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"polymorphic_on": "kind"}

    @property
    def restricted_roles(self) -> tuple[str, ...]:
        """Return the role keys the record is open to; empty when it is not restricted."""
        return tuple(role for role in (self.restricted_to or "").split(",") if role)


class RecordText(Base):
    """A long text by which search finds a record, such as what the document in force says.

    Shape: `source` names what the text was made from, so that a job sees whether it is of today; `terms` is
    what the index reads, see `terms`.
    """

    __tablename__ = "record_text"

    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    terms: Mapped[str] = mapped_column(Text)


class RecordLink(Base):
    """A typed link, stored once and read from both ends."""

    __tablename__ = "record_link"
    __table_args__ = (
        UniqueConstraint("from_id", "to_id", "kind"),
        CheckConstraint("from_id <> to_id", name="two_records"),
        Index("ix_record_link_to", "to_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    kind: Mapped[str] = mapped_column(String(40))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class FormerLink(Base):
    """A link that was taken away, with the time it held: figures of past days ask for it. Appended only."""

    __tablename__ = "former_link"
    __table_args__ = (Index("ix_former_link_kind", "kind", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    kind: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime]


class Comment(Base):
    """What somebody said or asked about a record. `asked_id` is the person a question goes to."""

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_record", "record_id", "id"),
        Index(
            "ix_comment_question",
            "asked_id",
            "id",
            sqlite_where=text("answered_at IS NULL AND asked_id IS NOT NULL"),
            postgresql_where=text("answered_at IS NULL AND asked_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Attachment(Base):
    """A file that belongs to a record. Removed ones are kept: they are evidence of what was there."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("record_id", "file_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Watcher(Base):
    """Somebody who wants to hear of a record. Watching gives no right to see it."""

    __tablename__ = "watcher"

    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    since: Mapped[datetime]


class Notification(Base):
    """One thing a person is told of a record: who did what, and whether they have read it.

    Shape: `kind` is one of `watching.NoticeKind`; `detail` is the status, or the title of the task; without a
    record it speaks of the system as a whole.
    The record has no foreign key: what people were told must not keep an import from being taken back.
    """

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_person", "person_id", "id"),
        Index(
            "ix_notification_unread",
            "person_id",
            "id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index("ix_notification_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    record_id: Mapped[int | None]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class DigestChoice(Base):
    """A person who wants unread notifications once a day by mail; without a row, no mail."""

    __tablename__ = "digest_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    last_sent_on: Mapped[date | None] = mapped_column(Date)


class SavedView(Base):
    """A list's filters under a name: the query string that the address had."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person_id", "list_key", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    list_key: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(String(2000))
    created_at: Mapped[datetime]
