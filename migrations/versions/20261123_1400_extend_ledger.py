"""Extend ledger.

Why: to be written with the tables.
Locks: none; it only adds.
"""

from __future__ import annotations

revision = "1400_ledger"
down_revision = "1300_heartbeat"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away."""
