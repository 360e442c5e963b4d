"""Create the import of a library.

Why: to be written with the tables.
Locks: none; it only adds.
"""

from __future__ import annotations

revision = "2310_library"
down_revision = "2300_slots"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away."""
