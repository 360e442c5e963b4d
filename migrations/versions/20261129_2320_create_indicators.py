"""Create the monthly readings of indicators.

Why: pages show months without reckoning the past again.
Locks: none; it only adds a table.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2320_indicators"
down_revision = "2310_library"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "indicator_reading",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("site_id", sa.Integer, nullable=True),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("hits", sa.Integer, nullable=False),
        sa.Column("total", sa.Numeric(16, 1), nullable=False),
        sa.Column("figure", sa.Numeric(16, 1), nullable=True),
        sa.Column("is_late", sa.Boolean, nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_indicator_reading"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_indicator_reading_site_id_site"),
    )
    op.create_index(
        "uq_indicator_reading_site", "indicator_reading", ["key", "month", "site_id"], unique=True
    )
    op.create_index(
        "uq_indicator_reading_everywhere",
        "indicator_reading",
        ["key", "month"],
        unique=True,
        sqlite_where=sa.text("site_id IS NULL"),
        postgresql_where=sa.text("site_id IS NULL"),
    )


def downgrade() -> None:
    """Remove the table; what it holds can be reckoned again."""
    op.drop_table("indicator_reading")
