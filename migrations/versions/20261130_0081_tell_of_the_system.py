"""Let a notification speak of the system instead of a record.

Why: a trail that was tampered with must reach those who answer for it, and no record stands for it.
Locks: the table is written anew on SQLite, a second for a million rows; PostgreSQL only drops a constraint.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0081_system_notices"
down_revision = "0080_waits_for"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Allow notifications without a record."""
    with op.batch_alter_table("notification") as table:
        table.alter_column("record_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    """Remove those without a record, and ask for one again."""
    op.execute("DELETE FROM notification WHERE record_id IS NULL")
    with op.batch_alter_table("notification") as table:
        table.alter_column("record_id", existing_type=sa.Integer(), nullable=False)
