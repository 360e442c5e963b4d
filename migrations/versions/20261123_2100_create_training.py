"""Create training.

Why: to be written with the tables.
Locks: none; it only adds.
"""

from __future__ import annotations

revision = "2100_training"
down_revision = "2000_documents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away."""
