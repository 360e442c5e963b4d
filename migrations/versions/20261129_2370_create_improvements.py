"""Create improvements.

Why: an idea, or what an audit could see better, is planned, carried out and judged by what it brought (10.3).
Locks: none; it only adds a table.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2370_improvements"
down_revision = "2360_same_as"
branch_labels = None
depends_on = None

_WORDS = ("idea_verdict", "benefit_reached", "next_step")
_TEXTS = ("expected_benefit", "decision_reason", "measure", "benefit_note")


def upgrade() -> None:
    """Add the table of improvements."""
    op.create_table(
        "improvement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        *(sa.Column(name, sa.String(length=40), nullable=True) for name in _WORDS),
        *(sa.Column(name, sa.Text(), nullable=True) for name in _TEXTS),
        sa.Column("improvement_owner_id", sa.Integer(), nullable=True),
        sa.Column("planned_actions", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_improvement_id_record")),
        sa.ForeignKeyConstraint(
            ["improvement_owner_id"], ["person.id"], name=op.f("fk_improvement_improvement_owner_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement")),
    )
    op.create_index("ix_improvement_request_key", "improvement", ["request_key"], unique=True)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_improvement_request_key", "improvement")
    op.drop_table("improvement")
