"""Create audits.

Why: to be written with the tables.
Locks: none; it only adds.
"""

from __future__ import annotations

revision = "1600_audits"
down_revision = "1500_risk_treatment"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away."""
