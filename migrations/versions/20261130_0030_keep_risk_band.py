"""Keep the band of the risks that a change of a document touches.

Why: an approval chain may ask for other people where a document controls a high risk (lifecycles 4.3).
Locks: none; it only adds an empty column. Changes that are on their way get it when approval is asked for.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030_risk_band"
down_revision = "0020_trainings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("document_change", sa.Column("risk_band", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Drop the column; the bands stand with the risks."""
    op.drop_column("document_change", "risk_band")
