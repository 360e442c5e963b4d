"""Create the tables of quality_events.

Why: the first tables of the package.
Locks: none; the tables are empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "0800_quality_events"
down_revision = "0700_approvals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_quality_event()
    _create_quality_event_risk()
    _create_risk_baseline()


def _create_quality_event() -> None:
    op.create_table(
        "quality_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("process_id", sa.Integer(), nullable=True),
        sa.Column("product_family_id", sa.Integer(), nullable=True),
        sa.Column("failure_mode_id", sa.Integer(), nullable=True),
        sa.Column("cause_category_id", sa.Integer(), nullable=True),
        sa.Column("requirement", sa.String(length=120), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("occurred_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("is_date_estimated", sa.Boolean(), nullable=False),
        sa.Column("is_history", sa.Boolean(), nullable=False),
        sa.Column("recurrence_key", sa.String(length=200), nullable=True),
        sa.Column("cause_key", sa.String(length=200), nullable=True),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("severity BETWEEN 1 AND 5", name=op.f("ck_quality_event_severity")),
        sa.ForeignKeyConstraint(
            ["cause_category_id"],
            ["cause_category.id"],
            name=op.f("fk_quality_event_cause_category_id_cause_category"),
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["quality_event.id"], name=op.f("fk_quality_event_corrects_id_quality_event")
        ),
        sa.ForeignKeyConstraint(
            ["failure_mode_id"],
            ["failure_mode.id"],
            name=op.f("fk_quality_event_failure_mode_id_failure_mode"),
        ),
        sa.ForeignKeyConstraint(
            ["process_id"], ["business_process.id"], name=op.f("fk_quality_event_process_id_business_process")
        ),
        sa.ForeignKeyConstraint(
            ["product_family_id"],
            ["product_family.id"],
            name=op.f("fk_quality_event_product_family_id_product_family"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_quality_event_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_event")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_quality_event_corrects_id")),
    )
    op.create_index("ix_quality_event_cause", "quality_event", ["cause_key", "occurred_at"], unique=False)
    op.create_index("ix_quality_event_occurred", "quality_event", ["occurred_at", "id"], unique=False)
    op.create_index(
        "ix_quality_event_recurrence", "quality_event", ["recurrence_key", "occurred_at"], unique=False
    )
    op.create_index("ix_quality_event_subject", "quality_event", ["subject_kind", "subject_id"], unique=False)


def _create_quality_event_risk() -> None:
    op.create_table(
        "quality_event_risk",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("risk_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["quality_event.id"], name=op.f("fk_quality_event_risk_event_id_quality_event")
        ),
        sa.PrimaryKeyConstraint("event_id", "risk_id", name=op.f("pk_quality_event_risk")),
    )
    op.create_index(op.f("ix_quality_event_risk_risk_id"), "quality_event_risk", ["risk_id"], unique=False)


def _create_risk_baseline() -> None:
    op.create_table(
        "risk_baseline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_id", sa.Integer(), nullable=False),
        sa.Column("likelihood", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("assessed_at", UtcDateTime(), nullable=False),
        sa.Column("assessed_by_id", sa.Integer(), nullable=True),
        sa.Column("source_kind", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("likelihood BETWEEN 1 AND 5", name=op.f("ck_risk_baseline_likelihood")),
        sa.CheckConstraint("severity BETWEEN 1 AND 5", name=op.f("ck_risk_baseline_severity")),
        sa.ForeignKeyConstraint(
            ["assessed_by_id"], ["person.id"], name=op.f("fk_risk_baseline_assessed_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_baseline")),
    )
    op.create_index("ix_risk_baseline_risk", "risk_baseline", ["risk_id", "assessed_at"], unique=False)


def downgrade() -> None:
    op.drop_table("risk_baseline")
    op.drop_table("quality_event_risk")
    op.drop_table("quality_event")
