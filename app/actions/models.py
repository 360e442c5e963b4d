"""Tables of actions and of requests for more time."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.records.models import Record

WORD_LENGTH = 40


class ActionStatus(StrEnum):
    """Where an action stands."""

    OPEN = "open"
    DONE = "done"
    VERIFIED = "verified"
    CANCELLED = "cancelled"


class ActionType(StrEnum):
    """What an action is for."""

    CONTAINMENT = "containment"
    CORRECTION = "correction"
    CORRECTIVE = "corrective"
    PREVENTIVE = "preventive"
    IMPROVEMENT = "improvement"


class ExtensionStatus(StrEnum):
    """Where a request for more time stands."""

    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Action(Record):
    """Something to be done by one person by one day, for a record or by itself.

    Shape: `source_kind` and `source_id` name the record that planned it, `row_key` the row of its plan.
    """

    __tablename__ = "action"
    __table_args__ = (  # type: ignore[assignment]  # the spine's tuple has another length
        Index("ix_action_source", "source_kind", "source_id"),
    )
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    # A second column points at records, so the join must be named.
    __mapper_args__ = {
        "polymorphic_identity": "action",
        "inherit_condition": id == Record.id,  # noqa: A003 - the column above, as SQLAlchemy wants it
    }

    source_kind: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    row_key: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    description: Mapped[str] = mapped_column(Text, default="")
    action_type: Mapped[str] = mapped_column(
        String(WORD_LENGTH), default=ActionType.CORRECTIVE.value, info={"choices": ActionType}
    )
    deliverable: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    linked_cause: Mapped[str | None] = mapped_column(Text)
    action_owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verifier_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None] = mapped_column(Date)
    done_text: Mapped[str | None] = mapped_column(Text)
    done_on: Mapped[date | None] = mapped_column(Date)
    verification: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    verification_note: Mapped[str | None] = mapped_column(Text)


class Extension(Record):
    """A request to move the day on which a record is due."""

    __tablename__ = "extension"
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    # A second column points at records, so the join must be named.
    __mapper_args__ = {
        "polymorphic_identity": "extension",
        "inherit_condition": id == Record.id,  # noqa: A003 - the column above, as SQLAlchemy wants it
    }

    subject_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"), index=True)
    new_due_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str | None] = mapped_column(Text)
    earlier_count: Mapped[int] = mapped_column(default=0)
    verdict: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    decision_note: Mapped[str | None] = mapped_column(Text)
