"""The table of audit rooms. What was looked at stands in the trail."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base


class AuditRoom(Base):
    """A room for one guest.

    Shape: an empty list of `site_ids`, `process_ids`, `clauses` or `kinds` does not limit; with
    `records_first` and `records_last` only records opened or closed then are shown. It is open on the days
    from `first` to `last`, unless `closed_at` ended it before.
    """

    __tablename__ = "audit_room"
    __table_args__ = (
        CheckConstraint('"last" >= "first"', name="span"),
        Index("ix_audit_room_guest", "guest_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    guest_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation: Mapped[str] = mapped_column(String(200), default="")
    edition: Mapped[str] = mapped_column(String(40))
    site_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    process_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    clauses: Mapped[list[str]] = mapped_column(JSON, default=list)
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    records_first: Mapped[date | None] = mapped_column(Date)
    records_last: Mapped[date | None] = mapped_column(Date)
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
