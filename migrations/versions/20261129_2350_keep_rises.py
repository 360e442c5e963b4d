"""Keep how high events raised each risk since its assessment.

Why: a rise shows at once, a fall waits for a person; so the highest since the assessment is what counts.
Locks: none; it only adds a table.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "2350_rises"
down_revision = "2340_evidence"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of rises."""
    op.create_table(
        "exposure_rise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_id", sa.Integer(), nullable=False),
        sa.Column("baseline_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("risen_at", UtcDateTime(), nullable=False),
        sa.Column("likelihood", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["baseline_id"], ["risk_baseline.id"], name=op.f("fk_exposure_rise_baseline_id_risk_baseline")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposure_rise")),
    )
    op.create_index("ix_exposure_rise_baseline", "exposure_rise", ["baseline_id", "version", "id"])


def downgrade() -> None:
    """Drop it; the ledger can tell it again."""
    op.drop_index("ix_exposure_rise_baseline", "exposure_rise")
    op.drop_table("exposure_rise")
