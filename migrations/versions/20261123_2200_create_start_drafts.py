"""Create start drafts.

Why: what is typed into a start form survives a lost login, as it does in a task.
Locks: none; the table is empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "2200_start_drafts"
down_revision = "2100_training"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "start_draft",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("definition_key", sa.String(length=80), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_start_draft_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "definition_key", name=op.f("pk_start_draft")),
    )


def downgrade() -> None:
    op.drop_table("start_draft")
