"""Tables of competence: skills, who needs which, what teaches them, and who has them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base

WORD_LENGTH = 40
NAME_LENGTH = 200
KEY_LENGTH = 200


class ItemKind(StrEnum):
    """How a training item is learned."""

    READ = "read"
    COURSE = "course"
    ON_THE_JOB = "ojt"
    EXAM = "exam"


class QualificationStatus(StrEnum):
    """What the calendar says about a qualification; set by a job, so that lists can count it."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"


class Maintained:
    """What maintained rows have in common. They end, they are never deleted."""

    id: Mapped[int] = mapped_column(primary_key=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    row_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class Skill(Maintained, Base):
    """Something a person can do, on five levels from novice to expert."""

    __tablename__ = "skill"

    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    description: Mapped[str] = mapped_column(Text, default="")


class CompetenceRequirement(Maintained, Base):
    """A role needs a skill at a level, at one site or all, in one process or all.

    Shape: `is_control` says that the role keeps a risk in check by this skill: a lapse weighs on the risks of
    that site and process.
    """

    __tablename__ = "competence_requirement"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        Index("ix_competence_requirement_role", "role", "skill_id"),
    )

    role: Mapped[str] = mapped_column(String(WORD_LENGTH))
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), index=True)
    level: Mapped[int]
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    process_id: Mapped[int | None] = mapped_column(ForeignKey("business_process.id"))
    is_control: Mapped[bool] = mapped_column(default=False)


class TrainingItem(Maintained, Base):
    """A reading, a course, a spell of practice or an examination that teaches or proves a skill.

    Shape: without a skill it only has to be done. Units: `pass_score` in percent; `validity_months` in
    calendar months, None for good.
    """

    __tablename__ = "training_item"
    __table_args__ = (
        CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("pass_score IS NULL OR pass_score BETWEEN 1 AND 100", name="pass_score"),
    )

    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    kind: Mapped[str] = mapped_column(String(WORD_LENGTH))
    material: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    skill_id: Mapped[int | None] = mapped_column(ForeignKey("skill.id"), index=True)
    level: Mapped[int | None]
    minutes: Mapped[int | None]
    validity_months: Mapped[int | None]
    pass_score: Mapped[int | None]
    trainer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Qualification(Base):
    """Somebody has a skill at a level, proven by something, until a day or for good. Never deleted.

    Shape: a waiver says that somebody may work without the proof for a time; it has no evidence but a reason.
    `told_days` is the last warning given before the day, None before the first.
    """

    __tablename__ = "qualification"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="span"),
        CheckConstraint("valid_until IS NOT NULL OR NOT is_waiver", name="waiver_ends"),
        Index("ix_qualification_person", "person_id", "skill_id", "level"),
        Index(
            "ix_qualification_until",
            "valid_until",
            "id",
            sqlite_where=text("withdrawn_at IS NULL AND valid_until IS NOT NULL"),
            postgresql_where=text("withdrawn_at IS NULL AND valid_until IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), index=True)
    level: Mapped[int]
    evidence: Mapped[str] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    is_waiver: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(WORD_LENGTH), default=QualificationStatus.VALID.value)
    told_days: Mapped[int | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(Text, default="")
