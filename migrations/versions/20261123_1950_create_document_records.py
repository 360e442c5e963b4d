"""Create documents with their changes and looks, and their numbers; keep when risks change band.

Why: the first tables of the package documents (clause 7.5); `risk_band_change` tells since when a risk is in
    its band, which decides whether a document still reflects it.
Locks: short; one column with a constant default is added to `record`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "1950_document_records"
down_revision = "1900_signatures"
branch_labels = None
depends_on = None

TABLES = (
    "document_number_series",
    "risk_band_change",
    "document",
    "document_change",
    "document_review",
)


def upgrade() -> None:
    """Add tables and one column."""
    _add_for_all_sites()
    _create_document_number_series()
    _create_risk_band_change()
    _create_document()
    _create_document_change()
    _create_document_review()


def _create_document_number_series() -> None:
    op.create_table(
        "document_number_series",
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_document_number_series")),
    )


def _create_risk_band_change() -> None:
    op.create_table(
        "risk_band_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=40), nullable=False),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_band_change")),
        sa.UniqueConstraint("risk_id", "source", name=op.f("uq_risk_band_change_risk_id_source")),
    )


def _create_document() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_type", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("clauses", sa.JSON(), nullable=False),
        sa.Column("review_months", sa.Integer(), nullable=True),
        sa.Column("retention_years", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=True),
        sa.Column("issuer_reference", sa.String(length=200), nullable=True),
        sa.Column("issuer_edition", sa.String(length=200), nullable=True),
        sa.Column("revision_label", sa.String(length=20), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("review_due_on", sa.Date(), nullable=True),
        sa.Column("reviewed_at", UtcDateTime(), nullable=True),
        sa.Column("obsolete_at", UtcDateTime(), nullable=True),
        sa.Column("obsolete_reason", sa.Text(), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("archive_until", sa.Date(), nullable=True),
        sa.CheckConstraint("retention_years BETWEEN 0 AND 100", name=op.f("ck_document_retention_years")),
        sa.CheckConstraint(
            "review_months IS NULL OR review_months BETWEEN 0 AND 84", name=op.f("ck_document_review_months")
        ),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_document_id_record")),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["document.id"], name=op.f("fk_document_replaced_by_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index("ix_document_review_due", "document", ["review_due_on", "id"], unique=False)
    op.create_index("ix_document_type", "document", ["document_type", "id"], unique=False)


def _create_document_change() -> None:
    op.create_table(
        "document_change",
        sa.Column("id", sa.Integer(), nullable=False),
        *_document_change_asked(),
        *_document_change_drafted(),
        *_document_change_decided(),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_document_change_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_document_change_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["document_owner_id"], ["person.id"], name=op.f("fk_document_change_document_owner_id_person")
        ),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_document_change_id_record")),
        sa.ForeignKeyConstraint(
            ["joined_id"], ["document_change.id"], name=op.f("fk_document_change_joined_id_document_change")
        ),
        sa.ForeignKeyConstraint(
            ["open_document_id"], ["document.id"], name=op.f("fk_document_change_open_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["process_owner_id"], ["person.id"], name=op.f("fk_document_change_process_owner_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["document.id"], name=op.f("fk_document_change_replaced_by_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_change")),
    )
    op.create_index("ix_document_change_document", "document_change", ["document_id", "id"], unique=False)
    op.create_index(op.f("ix_document_change_request_key"), "document_change", ["request_key"], unique=False)
    op.create_index("uq_document_change_open", "document_change", ["open_document_id"], unique=True)


def _document_change_asked() -> list[sa.Column]:
    return [
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("open_document_id", sa.Integer(), nullable=True),
        sa.Column("request_key", sa.String(length=200), nullable=True),
        sa.Column("change_kind", sa.String(length=40), nullable=False),
        sa.Column("change_class", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("urgency", sa.String(length=40), nullable=True),
        sa.Column("request_verdict", sa.String(length=40), nullable=True),
        sa.Column("request_note", sa.Text(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("process_owner_id", sa.Integer(), nullable=True),
        sa.Column("reviewers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("joined_id", sa.Integer(), nullable=True),
        sa.Column("affected_documents", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("affected_processes", sa.Text(), nullable=True),
        sa.Column("is_training_needed", sa.Boolean(), nullable=False),
        sa.Column("training_roles", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("equipment_effect", sa.Text(), nullable=True),
        sa.Column("validation_effect", sa.Text(), nullable=True),
        sa.Column("is_supplier_told", sa.Boolean(), nullable=False),
        sa.Column("is_customer_told", sa.Boolean(), nullable=False),
        sa.Column("risks", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("risk_effect", sa.String(length=40), nullable=True),
    ]


def _document_change_drafted() -> list[sa.Column]:
    return [
        sa.Column("risk_note", sa.Text(), nullable=True),
        sa.Column("impact_verdict", sa.String(length=40), nullable=True),
        sa.Column("impact_note", sa.Text(), nullable=True),
        sa.Column("impact_confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("reassessment_requested_at", UtcDateTime(), nullable=True),
        sa.Column("open_reassessments", sa.Integer(), nullable=False),
        sa.Column("document_title", sa.String(length=300), nullable=True),
        sa.Column("document_type", sa.String(length=40), nullable=True),
        sa.Column("area", sa.String(length=20), nullable=True),
        sa.Column("document_owner_id", sa.Integer(), nullable=True),
        sa.Column("is_draft_for_all_sites", sa.Boolean(), nullable=False),
        sa.Column("content_kind", sa.String(length=40), nullable=False),
        sa.Column("draft_content", sa.Text(), nullable=True),
        sa.Column("controlled_risks", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("draft_file", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("change_summary", sa.Text(), nullable=True),
        sa.Column("audience", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("clauses", sa.String(length=200), nullable=True),
        sa.Column("review_months", sa.Integer(), nullable=True),
        sa.Column("retention_years", sa.Integer(), nullable=True),
        sa.Column("issuer", sa.String(length=200), nullable=True),
        sa.Column("issuer_reference", sa.String(length=200), nullable=True),
        sa.Column("issuer_edition", sa.String(length=200), nullable=True),
        sa.Column("review_round", sa.Integer(), nullable=False),
    ]


def _document_change_decided() -> list[sa.Column]:
    return [
        sa.Column("review_wish", sa.String(length=40), nullable=True),
        sa.Column("comment_answers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("return_note", sa.Text(), nullable=True),
        sa.Column("approval_begun_at", UtcDateTime(), nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("release_mode", sa.String(length=40), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("release_at", UtcDateTime(), nullable=True),
        sa.Column("revision_key", sa.String(length=200), nullable=True),
        sa.Column("effective_at", UtcDateTime(), nullable=True),
        sa.Column("acknowledged_at", UtcDateTime(), nullable=True),
        sa.Column("retrospective_due_at", UtcDateTime(), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("archive_until", sa.Date(), nullable=True),
        sa.Column("copies_out", sa.Integer(), nullable=False),
        sa.Column("copies_note", sa.Text(), nullable=True),
    ]


def _create_document_review() -> None:
    op.create_table(
        "document_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("open_document_id", sa.Integer(), nullable=True),
        sa.Column("document_owner_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("is_periodic", sa.Boolean(), nullable=False),
        sa.Column("is_risk_moved", sa.Boolean(), nullable=False),
        sa.Column("answer_due_at", UtcDateTime(), nullable=True),
        sa.Column("recurrences", sa.Integer(), nullable=False),
        sa.Column("is_law_changed", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_document_review_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["document_owner_id"], ["person.id"], name=op.f("fk_document_review_document_owner_id_person")
        ),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_document_review_id_record")),
        sa.ForeignKeyConstraint(
            ["open_document_id"], ["document.id"], name=op.f("fk_document_review_open_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_review")),
    )
    op.create_index("ix_document_review_document", "document_review", ["document_id", "id"], unique=False)
    op.create_index("uq_document_review_open", "document_review", ["open_document_id"], unique=True)


def _add_for_all_sites() -> None:
    """Keep the server's default: making the table anew would lose the triggers of its full-text index."""
    op.add_column(
        "record", sa.Column("is_for_all_sites", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """Take tables and the column away, with what they say."""
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("record", "is_for_all_sites")
