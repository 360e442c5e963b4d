"""Keep why no risk needs an update when an audit closes.

Why: 10.2.1 e asks for an answer; where no finding led to a reassessment the reason is the answer.
Locks: none; it only adds a column.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0061_audit_risks"
down_revision = "0031_library_uploads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("audit", sa.Column("risk_justification", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("audit", "risk_justification")
