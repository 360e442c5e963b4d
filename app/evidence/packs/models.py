"""The table of packs that a job makes: by clause and by period."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base


class PackKind(StrEnum):
    """What a pack is about."""

    CLAUSE = "clause"
    PERIOD = "period"


class EvidencePack(Base):
    """A pack that somebody asked for.

    Shape: `scope` holds what it is about, as `Scope.as_data`; `record_ids` are those in it, kept so that the
    right to take it can be asked for; `finished_at` is None while it waits, `file_id` None before and after
    it is there; `failure` says in a sentence why there is none. Units: `done` of `total` are records.
    """

    __tablename__ = "evidence_pack"
    __table_args__ = (Index("ix_evidence_pack_asked_at", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    scope: Mapped[dict[str, Any]] = mapped_column(JSON)
    first: Mapped[date | None] = mapped_column(Date)
    last: Mapped[date | None] = mapped_column(Date)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    record_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    finished_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(String(500), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    manifest_sha256: Mapped[str] = mapped_column(String(64), default="")
    pack_sha256: Mapped[str] = mapped_column(String(64), default="")
    removed_at: Mapped[datetime | None]
