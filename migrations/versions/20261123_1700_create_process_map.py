"""Create the tables of the process map, and say what kind a process is and how much it matters.

Why: the process map, the context and the scope need a place; audits weigh importance (rule 5.6).
Locks: business_process for two columns without a default, which rewrites nothing; the tables are empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "1700_process_map"
down_revision = "1600_audits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("business_process", sa.Column("process_kind", sa.String(length=20), nullable=True))
    op.add_column("business_process", sa.Column("importance", sa.Integer(), nullable=True))
    _create_context_issue()
    _create_interested_party()
    _create_scope_version()
    _create_process_flow()
    _create_process_measure()
    _create_process_profile()
    _create_required_role()
    _create_context_review()


def _create_context_issue() -> None:
    op.create_table(
        "context_issue",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("is_climate_relevant", sa.Boolean(), nullable=False),
        sa.Column("climate_rationale", sa.Text(), nullable=False),
        sa.Column("gone_reason", sa.Text(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_context_issue")),
    )


def _create_interested_party() -> None:
    op.create_table(
        "interested_party",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=False),
        sa.Column("is_relevant", sa.Boolean(), nullable=False),
        sa.Column("relevance_rationale", sa.Text(), nullable=False),
        sa.Column("has_climate_requirement", sa.Boolean(), nullable=False),
        sa.Column("climate_rationale", sa.Text(), nullable=False),
        sa.Column("gone_reason", sa.Text(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interested_party")),
    )


def _create_scope_version() -> None:
    op.create_table(
        "scope_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("products", sa.Text(), nullable=False),
        sa.Column("site_ids", sa.JSON(), nullable=False),
        sa.Column("exclusions", sa.JSON(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_scope_version_created_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scope_version")),
    )
    op.create_index(op.f("ix_scope_version_starts_on"), "scope_version", ["starts_on"], unique=False)


def _create_process_flow() -> None:
    op.create_table(
        "process_flow",
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("from_process_id", sa.Integer(), nullable=True),
        sa.Column("from_party", sa.String(length=200), nullable=False),
        sa.Column("to_process_id", sa.Integer(), nullable=True),
        sa.Column("to_party", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "from_process_id IS NOT NULL OR to_process_id IS NOT NULL", name=op.f("ck_process_flow_touches")
        ),
        sa.ForeignKeyConstraint(
            ["from_process_id"],
            ["business_process.id"],
            name=op.f("fk_process_flow_from_process_id_business_process"),
        ),
        sa.ForeignKeyConstraint(
            ["to_process_id"],
            ["business_process.id"],
            name=op.f("fk_process_flow_to_process_id_business_process"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_flow")),
    )
    op.create_index(
        op.f("ix_process_flow_from_process_id"), "process_flow", ["from_process_id"], unique=False
    )
    op.create_index(op.f("ix_process_flow_to_process_id"), "process_flow", ["to_process_id"], unique=False)


def _create_process_measure() -> None:
    op.create_table(
        "process_measure",
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("where_measured", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["business_process.id"],
            name=op.f("fk_process_measure_process_id_business_process"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_measure")),
    )
    op.create_index(op.f("ix_process_measure_process_id"), "process_measure", ["process_id"], unique=False)


def _create_process_profile() -> None:
    op.create_table(
        "process_profile",
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("resources", sa.Text(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("next_review_on", sa.Date(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["business_process.id"],
            name=op.f("fk_process_profile_process_id_business_process"),
        ),
        sa.PrimaryKeyConstraint("process_id", name=op.f("pk_process_profile")),
    )


def _create_required_role() -> None:
    op.create_table(
        "required_role",
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("reach", sa.String(length=40), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("process_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["process_id"], ["business_process.id"], name=op.f("fk_required_role_process_id_business_process")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_required_role_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_required_role")),
    )


def _create_context_review() -> None:
    op.create_table(
        "context_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("issue_answers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("party_answers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("climate_answer", sa.String(length=40), nullable=True),
        sa.Column("climate_rationale", sa.Text(), nullable=True),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.Column("review_verdict", sa.String(length=40), nullable=True),
        sa.Column("verdict_comment", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_context_review_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_context_review")),
    )


def downgrade() -> None:
    op.drop_table("context_review")
    op.drop_table("required_role")
    op.drop_table("process_profile")
    op.drop_table("process_measure")
    op.drop_table("process_flow")
    op.drop_table("scope_version")
    op.drop_table("interested_party")
    op.drop_table("context_issue")
    op.drop_column("business_process", "importance")
    op.drop_column("business_process", "process_kind")
