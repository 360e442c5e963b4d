"""Create notifications.

Why: watchers, people who are mentioned, asked or given a task are told in the transaction of the deed.
Locks: none; it only adds tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_notifications"
down_revision = "0042_trail_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add notifications, and who wants them by mail once a day."""
    op.create_table(
        "notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notification_person_id_person")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_notification_actor_id_person")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_notification_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index("ix_notification_person", "notification", ["person_id", "id"])
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["person_id", "id"],
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index("ix_notification_created_at", "notification", ["created_at"])
    op.create_table(
        "digest_choice",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("last_sent_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_digest_choice_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_digest_choice")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("digest_choice")
    op.drop_index("ix_notification_created_at", "notification")
    op.drop_index("ix_notification_unread", "notification")
    op.drop_index("ix_notification_person", "notification")
    op.drop_table("notification")
