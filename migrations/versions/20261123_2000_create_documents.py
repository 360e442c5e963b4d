"""Create the revisions of documents, what is said about them, and their printed copies.

Why: a document is worked by one revision at a time; what was approved does not change.
Locks: none; it only adds tables and their triggers.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "2000_documents"
down_revision = "1950_document_records"
branch_labels = None
depends_on = None

TABLES = (
    "document_change_request",
    "document_review_trigger",
    "document_revision",
    "document_risk_check",
    "document_comment",
    "document_copy",
)


def upgrade() -> None:
    """Add tables and triggers."""
    _create_document_change_request()
    _create_document_review_trigger()
    _create_document_revision()
    _create_document_risk_check()
    _create_document_comment()
    _create_document_copy()
    _protect()


def _create_document_change_request() -> None:
    op.create_table(
        "document_change_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=200), nullable=False),
        sa.Column("record_kind", sa.String(length=40), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("record_number", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["document_change.id"],
            name=op.f("fk_document_change_request_change_id_document_change"),
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_document_change_request_record_id_record")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["person.id"], name=op.f("fk_document_change_request_requested_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_change_request")),
        sa.UniqueConstraint(
            "change_id", "request_key", name=op.f("uq_document_change_request_change_id_request_key")
        ),
    )
    op.create_index(
        "ix_document_change_request_record",
        "document_change_request",
        ["record_kind", "record_id"],
        unique=False,
    )


def _create_document_review_trigger() -> None:
    op.create_table(
        "document_review_trigger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("trigger_key", sa.String(length=200), nullable=False),
        sa.Column("risk_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("triggered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["document_review.id"],
            name=op.f("fk_document_review_trigger_review_id_document_review"),
        ),
        sa.ForeignKeyConstraint(
            ["risk_id"], ["record.id"], name=op.f("fk_document_review_trigger_risk_id_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_review_trigger")),
        sa.UniqueConstraint(
            "review_id", "trigger_key", name=op.f("uq_document_review_trigger_review_id_trigger_key")
        ),
    )


def _create_document_revision() -> None:
    op.create_table(
        "document_revision",
        *_document_revision_columns(),
        sa.CheckConstraint("major >= 0 AND minor >= 0", name=op.f("ck_document_revision_numbers")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_document_revision_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["document_change.id"], name=op.f("fk_document_revision_change_id_document_change")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_document_revision_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_document_revision_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_revision")),
        sa.UniqueConstraint(
            "document_id", "major", "minor", name=op.f("uq_document_revision_document_id_major_minor")
        ),
    )
    _index_document_revision()


def _document_revision_columns() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("major", sa.Integer(), nullable=False),
        sa.Column("minor", sa.Integer(), nullable=False),
        sa.Column("change_class", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("content_kind", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("change_summary", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("approval", sa.JSON(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("is_historical", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
    ]


def _index_document_revision() -> None:
    op.create_index(op.f("ix_document_revision_change_id"), "document_revision", ["change_id"], unique=False)
    op.create_index(
        "ix_document_revision_status", "document_revision", ["status", "effective_from", "id"], unique=False
    )
    op.create_index(
        "uq_document_revision_effective",
        "document_revision",
        ["document_id"],
        unique=True,
        sqlite_where=sa.text("status = 'effective'"),
        postgresql_where=sa.text("status = 'effective'"),
    )
    op.create_index(
        "uq_document_revision_in_the_making",
        "document_revision",
        ["document_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('draft', 'in_review', 'in_approval', 'approved')"),
        postgresql_where=sa.text("status IN ('draft', 'in_review', 'in_approval', 'approved')"),
    )


def _create_document_risk_check() -> None:
    op.create_table(
        "document_risk_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("risk_id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["person.id"], name=op.f("fk_document_risk_check_checked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_document_risk_check_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["document_review.id"],
            name=op.f("fk_document_risk_check_review_id_document_review"),
        ),
        sa.ForeignKeyConstraint(
            ["risk_id"], ["record.id"], name=op.f("fk_document_risk_check_risk_id_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_risk_check")),
    )
    op.create_index(
        "ix_document_risk_check_document",
        "document_risk_check",
        ["document_id", "risk_id", "checked_at"],
        unique=False,
    )
    op.create_index(op.f("ix_document_risk_check_risk_id"), "document_risk_check", ["risk_id"], unique=False)


def _create_document_comment() -> None:
    op.create_table(
        "document_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("disposition", sa.String(length=40), nullable=True),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("disposed_by_id", sa.Integer(), nullable=True),
        sa.Column("disposed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_document_comment_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["document_change.id"], name=op.f("fk_document_comment_change_id_document_change")
        ),
        sa.ForeignKeyConstraint(
            ["disposed_by_id"], ["person.id"], name=op.f("fk_document_comment_disposed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["document_revision.id"],
            name=op.f("fk_document_comment_revision_id_document_revision"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_comment")),
    )
    op.create_index("ix_document_comment_change", "document_comment", ["change_id", "id"], unique=False)


def _create_document_copy() -> None:
    op.create_table(
        "document_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("copy_no", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("issued_to", sa.String(length=200), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("recalled_at", UtcDateTime(), nullable=True),
        sa.Column("returned_at", UtcDateTime(), nullable=True),
        sa.Column("returned_note", sa.Text(), nullable=False),
        sa.Column("returned_to_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_document_copy_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["person.id"], name=op.f("fk_document_copy_issued_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["returned_to_id"], ["person.id"], name=op.f("fk_document_copy_returned_to_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["document_revision.id"],
            name=op.f("fk_document_copy_revision_id_document_revision"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_copy")),
        sa.UniqueConstraint("document_id", "copy_no", name=op.f("uq_document_copy_document_id_copy_no")),
    )
    op.create_index(
        "ix_document_copy_revision", "document_copy", ["revision_id", "returned_at"], unique=False
    )


REFUSAL = "what was approved or recorded does not change"
FIXED = (
    "document_id",
    "change_id",
    "major",
    "minor",
    "change_class",
    "title",
    "content_kind",
    "content",
    "file_id",
    "content_sha256",
    "change_summary",
    "author_id",
    "created_at",
    "is_historical",
)
IS_FIXED = "OLD.status IN ('approved', 'effective', 'superseded', 'obsolete')"
APPENDED = ("document_risk_check", "risk_band_change")


def _protect() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _sqlite_triggers() if is_sqlite else _postgresql_triggers():
        op.execute(statement)


def _differs(same: str) -> str:
    kept = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in FIXED)
    consent = f"(OLD.approved_at IS NULL OR NEW.approved_at {same} OLD.approved_at)"
    return f"{IS_FIXED} AND NOT ({kept} AND {consent})"


def _sqlite_triggers() -> list[str]:
    guards = [
        ("document_revision", "UPDATE", _differs("IS")),
        ("document_revision", "DELETE", IS_FIXED),
        *((table, deed, "1") for table in APPENDED for deed in ("UPDATE", "DELETE")),
    ]
    return [
        f"CREATE TRIGGER {table}_refuse_{deed.lower()} BEFORE {deed} ON {table} "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for table, deed, condition in guards
    ]


def _postgresql_triggers() -> list[str]:
    return [
        _function("document_revision_refuse_update", f"IF NOT ({_differs('IS NOT DISTINCT FROM')})", "NEW"),
        _function("document_revision_refuse_delete", f"IF NOT ({IS_FIXED})", "OLD"),
        _function("document_refuse", "", ""),
        *(_trigger("document_revision", deed, f"document_revision_refuse_{deed}") for deed in DEEDS),
        *(_trigger(table, deed, "document_refuse") for table in APPENDED for deed in DEEDS),
    ]


DEEDS = ("update", "delete")


def _function(name: str, allowed: str, row: str) -> str:
    way_out = f"{allowed} THEN RETURN {row}; END IF; " if allowed else ""
    refusal = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'"
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {way_out}{refusal}; END $$"


def _trigger(table: str, deed: str, function: str) -> str:
    return (
        f"CREATE TRIGGER {table}_refuse_{deed} BEFORE {deed.upper()} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


def downgrade() -> None:
    """Take tables and triggers away, with what they say."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for deed in DEEDS:  # of a table that an earlier revision made, so it stays
        op.execute(
            f"DROP TRIGGER risk_band_change_refuse_{deed}" + (" ON risk_band_change" if is_postgresql else "")
        )
    for table in reversed(TABLES):
        op.drop_table(table)
    if is_postgresql:
        for name in ("document_refuse", *(f"document_revision_refuse_{deed}" for deed in DEEDS)):
            op.execute(f"DROP FUNCTION {name}()")
