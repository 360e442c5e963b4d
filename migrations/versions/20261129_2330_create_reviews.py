"""Create management reviews.

Why: to be written with the tables.
Locks: none; it only adds.
"""

from __future__ import annotations

revision = "2330_reviews"
down_revision = "2320_indicators"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away."""
