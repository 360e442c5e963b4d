"""Keep what was decided about files when personal data is destroyed.

Why: a picture or a scan is read by no program; whoever weighs the request looks into it and decides.
Locks: none; it only adds a column.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0086_files_to_destroy"
down_revision = "0085_former_links"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("data_destruction", sa.Column("files", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("data_destruction", "files")
