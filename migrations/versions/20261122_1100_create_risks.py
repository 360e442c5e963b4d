"""Create the tables of risks.

Why: the first tables of the package.
Locks: none; the tables are empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "1100_risks"
down_revision = "1000_capa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_risk()
    _create_reassessment()
    _create_reassessment_trigger()


def _create_risk() -> None:
    op.create_table(
        "risk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_kind", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("consequence", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("product_family_id", sa.Integer(), nullable=True),
        sa.Column("risk_owner_id", sa.Integer(), nullable=True),
        sa.Column("inherent", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("residual", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("controls", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("rationale", sa.Text(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("assessed_at", UtcDateTime(), nullable=True),
        sa.Column("next_review_on", sa.Date(), nullable=True),
        sa.CheckConstraint("score IS NULL OR score BETWEEN 1 AND 25", name=op.f("ck_risk_score")),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_risk_id_record")),
        sa.ForeignKeyConstraint(
            ["product_family_id"],
            ["product_family.id"],
            name=op.f("fk_risk_product_family_id_product_family"),
        ),
        sa.ForeignKeyConstraint(["risk_owner_id"], ["person.id"], name=op.f("fk_risk_risk_owner_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk")),
    )
    op.create_index("ix_risk_score", "risk", ["score"], unique=False)


def _create_reassessment() -> None:
    op.create_table(
        "reassessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_id", sa.Integer(), nullable=True),
        sa.Column("risk_owner_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("answer_due_at", UtcDateTime(), nullable=True),
        sa.Column("former_score", sa.Integer(), nullable=False),
        sa.Column("assessment", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.Column("rationale", sa.Text(), nullable=True),
        sa.Column("is_treatment_needed", sa.Boolean(), nullable=False),
        sa.Column("confirmation", sa.String(length=40), nullable=True),
        sa.Column("confirmation_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_reassessment_id_record")),
        sa.ForeignKeyConstraint(["risk_id"], ["risk.id"], name=op.f("fk_reassessment_risk_id_risk")),
        sa.ForeignKeyConstraint(
            ["risk_owner_id"], ["person.id"], name=op.f("fk_reassessment_risk_owner_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reassessment")),
    )
    op.create_index(op.f("ix_reassessment_risk_id"), "reassessment", ["risk_id"], unique=False)


def _create_reassessment_trigger() -> None:
    op.create_table(
        "reassessment_trigger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reassessment_id", sa.Integer(), nullable=False),
        sa.Column("record_kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("record_number", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("triggered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reassessment_id"],
            ["reassessment.id"],
            name=op.f("fk_reassessment_trigger_reassessment_id_reassessment"),
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_reassessment_trigger_record_id_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reassessment_trigger")),
        sa.UniqueConstraint(
            "reassessment_id", "record_id", name=op.f("uq_reassessment_trigger_reassessment_id_record_id")
        ),
    )
    op.create_index(
        op.f("ix_reassessment_trigger_record_id"), "reassessment_trigger", ["record_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("reassessment_trigger")
    op.drop_table("reassessment")
    op.drop_table("risk")
