"""Create trend alerts.

Why: a series that passes its alert limit asks somebody to say why (9.1.3).
Locks: none; it only adds a table.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060_trend_alerts"
down_revision = "2370_improvements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of trend alerts."""
    op.create_table(
        "trend_alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(length=80), nullable=False),
        sa.Column("observation", sa.Text(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("trend_verdict", sa.String(length=40), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_trend_alert_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trend_alert")),
    )
    op.create_index("ix_trend_alert_series", "trend_alert", ["series"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_trend_alert_series", "trend_alert")
    op.drop_table("trend_alert")
