"""Tables of acknowledgements: what must be read by whom, who has read it, and the questions about it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base
from app.records.models import TITLE_LENGTH, Record
from app.training.models import KEY_LENGTH, WORD_LENGTH


class ReadingState(StrEnum):
    """Where one person's acknowledgement stands."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class Withdrawal(StrEnum):
    """Why somebody need not acknowledge any longer. Who comes back is asked again."""

    LEFT = "left"
    OTHER_ROLE = "other_role"
    SUPERSEDED = "superseded"
    NOT_NEEDED = "not_needed"


class QuizSubject(StrEnum):
    """What questions are about."""

    ITEM = "training_item"
    READING = "reading"


class AcknowledgementRequest(Base):
    """One revision that an audience has to read and acknowledge.

    Shape: `revision_key` is the sender's name for it, `content_kind` and `revision_id` what its reading is
    asked by; `subject_id` is what the revisions are of, such as the document. Without a site it concerns all.
    Units: `due_days` in calendar days from the moment somebody is asked.
    """

    __tablename__ = "acknowledgement_request"
    __table_args__ = (
        UniqueConstraint("revision_key"),
        Index("ix_acknowledgement_request_subject", "content_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    content_kind: Mapped[str] = mapped_column(String(WORD_LENGTH))
    revision_id: Mapped[int]
    subject_id: Mapped[int]
    number: Mapped[str] = mapped_column(String(WORD_LENGTH))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    due_days: Mapped[int]
    needs_training: Mapped[bool] = mapped_column(default=False)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime]
    reached_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class AcknowledgementAudience(Base):
    """A role whose people have to acknowledge. Shape: `everybody` stands for each role there is."""

    __tablename__ = "acknowledgement_audience"

    request_id: Mapped[int] = mapped_column(ForeignKey("acknowledgement_request.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(WORD_LENGTH), primary_key=True)


class Acknowledgement(Base):
    """One person and one revision. Shape: `reason` is a word of `Withdrawal`, empty while it is asked for.

    Units: `score` in percent; `more_attempts` are those granted beyond the limit.
    """

    __tablename__ = "acknowledgement"
    __table_args__ = (
        UniqueConstraint("request_id", "person_id"),
        Index(
            "ix_acknowledgement_mine",
            "person_id",
            "due_at",
            "id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_acknowledgement_nudge",
            "nudge_at",
            sqlite_where=text("state = 'open' AND nudge_at IS NOT NULL"),
            postgresql_where=text("state = 'open' AND nudge_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("acknowledgement_request.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(20), default=ReadingState.OPEN.value)
    reason: Mapped[str] = mapped_column(String(20), default="")
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    nudges: Mapped[int] = mapped_column(default=0)
    nudge_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    is_understood: Mapped[bool] = mapped_column(default=False)
    score: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0)
    more_attempts: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)


class FailedReading(Record):
    """Somebody used up the attempts at the questions about a revision; their manager decides what follows."""

    __tablename__ = "failed_reading"
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "failed_reading"}

    acknowledgement_id: Mapped[int | None] = mapped_column(ForeignKey("acknowledgement.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reading_decision: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    reading_note: Mapped[str | None] = mapped_column(Text)


class Quiz(Base):
    """The questions about one revision or one training item. Attempts keep the questions they answered.

    Units: `pass_score` in percent, None for the setting.
    """

    __tablename__ = "quiz"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_key"),
        CheckConstraint("pass_score IS NULL OR pass_score BETWEEN 1 AND 100", name="pass_score"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(WORD_LENGTH))
    subject_key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    pass_score: Mapped[int | None]
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    row_version: Mapped[int] = mapped_column(default=1)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class QuizAttempt(Base):
    """One person's answers to a quiz, with the questions as they stood. Never changed.

    Shape: `questions` as on the quiz; `answers` lists the numbers of the chosen options for each question.
    """

    __tablename__ = "quiz_attempt"
    __table_args__ = (Index("ix_quiz_attempt_person", "person_id", "quiz_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    acknowledgement_id: Mapped[int | None] = mapped_column(ForeignKey("acknowledgement.id"), index=True)
    training_id: Mapped[int | None] = mapped_column(ForeignKey("training_record.id"), index=True)
    form_token: Mapped[str] = mapped_column(String(64), unique=True)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    answers: Mapped[list[list[int]]] = mapped_column(JSON)
    score: Mapped[int]
    is_passed: Mapped[bool]
    attempted_at: Mapped[datetime]
