"""Create reviews of the trail and destructions of personal data.

Why: a sample of the trail is looked at again and again, and personal data is destroyed by an approved act.
Locks: none; it only adds tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042_trail_reviews"
down_revision = "0041_rooms"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True)
_SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "trail_review",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("sample", _JSON, nullable=True),
        sa.Column("check_result", sa.Text, nullable=True),
        sa.Column("conclusion", sa.Text, nullable=True),
        sa.Column("verdict_comment", sa.Text, nullable=True),
        sa.Column("first_seq", _SEQ, nullable=True),
        sa.Column("last_seq", _SEQ, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_trail_review"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_trail_review_id_record"),
    )
    op.create_table(
        "data_destruction",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("words", sa.Text, nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("legal_basis", sa.String(300), nullable=True),
        sa.Column("places", _JSON, nullable=True),
        sa.Column("is_lawful", sa.Boolean, nullable=True),
        sa.Column("weighing", sa.Text, nullable=True),
        sa.Column("verdict_comment", sa.Text, nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleaned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_data_destruction"),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name="fk_data_destruction_id_record"),
    )


def downgrade() -> None:
    """Remove the tables; the trail keeps that reviews and destructions were made."""
    op.drop_table("data_destruction")
    op.drop_table("trail_review")
