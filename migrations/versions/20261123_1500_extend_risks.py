"""Extend risks.

Why: to be written with the tables.
Locks: none; it only adds.
"""

from __future__ import annotations

revision = "1500_risk_treatment"
down_revision = "1400_ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away."""
