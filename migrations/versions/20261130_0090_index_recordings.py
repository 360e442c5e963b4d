"""Index when events were recorded.

Why: the trend of a risk looks up what was recorded within the last months, among all that ever was.
Locks: reads the ledger once, a second for each million.
"""

from __future__ import annotations

from alembic import op

revision = "0090_index_recordings"
down_revision = "0081_system_notices"
branch_labels = None
depends_on = None

_NAME = "ix_quality_event_recorded"


def upgrade() -> None:
    """Add the index."""
    op.create_index(_NAME, "quality_event", ["recorded_at"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index(_NAME, "quality_event")
