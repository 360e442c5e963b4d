"""Tables of talks: what was explained when and where, and who confirmed to have been there."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base
from app.training.models import NAME_LENGTH, WORD_LENGTH


class TalkState(StrEnum):
    """Where a talk stands: its list is open, or closed for good."""

    OPEN = "open"
    CLOSED = "closed"


class Presence(StrEnum):
    """What an attendance list says of a person."""

    EXPECTED = "expected"
    CONFIRMED = "confirmed"
    ABSENT = "absent"


class TrainingSession(Base):
    """One talk or course on one day. Shape: without an item it is about its topic only."""

    __tablename__ = "training_session"
    __table_args__ = (Index("ix_training_session_held_on", "held_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("training_item.id"), index=True)
    topic: Mapped[str] = mapped_column(String(NAME_LENGTH))
    held_on: Mapped[date] = mapped_column(Date)
    place: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    trainer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(WORD_LENGTH), default=TalkState.OPEN.value)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)


class Attendance(Base):
    """One person on the list of a talk. Shape: `proof` says how they confirmed, as the signature tells it."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("session_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(WORD_LENGTH), default=Presence.EXPECTED.value)
    confirmed_at: Mapped[datetime | None]
    proof: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
