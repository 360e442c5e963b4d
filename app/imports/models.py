"""Tables of imports: each run with its mapping, its checked rows, and the master data it adds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base

NAME_LENGTH = 300


class ImportRun(Base):
    """One file that was brought in.

    Shape: `mapping` is the whole mapping as it was read, so that the run explains itself; `lands_as` and
    `state` are words of `rules`; `fault` says why landing stopped, None while nothing stands in its way.
    """

    __tablename__ = "import_run"
    __table_args__ = (Index("ix_import_run_file", "file_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(NAME_LENGTH))
    file_name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    lands_as: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    row_count: Mapped[int] = mapped_column(default=0)
    landed_count: Mapped[int] = mapped_column(default=0)
    recurrent_count: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    landed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportRow(Base):
    """A row that the start form accepted, waiting to land; `record_id` is what it became.

    Shape: `number` is the row of the file, counted from 1 with the heading; `answers` are those of the start
    form, links to master data that is still to be added by provisional ids.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        UniqueConstraint("record_id"),
        Index(
            "ix_import_row_waiting",
            "run_id",
            "occurred_at",
            "number",
            sqlite_where=text("record_id IS NULL"),
            postgresql_where=text("record_id IS NULL"),
        ),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    occurred_at: Mapped[datetime]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    landed_version: Mapped[int | None]


class ImportEntry(Base):
    """Master data a run adds: named by its rows, known to nobody before.

    Shape: `number` counts from 1 and makes the provisional id; `entry_id` is the row's id in the table of its
    kind; `is_added` is False when somebody had added it meanwhile.
    """

    __tablename__ = "import_entry"

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    entry_id: Mapped[int | None]
    is_added: Mapped[bool] = mapped_column(default=False)
