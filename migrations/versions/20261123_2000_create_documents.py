"""Create documents.

Why: to be written with the tables.
Locks: none; it only adds.
"""

from __future__ import annotations

revision = "2000_documents"
down_revision = "1900_signatures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away."""
