"""Extend tasks by slots.

Why: to be written with the tables.
Locks: none; it only adds.
"""

from __future__ import annotations

revision = "2300_slots"
down_revision = "2200_start_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away."""
