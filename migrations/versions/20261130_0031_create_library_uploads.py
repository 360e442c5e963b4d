"""Create uploads of libraries.

Why: an admin brings in a library from the browser; a job looks at what was uploaded (7.5.3).
Locks: none; it only adds a table.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "0031_library_uploads"
down_revision = "0010_notifications"
branch_labels = None
depends_on = None

_LINKS = (
    ("table_id", "stored_file"),
    ("archive_id", "stored_file"),
    ("run_id", "import_run"),
    ("actor_id", "person"),
)


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "library_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("table_id", sa.Integer(), nullable=True),
        sa.Column("archive_id", sa.Integer(), nullable=True),
        sa.Column("is_dry_run", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("problem_count", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("leased_until", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_library_upload_{name}_{table}"))
            for name, table in _LINKS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_upload")),
    )
    op.create_index("ix_library_upload_state", "library_upload", ["state", "id"], unique=False)


def downgrade() -> None:
    """Drop the table; what was imported stays."""
    op.drop_table("library_upload")
