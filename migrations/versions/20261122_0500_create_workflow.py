"""Create the tables of workflow.

Why: the first tables of the package.
Locks: none; the tables are empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "0500_workflow"
down_revision = "0400_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_definition_version()
    _create_process_instance()
    _create_task()
    _index_task()
    _create_submission()
    _create_evaluation()
    _create_timer()
    _create_message()
    _create_subscription()
    _create_fault()
    _create_task_policy()


def _create_definition_version() -> None:
    op.create_table(
        "definition_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("bundle_sha256", sa.String(length=64), nullable=False),
        sa.Column("bundle", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition_version")),
        sa.UniqueConstraint("key", "number", name="uq_definition_version_key_number"),
    )
    op.create_index(
        op.f("ix_definition_version_bundle_sha256"), "definition_version", ["bundle_sha256"], unique=False
    )


def _create_process_instance() -> None:
    op.create_table(
        "process_instance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("definition_version_id", sa.Integer(), nullable=False),
        sa.Column("definition_key", sa.String(length=80), nullable=False),
        sa.Column("record_kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=80), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("element_states", sa.JSON(), nullable=False),
        sa.Column("decisions", sa.JSON(), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("held_at", UtcDateTime(), nullable=True),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_version_id"],
            ["definition_version.id"],
            name=op.f("fk_process_instance_definition_version_id_definition_version"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_process_instance_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_instance")),
    )
    op.create_index(
        "ix_process_instance_record", "process_instance", ["record_kind", "record_id"], unique=False
    )


def _create_task() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("definition_version_id", sa.Integer(), nullable=False),
        sa.Column("definition_key", sa.String(length=80), nullable=False),
        sa.Column("element_id", sa.String(length=120), nullable=False),
        sa.Column("guid", sa.String(length=36), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("record_kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("record_number", sa.String(length=40), nullable=False),
        sa.Column("record_title", sa.String(length=300), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("duty", sa.String(length=40), nullable=True),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("candidate_group_id", sa.Integer(), nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("original_due_at", UtcDateTime(), nullable=False),
        sa.Column("policy", sa.String(length=40), nullable=False),
        sa.Column("nudge_at", UtcDateTime(), nullable=True),
        sa.Column("nudges", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.Column("completed_by_id", sa.Integer(), nullable=True),
        sa.Column("on_behalf_of_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_because", sa.String(length=300), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=True),
        sa.Column("draft_by_id", sa.Integer(), nullable=True),
        sa.Column("draft_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["assignee_id"], ["person.id"], name=op.f("fk_task_assignee_id_person")),
        sa.ForeignKeyConstraint(
            ["candidate_group_id"],
            ["candidate_group.id"],
            name=op.f("fk_task_candidate_group_id_candidate_group"),
        ),
        sa.ForeignKeyConstraint(
            ["definition_version_id"],
            ["definition_version.id"],
            name=op.f("fk_task_definition_version_id_definition_version"),
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_task_instance_id_process_instance")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_task_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )


def _index_task() -> None:
    op.create_index(
        "ix_task_done",
        "task",
        ["completed_by_id", "completed_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'done'"),
        postgresql_where=sa.text("state = 'done'"),
    )
    op.create_index(
        "ix_task_group",
        "task",
        ["candidate_group_id", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open' AND assignee_id IS NULL"),
        postgresql_where=sa.text("state = 'open' AND assignee_id IS NULL"),
    )
    op.create_index(op.f("ix_task_instance_id"), "task", ["instance_id"], unique=False)
    op.create_index(
        "ix_task_mine",
        "task",
        ["assignee_id", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open' AND assignee_id IS NOT NULL"),
        postgresql_where=sa.text("state = 'open' AND assignee_id IS NOT NULL"),
    )
    op.create_index(
        "ix_task_nudge",
        "task",
        ["nudge_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open' AND nudge_at IS NOT NULL"),
        postgresql_where=sa.text("state = 'open' AND nudge_at IS NOT NULL"),
    )
    op.create_index("ix_task_record", "task", ["record_kind", "record_id"], unique=False)
    op.create_index(
        "ix_task_site",
        "task",
        ["site_id", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _create_submission() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("definition_version_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("element_id", sa.String(length=120), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("form_sha256", sa.String(length=64), nullable=False),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("on_behalf_of_id", sa.Integer(), nullable=True),
        sa.Column("signature", sa.JSON(), nullable=True),
        sa.Column("submitted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_submission_instance_id_process_instance")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_submission_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("form_token", name=op.f("uq_submission_form_token")),
    )
    op.create_index(
        "ix_submission_instance_element", "submission", ["instance_id", "element_id", "id"], unique=False
    )
    op.create_index(op.f("ix_submission_task_id"), "submission", ["task_id"], unique=False)


def _create_evaluation() -> None:
    op.create_table(
        "evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("element_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("evaluated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_evaluation_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
    )
    op.create_index(op.f("ix_evaluation_instance_id"), "evaluation", ["instance_id"], unique=False)


def _create_timer() -> None:
    op.create_table(
        "timer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("guid", sa.String(length=36), nullable=False),
        sa.Column("element_id", sa.String(length=120), nullable=False),
        sa.Column("occurrence", sa.String(length=40), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("owner", sa.String(length=80), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_timer_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timer")),
        sa.UniqueConstraint("instance_id", "guid", "occurrence", name="uq_timer_occurrence"),
    )
    op.create_index("ix_timer_due", "timer", ["due_at", "id"], unique=False)


def _create_message() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("correlation_key", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=160), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_message_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("name", "correlation_key", "source", name="uq_message_source"),
    )
    op.create_index(
        "ix_message_pending",
        "message",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )


def _create_subscription() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("guid", sa.String(length=36), nullable=False),
        sa.Column("element_id", sa.String(length=120), nullable=False),
        sa.Column("message_name", sa.String(length=120), nullable=False),
        sa.Column("correlation_key", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["process_instance.id"],
            name=op.f("fk_subscription_instance_id_process_instance"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("instance_id", "guid", "element_id", name="uq_subscription_place"),
    )
    op.create_index(
        "ix_subscription_message", "subscription", ["message_name", "correlation_key"], unique=False
    )


def _create_fault() -> None:
    op.create_table(
        "fault",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("element_id", sa.String(length=120), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("happened_at", UtcDateTime(), nullable=False),
        sa.Column("retry_at", UtcDateTime(), nullable=True),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_fault_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault")),
    )
    op.create_index(op.f("ix_fault_instance_id"), "fault", ["instance_id"], unique=False)
    op.create_index(
        "ix_fault_open",
        "fault",
        ["id"],
        unique=False,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )


def _create_task_policy() -> None:
    op.create_table(
        "task_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("default_due", sa.String(length=20), nullable=False),
        sa.Column("reminders", sa.JSON(), nullable=False),
        sa.Column("escalations", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_task_policy_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_policy")),
        sa.UniqueConstraint("key", "site_id", name="uq_task_policy_key_site"),
    )


def downgrade() -> None:
    op.drop_table("task_policy")
    op.drop_table("fault")
    op.drop_table("subscription")
    op.drop_table("message")
    op.drop_table("timer")
    op.drop_table("evaluation")
    op.drop_table("submission")
    op.drop_table("task")
    op.drop_table("process_instance")
    op.drop_table("definition_version")
