"""Create the tables of approvals.

Why: the first tables of the package.
Locks: none; the tables are empty.
"""

from __future__ import annotations

revision = "0700_approvals"
down_revision = "0600_records"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
