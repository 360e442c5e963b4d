"""Create management reviews.

Why: the fourth lifecycle keeps its frozen pack, conclusions and decisions.
Locks: none; it only adds a table.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2330_reviews"
down_revision = "2320_indicators"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "management_review",
        sa.Column("id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Date, nullable=True) for name in ("period_from", "period_to", "meeting_on")),
        *(
            sa.Column(name, sa.Text, nullable=True)
            for name in (
                "participants",
                "attendance",
                "no_improvement_reason",
                "no_change_reason",
                "no_resource_reason",
                "summary",
                "minutes_comment",
                "lessons",
            )
        ),
        *(
            sa.Column(name, sa.JSON, nullable=True)
            for name in ("pack", "quality_comments", "site_comments", "conclusions", "outputs")
        ),
        *(
            sa.Column(name, sa.String(40), nullable=True)
            for name in ("suitable", "adequate", "effective", "aligned")
        ),
        sa.Column("pack_sha256", sa.String(64), nullable=True),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=True)
            for name in ("frozen_at", "held_at", "minutes_approved_at")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_management_review"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_management_review_id_record"),
    )


def downgrade() -> None:
    """Remove the table with what the reviews held; their records stay."""
    op.drop_table("management_review")
