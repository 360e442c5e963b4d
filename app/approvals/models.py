"""Tables of approvals: chains with their versions, and approvals that run or have run."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.approvals.rules import StageOutcome
from app.foundation.db import Base
from app.records.models import Record

KEY_LENGTH = 40
NAME_LENGTH = 200
_DRAFT = text("state IN ('draft', 'proposed')")
_IN_FORCE = text("state = 'in_force'")
_RUNNING = text("state = 'running'")
_ASKED = text("state IN ('waiting', 'asked')")


class VersionState(StrEnum):
    """Where a chain version stands. One is worked on, one is in force, the former ones never change."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    FORMER = "former"


class ApprovalState(StrEnum):
    """Where an approval stands; the last three are how it ended, and the outcomes of the diagram."""

    RUNNING = "running"
    CANCELLED = "cancelled"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"


class SeatState(StrEnum):
    """Where a seat stands: not asked yet, asked, voted, or taken back."""

    WAITING = "waiting"
    ASKED = "asked"
    VOTED = "voted"
    WITHDRAWN = "withdrawn"


class ChainPolicy(Base):
    """Who approves what: a key that diagrams name, for one kind of record.

    Shape: `author_fields` are fields of the record that name its authors, who never approve it.
    """

    __tablename__ = "chain_policy"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    title: Mapped[str] = mapped_column(String(NAME_LENGTH))
    description: Mapped[str] = mapped_column(Text, default="")
    record_kind: Mapped[str] = mapped_column(String(KEY_LENGTH))
    author_fields: Mapped[list[str]] = mapped_column(JSON)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class ChainVersion(Base):
    """One version of a chain: its rules and stages as JSON, immutable once it was in force."""

    __tablename__ = "chain_version"
    __table_args__ = (
        UniqueConstraint("policy_id", "number"),
        Index(
            "uq_chain_version_draft",
            "policy_id",
            unique=True,
            sqlite_where=_DRAFT,
            postgresql_where=_DRAFT,
        ),
        Index(
            "uq_chain_version_in_force",
            "policy_id",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("chain_policy.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default=VersionState.DRAFT.value)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text, default="")
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    edited_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)


class Approval(Base):
    """One run of a chain about a record, pinned to the version in force when it began.

    Shape: `author_ids` are the people who never vote; `(instance_id, task_guid)` tells a repeated call.
    """

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("instance_id", "task_guid"),
        Index("ix_approval_record", "record_kind", "record_id"),
        Index(
            "ix_approval_running",
            "chain_version_id",
            sqlite_where=_RUNNING,
            postgresql_where=_RUNNING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    call_id: Mapped[str] = mapped_column(String(120))
    task_guid: Mapped[str] = mapped_column(String(36))
    chain_version_id: Mapped[int] = mapped_column(ForeignKey("chain_version.id"))
    policy_key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    rule: Mapped[int]
    stages: Mapped[list[int]] = mapped_column(JSON)
    record_kind: Mapped[str] = mapped_column(String(KEY_LENGTH))
    record_id: Mapped[int]
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    author_ids: Mapped[list[int]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20), default=ApprovalState.RUNNING.value)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ApprovalStage(Base):
    """One stage as it was opened; a stage to which an approval went back is opened again as another row.

    Shape: `place` counts the stages that apply, `opening` how often this one was opened; `guid` is the
    engine's task it is offered as.
    """

    __tablename__ = "approval_stage"
    __table_args__ = (
        UniqueConstraint("approval_id", "place", "opening"),
        Index("ix_approval_stage_guid", "guid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"))
    place: Mapped[int]
    opening: Mapped[int]
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    mode: Mapped[str] = mapped_column(String(20))
    has_veto: Mapped[bool]
    on_no: Mapped[str] = mapped_column(String(20))
    due: Mapped[str] = mapped_column(String(20))
    policy: Mapped[str] = mapped_column(String(KEY_LENGTH))
    lets_deputies_act: Mapped[bool]
    is_independent: Mapped[bool]
    guid: Mapped[str | None] = mapped_column(String(36))
    outcome: Mapped[str] = mapped_column(String(20), default=StageOutcome.UNDECIDED.value)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class ApprovalGroup(Base):
    """The sums of one group of a stage. Votes move them, so nobody has to count members."""

    __tablename__ = "approval_group"
    __table_args__ = (UniqueConstraint("stage_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("approval_stage.id"))
    place: Mapped[int]
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    way: Mapped[int]
    quorum: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    size: Mapped[int]
    needed: Mapped[int]
    approvals: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0)


class ApprovalSeat(Base):
    """One person who is asked in a stage: one vote, in one group of each way.

    Shape: `slot` is the key of the task row; `why` the member by which the person was found, `added` or
    `replaced`; `groups` are ids of groups.
    """

    __tablename__ = "approval_seat"
    __table_args__ = (
        UniqueConstraint("stage_id", "slot"),
        Index("ix_approval_seat_asked", "person_id", sqlite_where=_ASKED, postgresql_where=_ASKED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("approval_stage.id"))
    slot: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    place: Mapped[int]
    why: Mapped[str] = mapped_column(String(80))
    groups: Mapped[list[int]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20), default=SeatState.WAITING.value)


class ApprovalVote(Base):
    """One vote: whose it is, who gave it, what it says. Never changed."""

    __tablename__ = "approval_vote"
    __table_args__ = (UniqueConstraint("seat_id"), UniqueConstraint("stage_id", "actor_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("approval_stage.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("approval_seat.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    verdict: Mapped[str] = mapped_column(String(20))
    comment: Mapped[str] = mapped_column(Text, default="")
    voted_at: Mapped[datetime]


class Publication(Record):
    """A definition or a chain version that somebody wants to put in force, and somebody else decides on.

    Shape: `payload` is the packed bundle of a definition in base 64, so that a signature covers it;
    `version_id` is the version of the chain, and of a definition the one that came of it.
    """

    __tablename__ = "publication"
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "publication"}

    subject_kind: Mapped[str] = mapped_column(String(20), default="")
    subject_key: Mapped[str] = mapped_column(String(80), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    payload: Mapped[str | None] = mapped_column(Text, deferred=True, info={"is_kept": True})
    sha256: Mapped[str] = mapped_column(String(64), default="")
    version_id: Mapped[int | None]
    version_number: Mapped[int | None]
