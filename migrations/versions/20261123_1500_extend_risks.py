"""Extend risks: their band and answer, treatments, acceptances, and the appetite with its history.

Why: a risk is answered by band, watched, and accepted only as it was assessed.
Locks: short; columns are added with constant defaults, the tables are empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "1500_risk_treatment"
down_revision = "1400_ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns and tables; the band of a risk follows from its score."""
    _extend("risk", _risk_columns())
    _extend("reassessment", _reassessment_columns())
    op.execute(
        "UPDATE risk SET band = CASE WHEN score >= 16 THEN 'unacceptable' WHEN score >= 10 THEN 'high' "
        "WHEN score >= 5 THEN 'medium' ELSE 'low' END WHERE score IS NOT NULL"
    )
    _create_treatment()
    _create_acceptance()
    _create_risk_appetite()


def downgrade() -> None:
    """Take tables and columns away, with what they say."""
    for table in ("risk_appetite", "acceptance", "treatment"):
        op.drop_table(table)
    for table, columns in (("reassessment", _reassessment_columns()), ("risk", _risk_columns())):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column.name)


def _extend(table: str, columns: list[sa.Column]) -> None:
    for column in columns:
        op.add_column(table, column)
        if column.server_default is not None:
            with op.batch_alter_table(table) as batch:
                batch.alter_column(column.name, server_default=None)


def _risk_columns() -> list[sa.Column]:
    return [
        sa.Column("next_review_at", UtcDateTime(), nullable=True),
        sa.Column("band", sa.String(length=40), nullable=True),
        sa.Column("velocity", sa.String(length=40), nullable=True),
        sa.Column("assessed_state", sa.String(length=64), nullable=True),
        sa.Column("answered_state", sa.String(length=64), nullable=True),
        sa.Column("is_answered", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_gone", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("acceptance_status", sa.String(length=40), nullable=True),
        sa.Column("accepted_until", sa.Date(), nullable=True),
        sa.Column("red_reviews", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("top_decision", sa.String(length=40), nullable=True),
        sa.Column("top_view", sa.Text(), nullable=True),
    ]


def _reassessment_columns() -> list[sa.Column]:
    return [
        sa.Column("indicated_score", sa.Integer(), nullable=True),
        sa.Column("indicated_why", sa.Text(), nullable=True),
        sa.Column("agree_with_indicated", sa.String(length=40), nullable=True),
        sa.Column("disagree_reason", sa.Text(), nullable=True),
        sa.Column("needs_second_look", sa.Boolean(), nullable=False, server_default=sa.false()),
    ]


def _create_treatment() -> None:
    op.create_table(
        "treatment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_id", sa.Integer(), nullable=True),
        sa.Column("risk_owner_id", sa.Integer(), nullable=True),
        sa.Column("risk_kind", sa.String(length=40), nullable=False),
        sa.Column("band", sa.String(length=40), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("plan_due_at", UtcDateTime(), nullable=True),
        sa.Column("treatment_option", sa.String(length=40), nullable=True),
        sa.Column("pursuit_option", sa.String(length=40), nullable=True),
        sa.Column("treatment_note", sa.Text(), nullable=True),
        sa.Column("planned_actions", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("target", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("target_on", sa.Date(), nullable=True),
        sa.Column("plan_verdict", sa.String(length=40), nullable=True),
        sa.Column("plan_comment", sa.Text(), nullable=True),
        sa.Column("reached", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("effect", sa.String(length=40), nullable=True),
        sa.Column("effect_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_treatment_id_record")),
        sa.ForeignKeyConstraint(
            ["risk_owner_id"], ["person.id"], name=op.f("fk_treatment_risk_owner_id_person")
        ),
        sa.ForeignKeyConstraint(["risk_id"], ["risk.id"], name=op.f("fk_treatment_risk_id_risk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treatment")),
    )
    op.create_index(op.f("ix_treatment_risk_id"), "treatment", ["risk_id"], unique=False)


def _create_acceptance() -> None:
    op.create_table(
        "acceptance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_id", sa.Integer(), nullable=True),
        sa.Column("risk_owner_id", sa.Integer(), nullable=True),
        sa.Column("risk_kind", sa.String(length=40), nullable=False),
        sa.Column("risk_key", sa.String(length=40), nullable=False),
        sa.Column("band", sa.String(length=40), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("accepted_state", sa.String(length=64), nullable=True),
        sa.Column("indicated_band", sa.String(length=40), nullable=True),
        sa.Column("justification", sa.Text(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("warn_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("next_moment_at", UtcDateTime(), nullable=True),
        sa.Column("acceptance_verdict", sa.String(length=40), nullable=True),
        sa.Column("verdict_note", sa.Text(), nullable=True),
        sa.Column("standing", sa.String(length=40), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["risk_id"], ["risk.id"], name=op.f("fk_acceptance_risk_id_risk")),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_acceptance_id_record")),
        sa.ForeignKeyConstraint(
            ["risk_owner_id"], ["person.id"], name=op.f("fk_acceptance_risk_owner_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
    )
    op.create_index(op.f("ix_acceptance_risk_id"), "acceptance", ["risk_id"], unique=False)


def _create_risk_appetite() -> None:
    op.create_table(
        "risk_appetite",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("appetite", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "appetite BETWEEN 1 AND 25", name=op.f("ck_risk_appetite_ck_risk_appetite_appetite")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_risk_appetite_site_id_site")),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_risk_appetite_set_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_appetite")),
    )
    op.create_index("ix_risk_appetite_place", "risk_appetite", ["category", "site_id", "id"], unique=False)
