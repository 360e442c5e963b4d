"""Create the checks of the trail.

Why: its page shows what the last check of the whole chain found.
Locks: none; it only adds a table.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2340_evidence"
down_revision = "2330_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "trail_check",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("asked_by_id", sa.Integer, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked", sa.Integer, nullable=False),
        sa.Column("destroyed", sa.Integer, nullable=False),
        sa.Column("checkpoints", sa.Integer, nullable=False),
        sa.Column("first_bad_seq", sa.Integer, nullable=True),
        sa.Column("sentence", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_trail_check"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name="fk_trail_check_asked_by_id_person"),
    )
    op.create_index("ix_trail_check_asked_at", "trail_check", ["asked_at"])


def downgrade() -> None:
    """Remove the table; the trail keeps that checks were made."""
    op.drop_table("trail_check")
