"""Tables of the engine room. The snapshot owns position; `Task` rows are its projection."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base
from app.workflow.spots import Spot


class InstanceState(StrEnum):
    """Where an instance stands, in the engine's words."""

    OPEN = "open"
    HELD = "held"
    OVER = "over"
    CANCELLED = "cancelled"


class TaskState(StrEnum):
    """Where a task stands. Claimed is not a state: an open task with an assignee is claimed."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class MessageState(StrEnum):
    """Where a stored message stands. A waiting one found nobody yet; a subscription wakes it."""

    PENDING = "pending"
    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class DefinitionVersion(Base):
    """One immutable published bundle of diagram, tables and forms."""

    __tablename__ = "definition_version"
    __table_args__ = (UniqueConstraint("key", "number", name="uq_definition_version_key_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    bundle_sha256: Mapped[str] = mapped_column(String(64), index=True)
    bundle: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    note: Mapped[str] = mapped_column(Text)
    is_current: Mapped[bool]
    published_by_id: Mapped[int | None]
    published_at: Mapped[datetime]


class ProcessInstance(Base):
    """One run of a definition version, about one record. The snapshot is read only to advance.

    Shape: `decisions` holds the latest outputs by decision key, and the outcome of each call by its id;
    `results` what operations answered, by element id; both by `<call>/<id>` for what stands inside a call.
    `calls` holds the parameters each call began with, by its id.
    """

    __tablename__ = "process_instance"
    __table_args__ = (
        Index("ix_process_instance_record", "record_kind", "record_id"),
        Index("ix_process_instance_begun", "definition_key", "started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    definition_version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"))
    definition_key: Mapped[str] = mapped_column(String(80))
    record_kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    state: Mapped[str] = mapped_column(String(20), default=InstanceState.OPEN.value)
    outcome: Mapped[str | None] = mapped_column(String(80))
    row_version: Mapped[int] = mapped_column(default=1)
    element_states: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    decisions: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    calls: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    results: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    started_by_id: Mapped[int | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    snapshot: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Task(Base):
    """What one person (or one of a group) has to do: everything a list row shows stands here.

    Units: `waiting_minutes` and `handling_minutes` are working time of the site, known once it is done.
    """

    __tablename__ = "task"
    # The IS NOT NULL keeps SQLite from serving the group query out of the personal index (measured: 40-190x).
    __table_args__ = (
        Index(
            "ix_task_mine",
            "assignee_id",
            "due_at",
            "id",
            sqlite_where=text("state = 'open' AND assignee_id IS NOT NULL"),
            postgresql_where=text("state = 'open' AND assignee_id IS NOT NULL"),
        ),
        Index(
            "ix_task_group",
            "candidate_group_id",
            "due_at",
            "id",
            sqlite_where=text("state = 'open' AND assignee_id IS NULL"),
            postgresql_where=text("state = 'open' AND assignee_id IS NULL"),
        ),
        Index(
            "ix_task_done",
            "completed_by_id",
            "completed_at",
            "id",
            sqlite_where=text("state = 'done'"),
            postgresql_where=text("state = 'done'"),
        ),
        Index(
            "ix_task_nudge",
            "nudge_at",
            sqlite_where=text("state = 'open' AND nudge_at IS NOT NULL"),
            postgresql_where=text("state = 'open' AND nudge_at IS NOT NULL"),
        ),
        Index("ix_task_record", "record_kind", "record_id"),
        Index(
            "uq_task_slot",
            "guid",
            "slot",
            unique=True,
            sqlite_where=text("slot <> ''"),
            postgresql_where=text("slot <> ''"),
        ),
        Index(
            "ix_task_site",
            "site_id",
            "due_at",
            "id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"), index=True)
    definition_version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"))
    definition_key: Mapped[str] = mapped_column(String(80))
    element_id: Mapped[str] = mapped_column(String(120))
    call_id: Mapped[str] = mapped_column(String(120), default="")
    guid: Mapped[str] = mapped_column(String(36))
    slot: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(300))
    record_kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    record_number: Mapped[str] = mapped_column(String(40))
    record_title: Mapped[str] = mapped_column(String(300))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    severity: Mapped[int | None]
    priority: Mapped[int] = mapped_column(default=2)
    role: Mapped[str] = mapped_column(String(40))
    duty: Mapped[str | None] = mapped_column(String(40))
    why: Mapped[str] = mapped_column(String(40))
    candidate_group_id: Mapped[int | None] = mapped_column(ForeignKey("candidate_group.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(20), default=TaskState.OPEN.value)
    due_at: Mapped[datetime]
    original_due_at: Mapped[datetime]
    policy: Mapped[str] = mapped_column(String(40), default="default")
    nudge_at: Mapped[datetime | None]
    nudges: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    completed_by_id: Mapped[int | None]
    waiting_minutes: Mapped[int | None]
    handling_minutes: Mapped[int | None]
    on_behalf_of_id: Mapped[int | None]
    cancelled_because: Mapped[str | None] = mapped_column(String(300))
    row_version: Mapped[int] = mapped_column(default=1)
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    draft_by_id: Mapped[int | None]
    draft_at: Mapped[datetime | None]

    @property
    def spot(self) -> Spot:
        """Where the task stands in its diagram."""
        return Spot(self.element_id, self.call_id)


class Submission(Base):
    """The immutable answers of one completed task or start form."""

    __tablename__ = "submission"
    __table_args__ = (Index("ix_submission_instance_element", "instance_id", "element_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    definition_version_id: Mapped[int]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    element_id: Mapped[str] = mapped_column(String(120))
    call_id: Mapped[str] = mapped_column(String(120), default="")
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    form_sha256: Mapped[str] = mapped_column(String(64))
    form_token: Mapped[str] = mapped_column(String(64), unique=True)
    actor_id: Mapped[int | None]
    on_behalf_of_id: Mapped[int | None]
    signature: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    submitted_at: Mapped[datetime]

    @property
    def spot(self) -> Spot:
        """Where the task whose answers these are stands in its diagram."""
        return Spot(self.element_id, self.call_id)


class StartDraft(Base):
    """What a person typed into a start form and has not sent."""

    __tablename__ = "start_draft"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    definition_key: Mapped[str] = mapped_column(String(80), primary_key=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime]


class Evaluation(Base):
    """What a gateway or a decision table was given and what it answered: why the record went this way."""

    __tablename__ = "evaluation"

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"), index=True)
    element_id: Mapped[str] = mapped_column(String(120))
    call_id: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(120))
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[Any] = mapped_column(JSON)
    evaluated_at: Mapped[datetime]


class Timer(Base):
    """One waiting timer of an instance; the truth about what is due."""

    __tablename__ = "timer"
    __table_args__ = (
        UniqueConstraint("instance_id", "guid", "occurrence", name="uq_timer_occurrence"),
        Index("ix_timer_due", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    guid: Mapped[str] = mapped_column(String(36))
    element_id: Mapped[str] = mapped_column(String(120))
    occurrence: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    owner: Mapped[str | None] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(default=0)


class Message(Base):
    """A stored message between instances: delivered after the commit, taken up again after a crash."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("name", "correlation_key", "source", name="uq_message_source"),
        Index(
            "ix_message_pending",
            "due_at",
            "id",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    correlation_key: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(160))
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20), default=MessageState.PENDING.value)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_by_id: Mapped[int | None]
    sent_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class Subscription(Base):
    """A catch event that waits for a message by name and correlation key."""

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("instance_id", "guid", "element_id", name="uq_subscription_place"),
        Index("ix_subscription_message", "message_name", "correlation_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    guid: Mapped[str] = mapped_column(String(36))
    element_id: Mapped[str] = mapped_column(String(120))
    message_name: Mapped[str] = mapped_column(String(120))
    correlation_key: Mapped[str] = mapped_column(String(200))


class Fault(Base):
    """A step the engine could not finish. It harms its own instance only; an admin retries it."""

    __tablename__ = "fault"
    __table_args__ = (
        Index(
            "ix_fault_open",
            "id",
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int | None]
    element_id: Mapped[str | None] = mapped_column(String(120))
    cause: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=1)
    happened_at: Mapped[datetime]
    retry_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None]
    resolution: Mapped[str | None] = mapped_column(Text)


class TaskPolicy(Base):
    """How a kind of task is reminded of and escalated at a site; without a site, everywhere."""

    __tablename__ = "task_policy"
    __table_args__ = (UniqueConstraint("key", "site_id", name="uq_task_policy_key_site"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    default_due: Mapped[str] = mapped_column(String(20))
    reminders: Mapped[list[str]] = mapped_column(JSON)
    escalations: Mapped[list[dict[str, str]]] = mapped_column(JSON)
