"""Create clauses and evidence.

Why: to be written with the tables.
Locks: none; it only adds.
"""

from __future__ import annotations

revision = "2340_evidence"
down_revision = "2330_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away."""
