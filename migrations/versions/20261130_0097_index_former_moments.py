"""Index the moments that were replaced.

Why: what was first due in a past month is found by its day, not by reading all that changed since.
Locks: reads the former values once.
"""

from __future__ import annotations

from alembic import op

revision = "0097_former_moments"
down_revision = "0096_destruction_files"
branch_labels = None
depends_on = None

_NAME = "ix_former_value_moment"


def upgrade() -> None:
    """Add the index."""
    op.create_index(_NAME, "former_value", ["what", "moment"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index(_NAME, "former_value")
