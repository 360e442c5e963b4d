"""Tables of trainings: one person learns one thing; who asked for it; and proofs that have ended."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.dated import DATED
from app.foundation.db import Base
from app.records.models import TITLE_LENGTH, Record
from app.training.models import KEY_LENGTH, WORD_LENGTH


class TrainingStatus(StrEnum):
    """Where a training stands, in the words of the register."""

    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    FAILED = "failed"
    COMPLETED = "completed"
    EFFECTIVE = "effective"
    NOT_EFFECTIVE = "not_effective"
    WAIVED = "waived"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


class TrainingSource(StrEnum):
    """What asked for a training."""

    HAND = "hand"
    CAPA = "capa"
    FINDING = "finding"
    DOCUMENT = "document_change"
    TREATMENT = "treatment"
    GAP = "gap"
    EXPIRY = "expiry"


class LapseStatus(StrEnum):
    """Where the question stands what follows from a proof that ended."""

    OPEN = "open"
    TRAINING = "training_requested"
    WAIVED = "waived"
    OTHER_WORK = "other_work"
    RENEWED = "renewed"
    CANCELLED = "cancelled"


class TrainingRecord(Record):
    """One person learns one thing: a skill at a level, or a training item without one.

    Shape: `attempts` counts the rounds, `answered_round` the last one whose questions were answered;
    `proof_id` is the qualification that came of it. Units: `score` in percent, `level` 1 to 5.
    Source: ISO 9001:2015, 7.2.
    """

    __tablename__ = "training_record"
    __table_args__ = (  # type: ignore[assignment]  # the spine's tuple has another length
        CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name="level"),
        Index("ix_training_record_person", "person_id", "skill_id"),
    )
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "training_record"}

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("training_item.id"), index=True)
    skill_id: Mapped[int | None] = mapped_column(ForeignKey("skill.id"))
    level: Mapped[int | None]
    source: Mapped[str] = mapped_column(
        String(WORD_LENGTH), default=TrainingSource.HAND.value, info={"choices": TrainingSource}
    )
    reason: Mapped[str | None] = mapped_column(Text)
    due_on: Mapped[date | None] = mapped_column(Date)
    request_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assessor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    material: Mapped[str | None] = mapped_column(Text)
    has_questions: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0, **DATED)
    attempts_left: Mapped[int] = mapped_column(default=0)
    answered_round: Mapped[int] = mapped_column(default=0)
    score: Mapped[int | None] = mapped_column()
    learned_on: Mapped[date | None] = mapped_column(Date)
    learned_note: Mapped[str | None] = mapped_column(Text)
    assessment: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    assessment_note: Mapped[str | None] = mapped_column(Text)
    assessed_on: Mapped[date | None] = mapped_column(Date)
    completed_at: Mapped[datetime | None] = mapped_column(**DATED)
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("qualification.id"))
    evaluate_at: Mapped[datetime | None] = mapped_column()
    evaluated_at: Mapped[datetime | None] = mapped_column(**DATED)
    evaluation: Mapped[str | None] = mapped_column(String(WORD_LENGTH), **DATED)
    evaluation_note: Mapped[str | None] = mapped_column(Text)
    follow_up: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    failure_decision: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    failure_note: Mapped[str | None] = mapped_column(Text)
    waiver_decision: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    waive_until: Mapped[date | None] = mapped_column(Date)
    waiver_reason: Mapped[str | None] = mapped_column(Text)


class LapsedSkill(Record):
    """Somebody can no longer prove a skill that a role of theirs asks for; the manager decides."""

    __tablename__ = "lapsed_skill"
    __table_args__ = (  # type: ignore[assignment]  # the spine's tuple has another length
        Index("ix_lapsed_skill_person", "person_id", "skill_id"),
    )
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "lapsed_skill"}

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    skill_id: Mapped[int | None] = mapped_column(ForeignKey("skill.id"))
    level: Mapped[int | None]
    lapsed_on: Mapped[date | None] = mapped_column(Date)
    qualification_id: Mapped[int | None] = mapped_column(ForeignKey("qualification.id"))
    lapse_decision: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    lapse_note: Mapped[str | None] = mapped_column(Text)
    waiver_decision: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    waive_until: Mapped[date | None] = mapped_column(Date)
    waiver_reason: Mapped[str | None] = mapped_column(Text)


class TrainingRequest(Base):
    """Another record asks that people learn something; it waits until enough of them have.

    Shape: `request_key` tells the requests of one record apart.
    """

    __tablename__ = "training_request"
    __table_args__ = (
        UniqueConstraint("request_key"),
        Index("ix_training_request_record", "record_kind", "record_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    record_kind: Mapped[str] = mapped_column(String(WORD_LENGTH))
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    requested_at: Mapped[datetime]


class TrainingRequestPerson(Base):
    """One person of a request, and the training it led to, None while it is on its way."""

    __tablename__ = "training_request_person"
    __table_args__ = (
        Index(
            "ix_training_request_person_training",
            "training_id",
            sqlite_where=text("training_id IS NOT NULL"),
            postgresql_where=text("training_id IS NOT NULL"),
        ),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("training_request.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    training_id: Mapped[int | None] = mapped_column(ForeignKey("training_record.id"))
