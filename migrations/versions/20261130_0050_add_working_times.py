"""Add the working time a task waited and was worked on, and the index of cases by their beginning.

Why: process insight shows percentiles of both by step (9.1.3); reckoning calendars again for each look would
take seconds. Tasks done before have none; the page says how many.
Locks: two columns without a default are added at once; the index reads the instances, seconds for a million.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050_working_times"
down_revision = "0060_trend_alerts"
branch_labels = None
depends_on = None

_COLUMNS = ("waiting_minutes", "handling_minutes")
_INDEX = "ix_process_instance_begun"


def upgrade() -> None:
    """Add the columns and the index."""
    for name in _COLUMNS:
        op.add_column("task", sa.Column(name, sa.Integer(), nullable=True))
    op.create_index(_INDEX, "process_instance", ["definition_key", "started_at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index(_INDEX, "process_instance")
    for name in _COLUMNS:
        op.drop_column("task", name)
