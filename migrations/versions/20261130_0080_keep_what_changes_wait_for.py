"""Keep at a change of a document which risks have to be assessed again before anybody approves it.

Why: a change that waits for nothing else said “being reviewed”, and nobody saw who holds it up.
Locks: none; it only adds a column.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0080_waits_for"
down_revision = "0086_files_to_destroy"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("document_change", sa.Column("waits_for", sa.String(length=200), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("document_change", "waits_for")
