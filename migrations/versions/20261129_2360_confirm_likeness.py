"""Confirm that a report is the same thing as an earlier one.

Why: a search suggests reports that look alike; what a person confirms counts as happening again.
Locks: none on PostgreSQL; SQLite copies the table of nonconformities.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2360_same_as"
down_revision = "2350_rises"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and its key."""
    with op.batch_alter_table("nonconformity") as table:
        table.add_column(sa.Column("same_as_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_nonconformity_same_as_id_nonconformity"), "nonconformity", ["same_as_id"], ["id"]
        )


def downgrade() -> None:
    """Drop the column; the ledger keeps the keys that were shared."""
    with op.batch_alter_table("nonconformity") as table:
        table.drop_constraint(op.f("fk_nonconformity_same_as_id_nonconformity"), type_="foreignkey")
        table.drop_column("same_as_id")
