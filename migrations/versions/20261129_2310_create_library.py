"""Create what the library of files needs: checks of contents, uploads that wait for their form.

Why: contents are compared with their hashes in turn; a person's uploads are counted; untaken ones are swept.
Locks: adding the column and the index locks `stored_file` for moments.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "2310_library"
down_revision = "2300_slots"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "stored_file",
        sa.Column("came_with_form", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_stored_file_uploader", "stored_file", ["created_by_id", "created_at"])
    op.create_table(
        "content_check",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
        sa.Column("damage", sa.String(10), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_content_check")),
    )
    op.create_index("ix_content_check_turn", "content_check", ["checked_at", "sha256"])


def downgrade() -> None:
    op.drop_table("content_check")
    op.drop_index("ix_stored_file_uploader", "stored_file")
    op.drop_column("stored_file", "came_with_form")
