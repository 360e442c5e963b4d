"""Create signatures.

Why: to be written with the tables.
Locks: none; it only adds.
"""

from __future__ import annotations

revision = "1900_signatures"
down_revision = "1800_chains"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away."""
