"""Keep every file that a destruction of personal data names, and how far the files were read.

Why: a form takes 200 rows; more files are weighed in rounds, and nobody decides before all were read.
Locks: none; it adds a table and columns.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0096_destruction_files"
down_revision = "0095_former_values"
branch_labels = None
depends_on = None

NUMBERS = ("files_read", "files_total", "last_read_id", "files_from", "files_left")


def upgrade() -> None:
    """Add the table and the columns."""
    op.create_table(
        "destruction_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("belongs_to", sa.Text(), nullable=False),
        sa.Column("is_unreadable", sa.Boolean(), nullable=False),
        sa.Column("is_fixed", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["data_destruction.id"],
            name=op.f("fk_destruction_file_request_id_data_destruction"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destruction_file")),
        sa.UniqueConstraint("request_id", "file_id", name=op.f("uq_destruction_file_request_id_file_id")),
    )
    op.create_index("ix_destruction_file_order", "destruction_file", ["request_id", "urgency", "file_id"])
    for name in NUMBERS:
        op.add_column("data_destruction", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column(
        "data_destruction",
        sa.Column("has_more_files", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_column("data_destruction", "has_more_files")
    for name in reversed(NUMBERS):
        op.drop_column("data_destruction", name)
    op.drop_index("ix_destruction_file_order", "destruction_file")
    op.drop_table("destruction_file")
