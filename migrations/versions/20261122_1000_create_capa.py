"""Create the tables of capa: nonconformities with their lots and costs, and CAPAs.

Why: the first tables of the package.
Locks: none; the tables are empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "1000_capa"
down_revision = "0900_actions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_capa()
    _create_nonconformity()
    _create_lot()
    _create_cost_line()


def downgrade() -> None:
    for table in ("cost_line", "nonconformity_lot", "nonconformity", "capa"):
        op.drop_table(table)


def _create_nonconformity() -> None:
    op.create_table(
        "nonconformity",
        sa.Column("id", sa.Integer(), nullable=False),
        *_report_columns(),
        *_containment_columns(),
        *_triage_columns(),
        *_disposition_columns(),
        sa.CheckConstraint(
            "quantity_nonconforming IS NULL OR quantity_checked IS NULL"
            " OR quantity_nonconforming <= quantity_checked",
            name=op.f("ck_nonconformity_quantities"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["person.id"], name=op.f("fk_nonconformity_authority_id_person")
        ),
        sa.ForeignKeyConstraint(["capa_id"], ["capa.id"], name=op.f("fk_nonconformity_capa_id_capa")),
        sa.ForeignKeyConstraint(
            ["capa_owner_id"], ["person.id"], name=op.f("fk_nonconformity_capa_owner_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["cause_category_id"],
            ["cause_category.id"],
            name=op.f("fk_nonconformity_cause_category_id_cause_category"),
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"],
            ["nonconformity.id"],
            name=op.f("fk_nonconformity_duplicate_of_id_nonconformity"),
        ),
        sa.ForeignKeyConstraint(
            ["failed_capa_id"], ["capa.id"], name=op.f("fk_nonconformity_failed_capa_id_capa")
        ),
        sa.ForeignKeyConstraint(
            ["failure_mode_id"],
            ["failure_mode.id"],
            name=op.f("fk_nonconformity_failure_mode_id_failure_mode"),
        ),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_nonconformity_id_record")),
        sa.ForeignKeyConstraint(
            ["product_family_id"],
            ["product_family.id"],
            name=op.f("fk_nonconformity_product_family_id_product_family"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nonconformity")),
    )
    op.create_index("ix_nonconformity_capa_id", "nonconformity", ["capa_id"], unique=False)
    op.create_index("ix_nonconformity_recurrence_key", "nonconformity", ["recurrence_key"], unique=False)


def _report_columns() -> list[sa.Column]:
    return [
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("occurred_at", UtcDateTime(), nullable=True),
        sa.Column("is_date_estimated", sa.Boolean(), nullable=False),
        sa.Column("detected_at", UtcDateTime(), nullable=True),
        sa.Column("product_family_id", sa.Integer(), nullable=True),
        sa.Column("product", sa.String(length=200), nullable=True),
        sa.Column("lot", sa.String(length=200), nullable=True),
        sa.Column("quantity_checked", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("quantity_nonconforming", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("audit_kind", sa.String(length=40), nullable=True),
        sa.Column("audit_grade", sa.String(length=40), nullable=True),
        sa.Column("requirement_ref", sa.String(length=200), nullable=True),
        sa.Column("failure_mode_id", sa.Integer(), nullable=True),
        sa.Column("severity_initial", sa.Integer(), nullable=True),
        sa.Column("has_people_harm", sa.Boolean(), nullable=False),
        sa.Column("is_customer_affected", sa.Boolean(), nullable=False),
    ]


def _containment_columns() -> list[sa.Column]:
    return [
        sa.Column("containment_choice", sa.String(length=40), nullable=True),
        sa.Column("containment", sa.Text(), nullable=True),
        sa.Column("containment_skip_reason", sa.Text(), nullable=True),
        sa.Column("contained_at", UtcDateTime(), nullable=True),
        sa.Column("is_stock_blocked", sa.Boolean(), nullable=False),
        sa.Column("are_customers_informed", sa.Boolean(), nullable=False),
        sa.Column("is_supplier_informed", sa.Boolean(), nullable=False),
    ]


def _triage_columns() -> list[sa.Column]:
    return [
        sa.Column("triage_verdict", sa.String(length=40), nullable=True),
        sa.Column("rejection_reason", sa.Text(), nullable=True),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("occurrence", sa.Integer(), nullable=True),
        sa.Column("similar_count", sa.Integer(), nullable=False),
        sa.Column("similar", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("is_recurrent", sa.Boolean(), nullable=False),
        sa.Column("is_systemic", sa.Boolean(), nullable=False),
        sa.Column("is_after_capa", sa.Boolean(), nullable=False),
        sa.Column("cause_category_id", sa.Integer(), nullable=True),
        sa.Column("recurrence_key", sa.String(length=260), nullable=True),
        sa.Column("systemic_key", sa.String(length=260), nullable=True),
        sa.Column("risks", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("route_wish", sa.String(length=40), nullable=True),
        sa.Column("route_reason", sa.Text(), nullable=True),
        sa.Column("route", sa.String(length=40), nullable=True),
        sa.Column("capa_owner_id", sa.Integer(), nullable=True),
        sa.Column("capa_id", sa.Integer(), nullable=True),
        sa.Column("failed_capa_id", sa.Integer(), nullable=True),
    ]


def _disposition_columns() -> list[sa.Column]:
    return [
        sa.Column("is_product_affected", sa.Boolean(), nullable=False),
        sa.Column("disposition", sa.String(length=40), nullable=True),
        sa.Column("authority_id", sa.Integer(), nullable=True),
        sa.Column("concession_by", sa.String(length=200), nullable=True),
        sa.Column("concession_reference", sa.String(length=200), nullable=True),
        sa.Column("reverify_result", sa.String(length=40), nullable=True),
        sa.Column("is_new_cause", sa.Boolean(), nullable=False),
        sa.Column("is_band_moving", sa.Boolean(), nullable=False),
        sa.Column("risk_update", sa.String(length=40), nullable=True),
        sa.Column("risk_justification", sa.Text(), nullable=True),
        sa.Column("reassessment_requested_at", UtcDateTime(), nullable=True),
        sa.Column("lessons", sa.Text(), nullable=True),
    ]


def _create_lot() -> None:
    op.create_table(
        "nonconformity_lot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("lot", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("disposition", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_nonconformity_lot_record_id_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nonconformity_lot")),
    )
    op.create_index("ix_nonconformity_lot_record_id", "nonconformity_lot", ["record_id"], unique=False)


def _create_cost_line() -> None:
    op.create_table(
        "cost_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_cost_line_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_line")),
    )
    op.create_index("ix_cost_line_record_id", "cost_line", ["record_id"], unique=False)


def _create_capa() -> None:
    op.create_table(
        "capa",
        sa.Column("id", sa.Integer(), nullable=False),
        *_request_columns(),
        *_cause_columns(),
        *_plan_columns(),
        *_wait_columns(),
        *_check_columns(),
        *_risk_columns(),
        sa.CheckConstraint("cycle >= 0", name=op.f("ck_capa_cycle")),
        sa.ForeignKeyConstraint(["capa_owner_id"], ["person.id"], name=op.f("fk_capa_capa_owner_id_person")),
        sa.ForeignKeyConstraint(
            ["failure_mode_id"], ["failure_mode.id"], name=op.f("fk_capa_failure_mode_id_failure_mode")
        ),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_capa_id_record")),
        sa.ForeignKeyConstraint(["parent_id"], ["capa.id"], name=op.f("fk_capa_parent_id_capa")),
        sa.ForeignKeyConstraint(
            ["product_family_id"],
            ["product_family.id"],
            name=op.f("fk_capa_product_family_id_product_family"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capa")),
    )
    op.create_index("ix_capa_recurrence_key", "capa", ["recurrence_key"], unique=False)


def _request_columns() -> list[sa.Column]:
    return [
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("audit_grade", sa.String(length=40), nullable=True),
        sa.Column("product_family_id", sa.Integer(), nullable=True),
        sa.Column("failure_mode_id", sa.Integer(), nullable=True),
        sa.Column("requirement_ref", sa.String(length=200), nullable=True),
        sa.Column("occurrence", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("recurrence_key", sa.String(length=260), nullable=True),
        sa.Column("systemic_key", sa.String(length=260), nullable=True),
        sa.Column("capa_owner_id", sa.Integer(), nullable=True),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("cycle_started_at", UtcDateTime(), nullable=True),
    ]


def _cause_columns() -> list[sa.Column]:
    return [
        sa.Column("method", sa.String(length=40), nullable=True),
        sa.Column("why_chain", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("fishbone", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("root_cause", sa.Text(), nullable=True),
        sa.Column("cause_categories", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("condition_behind", sa.Text(), nullable=True),
        sa.Column("has_condition", sa.Boolean(), nullable=False),
        sa.Column("is_cause_validated", sa.Boolean(), nullable=False),
        sa.Column("is_human_error_only", sa.Boolean(), nullable=False),
        sa.Column("is_cause_returned", sa.Boolean(), nullable=False),
        sa.Column("is_new_cause", sa.Boolean(), nullable=False),
        sa.Column("cause_examined_at", UtcDateTime(), nullable=True),
        sa.Column("similar_places", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("no_similar_reason", sa.Text(), nullable=True),
    ]


def _plan_columns() -> list[sa.Column]:
    return [
        sa.Column("planned_actions", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("criteria", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("effectiveness_method", sa.String(length=40), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.Column("min_clean_units", sa.Integer(), nullable=True),
        sa.Column("adverse_effects", sa.Text(), nullable=True),
        sa.Column("plan_cost", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("plan_verdict", sa.String(length=40), nullable=True),
        sa.Column("actions_requested_at", UtcDateTime(), nullable=True),
        sa.Column("completeness", sa.String(length=40), nullable=True),
    ]


def _wait_columns() -> list[sa.Column]:
    return [
        sa.Column("implemented_at", UtcDateTime(), nullable=True),
        sa.Column("wait_days", sa.Integer(), nullable=True),
        sa.Column("half_wait_at", UtcDateTime(), nullable=True),
        sa.Column("wait_until", UtcDateTime(), nullable=True),
        sa.Column("wait_ended_at", UtcDateTime(), nullable=True),
        sa.Column("is_extended", sa.Boolean(), nullable=False),
        sa.Column("clean_units", sa.Integer(), nullable=False),
    ]


def _check_columns() -> list[sa.Column]:
    return [
        sa.Column("sample_size", sa.Integer(), nullable=True),
        sa.Column("recurrences", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("recurrence_count", sa.Integer(), nullable=False),
        sa.Column("criteria_results", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("new_problems", sa.String(length=40), nullable=True),
        sa.Column("missed_count", sa.Integer(), nullable=True),
        sa.Column("near_miss_count", sa.Integer(), nullable=True),
        sa.Column("near_miss_wish", sa.String(length=40), nullable=True),
        sa.Column("result", sa.String(length=40), nullable=True),
        sa.Column("is_recurred", sa.Boolean(), nullable=False),
        sa.Column("recurred_at", UtcDateTime(), nullable=True),
    ]


def _risk_columns() -> list[sa.Column]:
    return [
        sa.Column("risks", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("is_band_moving", sa.Boolean(), nullable=False),
        sa.Column("risk_update", sa.String(length=40), nullable=True),
        sa.Column("risk_justification", sa.Text(), nullable=True),
        sa.Column("reassessment_requested_at", UtcDateTime(), nullable=True),
        sa.Column("lessons", sa.Text(), nullable=True),
    ]
