"""Create audit programmes, audits with their checklists, and findings.

Why: the first tables of the package audits (clause 9.2).
Locks: none; the tables are empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "1600_audits"
down_revision = "1500_risk_treatment"
branch_labels = None
depends_on = None

AUDIT_TABLES = (
    "audit_programme",
    "audit_programme_line",
    "audit",
    "audit_checklist_line",
    "audit_checklist_answer",
    "auditor_qualification",
    "finding",
)


def upgrade() -> None:
    _create_audit_programme()
    _create_audit_programme_line()
    _create_audit()
    _create_audit_checklist_line()
    _create_audit_checklist_answer()
    _create_auditor_qualification()
    _create_finding()


def downgrade() -> None:
    for table in reversed(AUDIT_TABLES):
        op.drop_table(table)


def _create_audit_programme() -> None:
    op.create_table(
        "audit_programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sites", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("objectives", sa.Text(), nullable=True),
        sa.Column("methods", sa.Text(), nullable=True),
        sa.Column("resources", sa.Text(), nullable=True),
        sa.Column("planner_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=40), nullable=True),
        sa.Column("verdict_comment", sa.Text(), nullable=True),
        sa.Column("starts_at", UtcDateTime(), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("unfinished_reason", sa.Text(), nullable=True),
        sa.Column("lessons", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_audit_programme_id_record")),
        sa.ForeignKeyConstraint(
            ["planner_id"], ["person.id"], name=op.f("fk_audit_programme_planner_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_programme")),
    )


def _create_audit_programme_line() -> None:
    op.create_table(
        "audit_programme_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("clauses", sa.String(length=300), nullable=False),
        sa.Column("importance", sa.Integer(), nullable=False),
        sa.Column("is_core", sa.Boolean(), nullable=False),
        sa.Column("has_changed", sa.Boolean(), nullable=False),
        sa.Column("max_risk", sa.Integer(), nullable=False),
        sa.Column("majors", sa.Integer(), nullable=False),
        sa.Column("minors", sa.Integer(), nullable=False),
        sa.Column("recurrences", sa.Integer(), nullable=False),
        sa.Column("last_audit_on", sa.Date(), nullable=True),
        sa.Column("last_result", sa.String(length=40), nullable=True),
        sa.Column("score", sa.Numeric(precision=5, scale=4), nullable=False),
        sa.Column("interval_months", sa.Integer(), nullable=False),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("importance BETWEEN 1 AND 5", name=op.f("ck_audit_programme_line_importance")),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["business_process.id"],
            name=op.f("fk_audit_programme_line_process_id_business_process"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["audit_programme.id"],
            name=op.f("fk_audit_programme_line_programme_id_audit_programme"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_audit_programme_line_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_programme_line")),
        sa.UniqueConstraint(
            "programme_id",
            "process_id",
            "site_id",
            name=op.f("uq_audit_programme_line_programme_id_process_id_site_id"),
        ),
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_line_id", sa.Integer(), nullable=True),
        sa.Column("planned_month", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("audit_type", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("criteria", sa.Text(), nullable=True),
        sa.Column("objectives", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("starts_at", UtcDateTime(), nullable=True),
        sa.Column("notice_at", UtcDateTime(), nullable=True),
        sa.Column("lead_auditor_id", sa.Integer(), nullable=True),
        sa.Column("auditee_id", sa.Integer(), nullable=True),
        sa.Column("team", sa.JSON(none_as_null=True), nullable=True),
        *_course_columns(),
        sa.ForeignKeyConstraint(["auditee_id"], ["person.id"], name=op.f("fk_audit_auditee_id_person")),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_audit_id_record")),
        sa.ForeignKeyConstraint(
            ["lead_auditor_id"], ["person.id"], name=op.f("fk_audit_lead_auditor_id_person")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["audit.id"], name=op.f("fk_audit_parent_id_audit")),
        sa.ForeignKeyConstraint(
            ["programme_line_id"],
            ["audit_programme_line.id"],
            name=op.f("fk_audit_programme_line_id_audit_programme_line"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_starts_on", "audit", ["starts_on"], unique=False)
    op.create_index(
        "uq_audit_programme_cell",
        "audit",
        ["programme_line_id", "planned_month"],
        unique=True,
        sqlite_where=sa.text("programme_line_id IS NOT NULL"),
        postgresql_where=sa.text("programme_line_id IS NOT NULL"),
    )


def _course_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("date_answer", sa.String(length=40), nullable=True),
        sa.Column("constraints", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", UtcDateTime(), nullable=True),
        sa.Column("readiness", sa.String(length=40), nullable=True),
        sa.Column("postponements", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("postponement_count", sa.Integer(), nullable=False),
        sa.Column("checklist_loaded_at", UtcDateTime(), nullable=True),
        sa.Column("closing_meeting_at", UtcDateTime(), nullable=True),
        sa.Column("report_due_at", UtcDateTime(), nullable=True),
        sa.Column("conformity", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("conclusion", sa.String(length=40), nullable=True),
        sa.Column("strengths", sa.Text(), nullable=True),
        sa.Column("report_verdict", sa.String(length=40), nullable=True),
        sa.Column("report_comment", sa.Text(), nullable=True),
        sa.Column("report_approved_at", UtcDateTime(), nullable=True),
        sa.Column("follow_up_reason", sa.Text(), nullable=True),
        sa.Column("overdue_noted_at", UtcDateTime(), nullable=True),
    ]


def _create_audit_checklist_line() -> None:
    op.create_table(
        "audit_checklist_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("origin_kind", sa.String(length=40), nullable=True),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("origin_words", sa.Text(), nullable=False),
        sa.Column("requirement", sa.String(length=200), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("evidence_expected", sa.Text(), nullable=False),
        sa.Column("sampling", sa.String(length=200), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("samples", sa.Text(), nullable=False),
        sa.Column("interviewee", sa.String(length=200), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_audit_checklist_line_answered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audit.id"], name=op.f("fk_audit_checklist_line_audit_id_audit")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["record.id"], name=op.f("fk_audit_checklist_line_finding_id_record")
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["record.id"], name=op.f("fk_audit_checklist_line_origin_id_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_checklist_line")),
    )
    op.create_index(
        "ix_audit_checklist_line_audit_id", "audit_checklist_line", ["audit_id", "position"], unique=False
    )
    op.create_index(
        "uq_audit_checklist_line_origin",
        "audit_checklist_line",
        ["audit_id", "origin", "origin_id"],
        unique=True,
        sqlite_where=sa.text("origin_id IS NOT NULL"),
        postgresql_where=sa.text("origin_id IS NOT NULL"),
    )


def _create_audit_checklist_answer() -> None:
    op.create_table(
        "audit_checklist_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(length=80), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("samples", sa.Text(), nullable=False),
        sa.Column("interviewee", sa.String(length=200), nullable=False),
        sa.Column("is_beside", sa.Boolean(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_audit_checklist_answer_answered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["audit_checklist_line.id"],
            name=op.f("fk_audit_checklist_answer_line_id_audit_checklist_line"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_checklist_answer")),
        sa.UniqueConstraint("client_key", name=op.f("uq_audit_checklist_answer_client_key")),
    )
    op.create_index(
        "ix_audit_checklist_answer_line_id", "audit_checklist_answer", ["line_id", "id"], unique=False
    )


def _create_auditor_qualification() -> None:
    op.create_table(
        "auditor_qualification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("may_lead", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_auditor_qualification_span")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_auditor_qualification_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_auditor_qualification_recorded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditor_qualification")),
    )
    op.create_index(
        "ix_auditor_qualification_person_id",
        "auditor_qualification",
        ["person_id", "valid_until"],
        unique=False,
    )


def _create_finding() -> None:
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        *_finding_noted_columns(),
        *_finding_grade_columns(),
        *_finding_risk_columns(),
        *_finding_answer_columns(),
        *_finding_proof_columns(),
        sa.CheckConstraint("impact IS NULL OR impact BETWEEN 1 AND 5", name=op.f("ck_finding_impact")),
        sa.CheckConstraint(
            "occurrence IS NULL OR occurrence BETWEEN 1 AND 3", name=op.f("ck_finding_occurrence")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_finding_audit_id_audit")),
        sa.ForeignKeyConstraint(["auditor_id"], ["person.id"], name=op.f("fk_finding_auditor_id_person")),
        sa.ForeignKeyConstraint(
            ["correction_owner_id"], ["person.id"], name=op.f("fk_finding_correction_owner_id_person")
        ),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_finding_id_record")),
        sa.ForeignKeyConstraint(
            ["lead_auditor_id"], ["person.id"], name=op.f("fk_finding_lead_auditor_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["audit_checklist_line.id"], name=op.f("fk_finding_line_id_audit_checklist_line")
        ),
        sa.ForeignKeyConstraint(
            ["process_owner_id"], ["person.id"], name=op.f("fk_finding_process_owner_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["repeat_of_id"], ["finding.id"], name=op.f("fk_finding_repeat_of_id_finding")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index("ix_finding_audit_id", "finding", ["audit_id"], unique=False)
    op.create_index("ix_finding_line_id", "finding", ["line_id"], unique=False)
    op.create_index("ix_finding_request_key", "finding", ["request_key"], unique=False)


def _finding_noted_columns() -> list[sa.Column]:
    return [
        sa.Column("audit_id", sa.Integer(), nullable=True),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("request_key", sa.String(length=200), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("body", sa.String(length=200), nullable=True),
        sa.Column("body_reference", sa.String(length=200), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=True),
        sa.Column("requirement", sa.String(length=200), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("proposed_grade", sa.String(length=40), nullable=True),
        sa.Column("impact", sa.Integer(), nullable=True),
        sa.Column("occurrence", sa.Integer(), nullable=True),
        sa.Column("auditor_id", sa.Integer(), nullable=True),
        sa.Column("lead_auditor_id", sa.Integer(), nullable=True),
        sa.Column("process_owner_id", sa.Integer(), nullable=True),
    ]


def _finding_grade_columns() -> list[sa.Column]:
    return [
        sa.Column("similar", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("is_repeat", sa.Boolean(), nullable=False),
        sa.Column("repeat_of_id", sa.Integer(), nullable=True),
        sa.Column("recurrence_key", sa.String(length=260), nullable=True),
        sa.Column("grade", sa.String(length=40), nullable=True),
        sa.Column("grade_reason", sa.Text(), nullable=True),
        sa.Column("issued_at", UtcDateTime(), nullable=True),
        sa.Column("response_due_at", UtcDateTime(), nullable=True),
    ]


def _finding_risk_columns() -> list[sa.Column]:
    return [
        sa.Column("risks", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("risk_update", sa.String(length=40), nullable=True),
        sa.Column("risk_justification", sa.Text(), nullable=True),
        sa.Column("reassessment_requested_at", UtcDateTime(), nullable=True),
    ]


def _finding_answer_columns() -> list[sa.Column]:
    return [
        sa.Column("response", sa.String(length=40), nullable=True),
        sa.Column("dispute_reason", sa.Text(), nullable=True),
        sa.Column("correction", sa.Text(), nullable=True),
        sa.Column("correction_state", sa.String(length=40), nullable=True),
        sa.Column("correction_owner_id", sa.Integer(), nullable=True),
        sa.Column("correction_due_on", sa.Date(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("arbitration", sa.String(length=40), nullable=True),
        sa.Column("arbitration_reason", sa.Text(), nullable=True),
    ]


def _finding_proof_columns() -> list[sa.Column]:
    return [
        sa.Column("acceptance", sa.String(length=40), nullable=True),
        sa.Column("acceptance_note", sa.Text(), nullable=True),
        sa.Column("route", sa.String(length=40), nullable=True),
        sa.Column("route_reason", sa.Text(), nullable=True),
        sa.Column("answer_round", sa.Integer(), nullable=False),
        sa.Column("is_capa_awaited", sa.Boolean(), nullable=False),
        sa.Column("acted_at", UtcDateTime(), nullable=True),
        sa.Column("verification", sa.String(length=40), nullable=True),
        sa.Column("verification_note", sa.Text(), nullable=True),
        sa.Column("is_for_next_audit", sa.Boolean(), nullable=False),
        sa.Column("verify_due_at", UtcDateTime(), nullable=True),
    ]
