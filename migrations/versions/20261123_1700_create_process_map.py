"""Create process map.

Why: to be written with the tables.
Locks: none; it only adds.
"""

from __future__ import annotations

revision = "1700_process_map"
down_revision = "1600_audits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away."""
